#pragma once

// Random expressions over what is in scope, in markup. Arguments are mostly kept inside domains by
// construction (log(1.2 + e * e)), sometimes not.

#include <string>

#include "random.hpp"
#include "scope.hpp"

namespace e2e {

class ExpressionWriter {
 public:
  explicit ExpressionWriter(Random& random) : random_(random) {}

  /// A floating expression; in parentheses, or atomic.
  std::string expression(const Scope& scope, int depth);

  /// One whose size stays near or below 1.
  std::string bounded(const Scope& scope, int depth);

  /// A condition.
  std::string condition(const Scope& scope, int depth);

  /// A variable or element.
  std::string leaf(const Scope& scope);

  /// An element of the array, by constants or by loop variables that stay inside.
  std::string element(const Scope& scope, const Array& array);

  /// A literal of double or float; never in need of parentheses.
  std::string literal();

  /// A subscript between 0 and extent - 1.
  std::string subscript(const Scope& scope, int extent);

 private:
  std::string integer(const Scope& scope);
  std::string arithmetic(const Scope& scope, int depth);
  std::string safe_call(const Scope& scope, int depth);
  std::string raw_call(const Scope& scope, int depth);
  std::string kinked(const Scope& scope, int depth);
  std::string user_call(const Scope& scope, int depth);
  std::string of_object(const Scope& scope, int depth);

  Random& random_;
};

}  // namespace e2e
