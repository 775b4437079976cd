#include "ir/conditions.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"

namespace gradsmith::test {
namespace {

/// A graph with real inputs x and y, and integer ones i and j.
struct Known {
  Graph g;
  Known() {
    for (const char* name : {"x", "y"}) g.input(name, scalar_type(Element::F64));
    for (const char* name : {"i", "j"}) g.input(name, scalar_type(Element::Index));
  }
  NodeId of(const std::string& text) { return parse_infix(g, text, Element::Bool); }
  bool opposite(const std::string& a, const std::string& b) {
    return are_opposite(g, of(a), of(b));
  }
  std::optional<bool> decided(const std::string& condition, const std::string& given,
                              bool holds = true) {
    return gradsmith::decided(g, of(condition), of(given), holds);
  }
};

}  // namespace

TEST_CASE("conditions of which just one holds are opposite, a NaN among them or not") {
  Known k;
  CHECK(k.opposite("x < y", "!(x < y)"));
  CHECK(k.opposite("x == y", "x != y"));
  CHECK(k.opposite("i < j", "i >= j"));
  CHECK(k.opposite("i > j", "i <= j"));
  CHECK_FALSE(k.opposite("x < y", "x >= y"));
  CHECK_FALSE(k.opposite("i < j", "i > j"));
  CHECK_FALSE(k.opposite("i < j", "j >= i"));
  CHECK_FALSE(k.opposite("x == y", "x == y"));
}

TEST_CASE("what a condition is where another one holds") {
  Known k;
  CHECK(k.decided("x < y", "x < y") == true);
  CHECK(k.decided("x < y", "i == 1i && x < y") == true);
  CHECK(k.decided("i != 1i", "i == 1i && x < y") == false);
  CHECK(k.decided("i != 1i && x < y", "i == 1i") == false);
  CHECK(k.decided("i == 1i || x < y", "i == 1i") == true);
  CHECK(k.decided("i == 1i && x < y", "x < y && (j < 2i && i == 1i)") == true);
  CHECK(k.decided("!(i == 1i)", "i == 1i") == false);
  CHECK(k.decided("i != 1i || j != 1i", "i == 1i && j == 1i") == false);
  // Not both, or one of them alone: that does not say.
  CHECK_FALSE(k.decided("i == 1i && x < y", "i == 1i"));
  CHECK_FALSE(k.decided("i == 1i", "i == 1i || x < y"));
  CHECK_FALSE(k.decided("x >= y", "x < y"));
}

TEST_CASE("what a condition is where another one does not hold") {
  Known k;
  CHECK(k.decided("x < y", "x < y", false) == false);
  CHECK(k.decided("!(x < y)", "x < y", false) == true);
  CHECK(k.decided("i == 1i", "i != 1i", false) == true);
  CHECK(k.decided("x < y", "x < y || i == 1i", false) == false);
  CHECK(k.decided("i != 1i", "x < y || i == 1i", false) == true);
  CHECK(k.decided("x < y", "!(x < y && i == 1i)", false) == true);
  // A NaN is neither less nor not less; and one of two may fail alone.
  CHECK_FALSE(k.decided("x >= y", "x < y", false));
  CHECK_FALSE(k.decided("x < y", "x < y && i == 1i", false));
}

}  // namespace gradsmith::test
