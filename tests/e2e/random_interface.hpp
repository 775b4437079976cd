#pragma once

// Random parameters and results, with names that clash with what generated code might call its own.

#include "interface.hpp"
#include "random.hpp"
#include "scope.hpp"

namespace e2e {

class InterfaceWriter {
 public:
  explicit InterfaceWriter(Random& random) : random_(random) {}

  /// A parameter that is read; `numbers_left` bounds its size, and is lowered.
  Parameter input(int& numbers_left);

  /// A parameter that is written, and read first where `in_out` is set.
  Parameter output(bool in_out);

  /// A result type for a function with several results.
  void result(Interface& f);

  /// Puts what can be mentioned of the parameter into the scope.
  static void mention(const Parameter& p, bool writable, Scope& scope);

 private:
  std::string name();

  Random& random_;
  std::vector<std::string> used_;
};

}  // namespace e2e
