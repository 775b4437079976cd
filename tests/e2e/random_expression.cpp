#include "random_expression.hpp"

#include <fmt/format.h>

namespace e2e {

std::string ExpressionWriter::literal() {
  const std::string number = random_.pick({"0.5", "0.25", "1.5", "2.0", "0.1", "1.0", "3.0", "0.75",
                                           "1e-3", "0.3", "1.25", "-0.5", "-1.0", "-0.7", "0.0"});
  return random_.chance(8) ? "$l(" + number + ")" : "$L(" + number + ")";
}

std::string ExpressionWriter::subscript(const Scope& scope, int extent) {
  std::vector<std::string> possible;
  for (const Index& i : scope.indices) {
    if (i.limit <= extent) possible.push_back(i.name);
    if (i.limit < extent) possible.push_back(i.name + " + 1");
    if (i.limit <= extent && !i.is_unsigned)
      possible.push_back(fmt::format("{} - {}", i.limit - 1, i.name));
    if (extent == 2) possible.push_back(i.name + " % 2");
  }
  if (!possible.empty() && random_.chance(75)) return random_.pick(possible);
  return std::to_string(random_.below(extent));
}

std::string ExpressionWriter::element(const Scope& scope, const Array& array) {
  std::string text = array.name;
  for (const int extent : array.extents) text += "[" + subscript(scope, extent) + "]";
  return text;
}

std::string ExpressionWriter::leaf(const Scope& scope) {
  const auto arrays = static_cast<int>(scope.arrays.size());
  if (arrays > 0 && (scope.scalars.empty() || random_.chance(40))) {
    return element(scope, random_.pick(scope.arrays));
  }
  if (scope.scalars.empty()) return literal();
  // Recent variables more often: bodies that use what they compute.
  const auto n = static_cast<int>(scope.scalars.size());
  const int which = random_.chance(50) ? n - 1 - random_.below(std::min(n, 3)) : random_.below(n);
  return scope.scalars[static_cast<std::size_t>(which)].text;
}

std::string ExpressionWriter::integer(const Scope& scope) {
  if (!scope.indices.empty() && random_.chance(60)) {
    const Index& i = random_.pick(scope.indices);
    if (i.is_unsigned) return i.name;
    return fmt::format(
        fmt::runtime(random_.pick({"{}", "({} + 1)", "(2 * {} - 1)", "({} % 2)", "({} / 2)"})),
        i.name);
  }
  return random_.pick({"2", "3", "1", "5"});
}

std::string ExpressionWriter::expression(const Scope& scope, int depth) {
  if (depth <= 0) return random_.chance(85) ? leaf(scope) : literal();
  const int kind = random_.below(100);
  if (kind < 44) return arithmetic(scope, depth);
  if (kind < 70) return safe_call(scope, depth);
  if (kind < 74) return raw_call(scope, depth);
  if (kind < 82) return kinked(scope, depth);
  if (kind < 91) return user_call(scope, depth);
  if (kind < 95) return of_object(scope, depth);
  return fmt::format("({} ? $D({}) : $D({}))", condition(scope, depth - 1),
                     expression(scope, depth - 1), expression(scope, depth - 1));
}

std::string ExpressionWriter::arithmetic(const Scope& scope, int depth) {
  const std::string a = expression(scope, depth - 1);
  switch (random_.below(14)) {
    case 0:
    case 1:
    case 2:
      return fmt::format("({} + {})", a, expression(scope, depth - 1));
    case 3:
    case 4:
      return fmt::format("({} - {})", a, expression(scope, depth - 1));
    case 5:
    case 6:
    case 7:
      return fmt::format("({} * {})", a, expression(scope, depth - 1));
    case 8: {
      const std::string b = expression(scope, depth - 1);
      return fmt::format("({} / ($L(1.3) + {} * {}))", a, b, b);
    }
    case 9:
      if (scope.tame) return fmt::format("({0} / ($L(0.7) + std::fabs({0})))", a);
      return fmt::format("({} / {})", a, expression(scope, depth - 1));
    case 10:
      return fmt::format("(- {})", a);
    case 11:
      return fmt::format("({} * {})", integer(scope), a);
    case 12:
      return fmt::format("({} - {})", integer(scope), a);
    default:
      return fmt::format("({} {} {})", a, random_.pick({"*", "+", "-", "/"}),
                         random_.pick({"2", "3", "4"}));
  }
}

std::string ExpressionWriter::safe_call(const Scope& scope, int depth) {
  const std::string e = expression(scope, depth - 1);
  switch (random_.below(24)) {
    case 0:
      return fmt::format("std::exp($L(0.3) * std::sin({}))", e);
    case 1:
      return fmt::format("std::{}(std::tanh({}))", random_.pick({"exp", "exp2", "expm1"}), e);
    case 2:
      return fmt::format("std::{}($L(1.2) + {} * {})",
                         random_.pick({"log", "log2", "log10", "log1p"}), e, e);
    case 3:
    case 4:
      return fmt::format("std::sqrt($L(0.4) + {} * {})", e, e);
    case 5:
      return fmt::format("std::cbrt($L(0.6) + {} * {})", e, e);
    case 6:
      return fmt::format("std::hypot({}, {})", e, expression(scope, depth - 1));
    case 7:
      return fmt::format("std::fma({}, {}, {})", e, leaf(scope), expression(scope, depth - 1));
    case 8:
    case 9:
      return fmt::format("std::{}({})", random_.pick({"sin", "cos"}), e);
    case 10:
      return fmt::format("std::tan($L(0.6) * std::sin({}))", e);
    case 11:
      return fmt::format("std::{}($L(0.8) * std::sin({}))", random_.pick({"asin", "acos", "atanh"}),
                         e);
    case 12:
      return fmt::format("std::atan({})", e);
    case 13:
      return fmt::format("std::atan2({}, $L(1.7) + {} * {})", expression(scope, depth - 1), e, e);
    case 14:
      return fmt::format("std::{}(std::atan({}))", random_.pick({"sinh", "cosh"}), e);
    case 15:
      return fmt::format("tanh({})", e);
    case 16:
      return fmt::format("std::asinh({})", e);
    case 17:
      return fmt::format("std::acosh($L(1.4) + {} * {})", e, e);
    case 18:
      return fmt::format("std::{}({})", random_.pick({"erf", "erfc"}), e);
    case 19:
      return fmt::format("std::{}($L(1.6) + std::sin({}))", random_.pick({"lgamma", "tgamma"}), e);
    case 20:
      return fmt::format("std::pow({}, {})", e, random_.pick({"2", "3", "2.0", "1", "4"}));
    case 21:
      return fmt::format("std::pow($L(0.5) + {0} * {0}, {1})", e,
                         random_.pick({"0.5", "1.5", "-1", "-2", "-0.5", "2.3"}));
    case 22:
      return fmt::format("std::pow($L(0.5) + {0} * {0}, {1})", e, bounded(scope, depth - 1));
    default:
      return fmt::format("($L(1.0) / ($L(1.0) + std::exp(- {})))", e);
  }
}

// Domain ends, overflow and NaN are met here.
std::string ExpressionWriter::raw_call(const Scope& scope, int depth) {
  if (scope.tame) return safe_call(scope, depth);
  const std::string e = expression(scope, depth - 1);
  if (random_.chance(25)) return fmt::format("std::pow({}, {})", e, expression(scope, depth - 1));
  return fmt::format("std::{}({})",
                     random_.pick({"log", "sqrt", "exp", "asin", "acosh", "log1p", "tgamma",
                                   "lgamma", "tan", "cbrt", "sinh", "atanh"}),
                     e);
}

std::string ExpressionWriter::kinked(const Scope& scope, int depth) {
  const std::string a = expression(scope, depth - 1);
  const std::string b = expression(scope, depth - 1);
  switch (random_.below(9)) {
    case 0:
      return fmt::format("std::fabs({})", a);
    case 1:
      return fmt::format("std::abs({})", a);
    case 2:
      return fmt::format("std::fmin({}, {})", a, b);
    case 3:
      return fmt::format("std::fmax({}, {})", a, b);
    case 4:
      return fmt::format("std::min<$D>({}, {})", a, b);
    case 5:
      return fmt::format("std::max<$D>({}, {})", a, b);
    case 6:
      return fmt::format("std::copysign({}, {})", a, b);
    case 7:
      return fmt::format("({} - std::{}({}))", a, random_.pick({"floor", "ceil", "round", "trunc"}),
                         b);
    default:
      return fmt::format("std::fmod({}, {})", a,
                         scope.tame || random_.chance(70) ? std::string("$L(1.7)") : b);
  }
}

std::string ExpressionWriter::user_call(const Scope& scope, int depth) {
  const std::string e = expression(scope, depth - 1);
  switch (random_.below(9)) {
    case 0:
      return fmt::format("squared({})", "$D(" + e + ")");
    case 1:
      return fmt::format("blend({})", "$D(" + e + ")");
    case 2:
      return fmt::format("blend({}, {})", e, expression(scope, depth - 1));
    case 3:
      return fmt::format("damped({})", e);
    case 4:
      return fmt::format("damped({}, {})", e, expression(scope, depth - 1));
    case 5:
      return fmt::format("mixed<{}>({}, {})", random_.between(1, 3), "$D(" + e + ")",
                         "$D(" + leaf(scope) + ")");
    case 6:
      return fmt::format("[&]($D u) {{ return u * {} + {}; }}({})", leaf(scope),
                         random_.pick({"u", "$L(0.2)"}), e);
    case 7:
      return fmt::format("dot(Vec2{{{0}, {1}}}, turned(Vec2{{{1}, {2}}}, {0}))",
                         "$D(" + leaf(scope) + ")", "$D(" + leaf(scope) + ")", "$D(" + e + ")");
    default:
      return fmt::format("first_large({}, $D({}))", e, leaf(scope));
  }
}

std::string ExpressionWriter::of_object(const Scope& scope, int depth) {
  std::vector<std::string> calls;
  for (const std::string& v : scope.vectors) {
    calls.push_back(v + ".x");
    calls.push_back(v + ".norm()");
    calls.push_back(fmt::format("dot({}, {})", v, random_.pick(scope.vectors)));
    calls.push_back(fmt::format("({} * {} - {}).y", leaf(scope), v, random_.pick(scope.vectors)));
  }
  for (const std::string& t : scope.turns)
    calls.push_back(fmt::format("{}({})", t, expression(scope, depth - 1)));
  for (const std::string& p : scope.pairs) calls.push_back(fmt::format("spread({})", p));
  return calls.empty() ? arithmetic(scope, depth) : random_.pick(calls);
}

std::string ExpressionWriter::bounded(const Scope& scope, int depth) {
  return fmt::format(fmt::runtime(random_.pick({"std::sin({})", "tanh({})", "std::atan({})"})),
                     expression(scope, depth));
}

std::string ExpressionWriter::condition(const Scope& scope, int depth) {
  if (depth > 0 && random_.chance(20)) {
    return fmt::format("({} {} {})", condition(scope, depth - 1), random_.pick({"&&", "||"}),
                       condition(scope, depth - 1));
  }
  if (depth > 0 && random_.chance(7)) return fmt::format("!{}", condition(scope, depth - 1));
  if (!scope.bools.empty() && random_.chance(25)) return random_.pick(scope.bools);
  if (!scope.indices.empty() && random_.chance(25)) {
    const Index& i = random_.pick(scope.indices);
    return fmt::format("({} {} {})", i.name, random_.pick({"==", "<", ">", "!="}),
                       i.is_unsigned ? "1u" : "1");
  }
  const std::string token = random_.pick({"<", "<=", ">", ">=", "<", ">", "==", "!="});
  return fmt::format("({} {} {})", expression(scope, depth - 1), token,
                     random_.chance(50) ? literal() : expression(scope, depth - 1));
}

}  // namespace e2e
