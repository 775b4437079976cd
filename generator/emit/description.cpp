#include "emit/description.hpp"

#include <fmt/format.h>

#include <cctype>

namespace gradsmith {
namespace {

// Longer names are harder to read than a number.
constexpr std::size_t kLongestName = 24;

std::string unless_long(std::string name) { return name.size() <= kLongestName ? name : ""; }

/// The comparison that holds for y, x where `op` holds for x, y.
Op turned(Op op) {
  switch (op) {
    case Op::Lt:
      return Op::Gt;
    case Op::Gt:
      return Op::Lt;
    case Op::Le:
      return Op::Ge;
    case Op::Ge:
      return Op::Le;
    default:
      return op;
  }
}

const char* comparing_word(Op op) {
  switch (op) {
    case Op::Lt:
      return "_below_";
    case Op::Gt:
      return "_above_";
    case Op::Le:
      return "_at_most_";
    case Op::Ge:
      return "_at_least_";
    case Op::Eq:
      return "_is_";
    default:
      return "_is_not_";
  }
}

bool is_number(const std::string& word) {
  return !word.empty() && std::isdigit(static_cast<unsigned char>(word[0]));
}

}  // namespace

std::string number_word(double value) {
  std::string word;
  for (const char c : fmt::format("{}", value)) {
    if (c == '-') word += word.empty() ? "neg_" : "m";
    if (c == '.') word += '_';
    if (std::isalnum(static_cast<unsigned char>(c))) word += c;
  }
  return word;
}

std::string describe(Op op, const std::string& x, const std::string& y) {
  const OpRow& row = op_row(op);
  if (row.operands == 1) {
    if (op == Op::Not || x.empty()) return "";
    return (op == Op::Neg ? "neg" : std::string(row.spelling)) + "_" + x;
  }
  if (row.operands != 2 || y.empty()) return "";
  if (op == Op::Div && x == "1") return "inv_" + y;
  if (op == Op::Add && x == "1") return "one_plus_" + y;
  if (op == Op::Sub && x == "1") return "one_minus_" + y;
  if (x.empty() || is_number(x) || is_number(y)) return "";
  if (op == Op::Mul && x == y) return x + "_sq";
  if (op == Op::Div) return unless_long(x + "_over_" + y);
  if (op == Op::Min) return unless_long(x + "_min_" + y);
  if (op == Op::Max) return unless_long(x + "_max_" + y);
  return "";
}

std::string describe_comparison(Op op, const std::string& x, const std::string& y) {
  if (x.empty() || y.empty()) return "";
  if (is_number(x)) return is_number(y) ? "" : describe_comparison(turned(op), y, x);
  if (y == "0" && op == Op::Gt) return x + "_positive";
  if (y == "0" && op == Op::Lt) return x + "_negative";
  return unless_long(x + comparing_word(op) + y);
}

std::string describe_conversion(Element to, const std::string& x) {
  if (x.empty() || is_number(x)) return "";
  return x + (to == Element::F32 ? "_float" : to == Element::F64 ? "_double" : "_int");
}

}  // namespace gradsmith
