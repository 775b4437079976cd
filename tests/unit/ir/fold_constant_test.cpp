#include "ir/fold_constant.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

/// What a text folds to; "-" where it does not.
std::string folded(const char* text) {
  Graph g;
  const auto result = fold_constant(g, parse_infix(g, text));
  return result ? to_infix(g, *result) : "-";
}

}  // namespace

TEST_CASE("exact arithmetic folds") {
  CHECK(folded("1 + 2") == "3");
  CHECK(folded("0.1 + 0.2") == "0.30000000000000004");
  CHECK(folded("1f / 3") == "0.33333334f");
  CHECK(folded("-(2)") == "-2");
  CHECK(folded("sqrt(2)") == "1.4142135623730951");
  CHECK(folded("fma(0.1, 10, -1)") == "5.551115123125783e-17");
  CHECK(folded("min(2, 1)") == "1");
  CHECK(folded("floor(-0.5)") == "-1");
  CHECK(folded("1 / 0") == "inf");
  CHECK(folded("7i / -2") == "-3i");
  CHECK(folded("7i % -2") == "1i");
  CHECK(folded("2i < 3") == "true");
  CHECK(folded("nan == nan") == "false");
  CHECK(folded("true && false") == "false");
}

TEST_CASE("conversions fold as static_cast converts") {
  CHECK(folded("index(-2.9)") == "-2i");
  CHECK(folded("float(0.1)") == "0.1f");
  CHECK(folded("double(0.1f)") == "0.10000000149011612");
  CHECK(folded("float(16777217i)") == "16777216f");
  CHECK(folded("bool(0.5)") == "true");
  CHECK(folded("double(true)") == "1");
}

TEST_CASE("a choice with a known condition is its side, constant or not") {
  CHECK(folded("true ? x : y") == "x");
  CHECK(folded("false ? x : y") == "y");
  CHECK(folded("c < 1 ? 2 : 3") == "-");
}

TEST_CASE("nothing folds through the host's math library, nor where C++ has no value") {
  for (const char* text : {"exp(0)", "sin(0)", "pow(2, 3)", "log(1)", "cbrt(8)", "hypot(3, 4)",
                           "tanh(0)", "fmod(5, 3)", "1i / 0", "1i % 0", "9223372036854775807i + 1",
                           "index(1e300)", "index(nan)", "x + 1", "-(-9223372036854775808i)"}) {
    INFO(text);
    CHECK(folded(text) == "-");
  }
}

TEST_CASE("whatever folds has the value that the evaluator gives, bit for bit") {
  int folds = 0;
  for (const OpRow& row : op_rows()) {
    if (row.signature == Signature::OrderReal) continue;
    const bool whole = row.signature == Signature::Integer;
    const bool logic = row.signature == Signature::Logic;
    for (Element element : {Element::F64, Element::F32, Element::Index, Element::Bool}) {
      if (logic != (element == Element::Bool) || (whole && element != Element::Index)) continue;
      if (element == Element::Index && row.signature == Signature::Real) continue;
      for (double x : kSpecialNumbers) {
        for (double y : kSpecialNumbers) {
          if (!is_floating(element) && !(std::fabs(x) < 1e9 && std::fabs(y) < 1e9)) continue;
          Graph g;
          const NodeId operands[] = {g.number(element, x), g.number(element, y),
                                     g.number(element, 0.5)};
          const NodeId id =
              g.apply(row.op, std::span(operands).first(static_cast<std::size_t>(row.operands)));
          const auto result = fold_constant(g, id);
          if (!result) continue;
          const long double expected = evaluate<double>(g, id, {}).number();
          const long double got = is_floating(g.element(id))
                                      ? static_cast<long double>(g.constant_value(*result))
                                      : static_cast<long double>(g.index_value(*result));
          INFO(row.name << " of " << x << ", " << y << ": " << got << ", not " << expected);
          REQUIRE(g[*result].type == g[id].type);
          REQUIRE((std::isnan(got)
                       ? std::isnan(expected)
                       : got == expected && std::signbit(got) == std::signbit(expected)));
          ++folds;
        }
      }
    }
  }
  CHECK(folds > 10000);
}
