#include "emit/cpp_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "emit/wrap.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

constexpr int kChoicePrecedence = 0;
constexpr int kUnaryPrecedence = 7;
constexpr int kOperandOfCall = -1;  // nothing needs parentheses there

std::string number(double value, Element element) {
  std::string text = element == Element::F32 ? fmt::format("{}", static_cast<float>(value))
                                             : fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return element == Element::F32 ? text + "f" : text;
}

std::string cpp_integer(std::int64_t value) {
  // The least one has no literal: its digits are beyond the largest.
  if (value == std::numeric_limits<std::int64_t>::min()) return "(-9223372036854775807 - 1)";
  return std::to_string(value);
}

/// Prints one expression. Where a line may end stands a mark; see wrap.hpp.
class ExpressionPrinter {
 public:
  explicit ExpressionPrinter(bool wide_integers) : wide_integers_(wide_integers) {}

  std::string print(const Expression& e) {
    append(e);
    return std::move(text_);
  }

 private:
  static int precedence(const Expression& e) {
    switch (e.kind) {
      case Expression::Kind::Literal: {
        const bool negative = is_floating(e.element) ? std::signbit(e.value) : e.integer < 0;
        return negative ? kUnaryPrecedence : kCallPrecedence;
      }
      case Expression::Kind::Choose:
        return kChoicePrecedence;
      case Expression::Kind::Apply:
        return op_row(e.op).precedence;
      default:
        return kCallPrecedence;
    }
  }

  void may_break() { text_ += line_break(depth_); }

  void append(const Expression& e) {
    switch (e.kind) {
      case Expression::Kind::Literal:
        text_ += is_floating(e.element)       ? cpp_literal(e.value, e.element)
                 : e.element == Element::Bool ? std::string(e.integer ? "true" : "false")
                                              : cpp_integer(e.integer);
        return;
      case Expression::Kind::Name:
      case Expression::Kind::Read:
        append_place(e.place, e.operands);
        return;
      case Expression::Kind::Convert:
        text_ += fmt::format("static_cast<{}>", e.place.root.empty()
                                                    ? cpp_type(e.element, wide_integers_)
                                                    : std::string_view(e.place.root));
        append_list(e.operands);
        return;
      case Expression::Kind::Choose:
        append_operand(e.operands[0], 1);
        may_break();
        text_ += "? ";
        append_operand(e.operands[1], 1);
        may_break();
        text_ += ": ";
        append_operand(e.operands[2], 1);
        return;
      case Expression::Kind::Apply:
        append_operator(e);
        return;
      case Expression::Kind::Lanes:
        text_ += "gradsmith_math::" + e.place.root;
        append_list(e.operands);
        return;
      case Expression::Kind::Address:
        text_ += '&';
        append(e.operands[0]);
        return;
    }
  }

  void append_operator(const Expression& e) {
    const OpRow& row = op_row(e.op);
    if (is_call(e.op)) {
      // All functions are those of <cmath>, but for the ones that it lacks.
      text_ += row.signature == Signature::OrderReal ? "gradsmith_math::" : "std::";
      text_ += row.spelling;
      append_list(e.operands);
    } else if (row.operands == 1) {
      text_ += row.spelling;
      // -(-x), not --x.
      append_operand(e.operands[0], kUnaryPrecedence + 1);
    } else {
      append_operand(e.operands[0], least_left(row, e.operands[0]));
      text_ += ' ';
      text_ += row.spelling;
      may_break();
      append_operand(e.operands[1], std::max(least_left(row, e.operands[1]), row.precedence + 1));
    }
  }

  /// The precedence that an operand needs to stand without parentheses on the left. Comparisons and
  /// logic mixed are always parenthesised: compilers warn about them, and readers stumble.
  static int least_left(const OpRow& row, const Expression& operand) {
    const bool is_truth =
        operand.kind == Expression::Kind::Apply && operand.element == Element::Bool;
    if (row.signature == Signature::Compare && is_truth) return kCallPrecedence;
    if (row.op == Op::Or && operand.is_apply(Op::And)) return kCallPrecedence;
    return row.precedence;
  }

  void append_operand(const Expression& e, int least) {
    const bool parentheses = precedence(e) < least;
    if (!parentheses) {
      // Breaks between the terms of a sum before those inside a product.
      const int deeper = e.kind == Expression::Kind::Apply && !is_call(e.op) ? 1 : 0;
      depth_ += deeper;
      append(e);
      depth_ -= deeper;
      return;
    }
    text_ += '(';
    depth_ += 4;
    append(e);
    depth_ -= 4;
    text_ += ')';
  }

  void append_list(const std::vector<Expression>& operands) {
    text_ += '(';
    depth_ += 4;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (k > 0) text_ += ',';
      if (k > 0) may_break();
      append_operand(operands[k], kOperandOfCall);
    }
    depth_ -= 4;
    text_ += ')';
  }

  void append_place(const Place& place, const std::vector<Expression>& subscripts) {
    text_ += place.root;
    for (const Access& a : place.path) {
      if (!a.field.empty()) {
        text_ += '.' + a.field;
        continue;
      }
      text_ += '[';
      if (a.operand < 0) {
        text_ += std::to_string(a.index);
      } else if (a.of_class) {
        text_ += "static_cast<std::size_t>(";
        append(subscripts[static_cast<std::size_t>(a.operand)]);
        text_ += ')';
      } else {
        append(subscripts[static_cast<std::size_t>(a.operand)]);
      }
      text_ += ']';
    }
  }

  const bool wide_integers_;
  std::string text_;
  int depth_ = 0;
};

}  // namespace

std::string cpp_literal(double value, Element element) {
  if (std::isfinite(value)) return number(value, element);
  // Both macros are floats.
  const std::string macro = std::isnan(value) ? "NAN" : "INFINITY";
  const std::string text = element == Element::F32 ? macro : "static_cast<double>(" + macro + ")";
  return std::signbit(value) ? "-" + text : text;
}

std::string_view cpp_type(Element element, bool wide_integers) {
  switch (element) {
    case Element::Bool:
      return "bool";
    case Element::Index:
      return wide_integers ? "long long" : "int";
    case Element::F32:
      return "float";
    case Element::F64:
      return "double";
    case Element::Tuple:
      break;
  }
  GRADSMITH_CHECK(false, "no local holds several states");
}

std::string cpp_place(const Place& place) {
  return ExpressionPrinter(false).print(read({}, place));
}

std::string breakable_expression(const Expression& e, bool wide_integers) {
  return ExpressionPrinter(wide_integers).print(e);
}

std::string cpp_expression(const Expression& e, bool wide_integers) {
  return on_one_line(breakable_expression(e, wide_integers));
}

}  // namespace gradsmith
