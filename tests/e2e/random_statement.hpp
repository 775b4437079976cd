#pragma once

// Random statements: declarations, assignments, branches, loops, early returns, references and
// pointers, local aggregates. Indented by two blanks per block.

#include <string>

#include "random_expression.hpp"

namespace e2e {

class StatementWriter {
 public:
  /// `early_return` is the statement by which the function may leave early, with one `{}` for a
  /// returned expression, or empty where it may not.
  StatementWriter(Random& random, std::string early_return)
      : random_(random), write_(random), early_return_(std::move(early_return)) {}

  /// `n` statements; what they declare is added to the scope.
  void statements(Scope& scope, int n);

  const std::string& text() const { return text_; }

 private:
  void statement(Scope& scope);
  void declaration(Scope& scope);
  void array_declaration(Scope& scope);
  void object_declaration(Scope& scope);
  void alias(Scope& scope);
  void assignment(Scope& scope);
  void branch(Scope& scope);
  void loop(Scope& scope);
  void range_for(Scope& scope);
  void matrix(Scope& scope);
  void leave(Scope& scope);
  void call_for_effect(Scope& scope);

  void block(const Scope& scope, int n);
  void line(const std::string& code) {
    text_ += std::string(static_cast<std::size_t>(indent_) * 2, ' ') + code + "\n";
  }
  std::string fresh(const std::string& stem);

  Random& random_;
  ExpressionWriter write_;
  std::string early_return_;
  std::string text_;
  int indent_ = 1;
  int loops_ = 0;
  int branches_ = 0;
  int used_ = 0;
};

}  // namespace e2e
