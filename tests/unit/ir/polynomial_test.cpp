#include "ir/polynomial.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"

namespace gradsmith {
namespace {

/// Whether two integer expressions are one polynomial.
bool same(const std::string& a, const std::string& b) {
  Graph g;
  const NodeId x = parse_infix(g, a, Element::Index), y = parse_infix(g, b, Element::Index);
  Polynomials read(g);
  return read.of(x) == read.of(y);
}

}  // namespace

TEST_CASE("expressions that are equal for all integers are one polynomial") {
  CHECK(same("i + j", "j + i"));
  CHECK(same("(i + 1)*d + j", "i*d + j + d"));
  CHECK(same("(n - 1) + 1", "n"));
  CHECK(same("i*(i + 1) / 2", "i*(i - 1) / 2 + i"));
  CHECK(same("n*(n + 1)*(2*n + 1) / 6 - n*n", "(n - 1)*n*(2*n - 1) / 6"));
  CHECK(same("-(a - b)", "b - a"));
}

TEST_CASE("expressions that differ are different polynomials") {
  CHECK_FALSE(same("i*j", "i + j"));
  CHECK_FALSE(same("n / 2 * 2", "n"));
  CHECK_FALSE(same("(n + 1) / 2", "n / 2"));
  CHECK_FALSE(same("i*j / 2", "j / 2*i"));
}

TEST_CASE("a quotient is a polynomial where it is whole for all integers") {
  const auto is_unknown = [](const std::string& text) {
    Graph g;
    const NodeId x = parse_infix(g, text, Element::Index);
    return Polynomials(g).of(x) == Polynomial::unknown(x);
  };
  CHECK_FALSE(is_unknown("n*(n + 1) / 2"));
  CHECK_FALSE(is_unknown("n*(n + 1)*(n + 2) / 6"));
  CHECK_FALSE(is_unknown("(4*n + 2*m) / 2"));
  CHECK(is_unknown("n / 2"));
  CHECK(is_unknown("n*(n + 2) / 2"));
  CHECK(is_unknown("n / m"));
  CHECK(is_unknown("n*n / (0 - 1)"));
}

TEST_CASE("a polynomial's node has its value") {
  for (const char* text : {"i*(i + 1) / 2 + j", "3*i*j - 2*j + 7", "0*i", "-i", "j - i*i*i",
                           "i*(i + 1)*(2*i + 1) / 6 - j*(j - 1) / 2"}) {
    INFO(text);
    Graph g;
    const NodeId x = parse_infix(g, text, Element::Index);
    const NodeId made = node_of(g, Polynomials(g).of(x));
    for (int i = -3; i <= 3; ++i) {
      for (int j = -3; j <= 3; ++j) {
        const Environment at = {{"i", Value::index(i)}, {"j", Value::index(j)}};
        CHECK(evaluate<double>(g, made, at).number() == evaluate<double>(g, x, at).number());
      }
    }
  }
}

TEST_CASE("numbers and sizes beyond reason stay unknown") {
  Graph g;
  std::string text = "i";
  for (int k = 0; k < 12; ++k) text = "(" + text + ")*i";
  const NodeId high = parse_infix(g, text, Element::Index);
  CHECK(Polynomials(g).of(high).terms().size() == 1);
  const NodeId large =
      parse_infix(g, "4000000000000000000*i*(4000000000000000000*i)", Element::Index);
  CHECK(Polynomials(g).of(large) == Polynomial::unknown(large));
}

}  // namespace gradsmith
