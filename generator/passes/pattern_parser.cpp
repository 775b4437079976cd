// Reads patterns: precedence climbing over the tokens of ops.def.

#include <cctype>
#include <charconv>
#include <string>

#include "passes/pattern.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

using Kind = PatternNode::Kind;

Kind kind_of(char letter) {
  static constexpr std::string_view letters[] = {"xyzw", "v", "abcde", "n", "h", "ijk", "pqr"};
  for (std::size_t i = 0; i < std::size(letters); ++i) {
    if (letters[i].find(letter) != std::string_view::npos) return static_cast<Kind>(i);
  }
  GRADSMITH_CHECK(false, "'{}' is no variable of patterns", letter);
}

bool is_arithmetic(Op op) {
  return op == Op::Add || op == Op::Sub || op == Op::Mul || op == Op::Div || op == Op::Neg;
}

bool is_constant_kind(const PatternNode& node) {
  return (node.matches_constants() && !node.truth_value) || node.only_constants;
}

}  // namespace

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  Pattern parse() {
    const int root = choice();
    skip();
    GRADSMITH_CHECK(at_ == text_.size(), "pattern '{}': '{}' is left over", text_,
                    text_.substr(at_));
    GRADSMITH_CHECK(root == pattern_.root());
    GRADSMITH_CHECK(pattern_.places_.size() <= Pattern::max_places, "pattern '{}'", text_);
    return std::move(pattern_);
  }

 private:
  int choice() {
    const int condition = binary(1);
    if (!take("?")) return condition;
    const int a = choice();
    GRADSMITH_CHECK(take(":"), "pattern '{}': ':' is missing", text_);
    const int b = choice();
    return application(Op::If, {condition, a, b}, 3);
  }

  int binary(int least) {
    int left = unary();
    while (const OpRow* row = infix(least)) {
      const int right = binary(row->precedence + 1);
      const bool integers = is_index(left);
      const Op op = row->op == Op::Div && integers ? Op::Quotient : row->op;
      left = application(op, {left, right, 0}, 2);
    }
    return left;
  }

  int unary() {
    skip();
    if (peek() == '-' && at_ + 1 < text_.size() && std::isdigit(text_[at_ + 1])) return number();
    if (take("-")) return application(Op::Neg, {unary(), 0, 0}, 1);
    if (take("!")) return application(Op::Not, {unary(), 0, 0}, 1);
    return primary();
  }

  int primary() {
    skip();
    if (take("(")) {
      const int inside = choice();
      GRADSMITH_CHECK(take(")"), "pattern '{}': ')' is missing", text_);
      return inside;
    }
    if (std::isdigit(peek())) return number();
    const std::string_view name = word();
    if (name == "true" || name == "false") {
      PatternNode node;
      node.kind = Kind::Literal;
      node.value = name == "true" ? 1 : 0;
      node.truth_value = true;
      return add(node);
    }
    if (name.size() == 1) {
      PatternNode node;
      node.kind = kind_of(name[0]);
      node.letter = name[0];
      return add(node);
    }
    return call(name);
  }

  int call(std::string_view name) {
    for (const OpRow& row : op_rows()) {
      if (!is_call(row.op) || row.spelling != name) continue;
      std::array<int, 3> operands{};
      for (int i = 0; i < row.operands; ++i) {
        GRADSMITH_CHECK(take(i == 0 ? "(" : ","), "pattern '{}': call of {}", text_, name);
        operands[static_cast<std::size_t>(i)] = choice();
      }
      GRADSMITH_CHECK(take(")"), "pattern '{}': call of {}", text_, name);
      return application(row.op, operands, row.operands);
    }
    GRADSMITH_CHECK(false, "pattern '{}': '{}' is no function", text_, name);
  }

  int number() {
    PatternNode node;
    node.kind = Kind::Literal;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), node.value);
    GRADSMITH_CHECK(error == std::errc(), "pattern '{}'", text_);
    at_ = static_cast<std::size_t>(end - text_.data());
    return add(node);
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::isalnum(text_[at_])) ++at_;
    GRADSMITH_CHECK(at_ > start, "pattern '{}': an operand is missing", text_);
    return text_.substr(start, at_ - start);
  }

  /// Takes the infix operator that stands here, if it binds at least so tightly. The longest
  /// spelling wins, so that `<=` is not `<`.
  const OpRow* infix(int least) {
    skip();
    const OpRow* best = nullptr;
    for (const OpRow& row : op_rows()) {
      if (row.operands != 2 || is_call(row.op) || row.op == Op::Quotient) continue;
      if (!text_.substr(at_).starts_with(row.spelling)) continue;
      if (!best || row.spelling.size() > best->spelling.size()) best = &row;
    }
    if (!best || best->precedence < least) return nullptr;
    at_ += best->spelling.size();
    return best;
  }

  int application(Op op, std::array<int, 3> operands, int count) {
    PatternNode node;
    node.kind = Kind::Application;
    node.op = op;
    node.count = count;
    node.operands = operands;
    node.only_constants = is_arithmetic(op);
    for (int i = 0; i < count; ++i) {
      const PatternNode& operand = pattern_[operands[static_cast<std::size_t>(i)]];
      node.only_constants = node.only_constants && is_constant_kind(operand);
    }
    return add(node);
  }

  bool is_index(int place) const { return pattern_[place].kind == Kind::IndexValue; }

  int add(const PatternNode& node) {
    pattern_.places_.push_back(node);
    return pattern_.root();
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (peek() == ' ') ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Pattern pattern_;
};

Pattern Pattern::parse(std::string_view text) { return PatternParser(text).parse(); }

}  // namespace gradsmith
