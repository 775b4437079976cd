#include "ir/loop_nest.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

/// Loops over i, j, k, outermost first, whose bounds are integer expressions.
class Nest {
 public:
  Nest& loop(const std::string& begin, const std::string& end, int step = 1) {
    const int level = static_cast<int>(nest_.depth()) + 1;
    const Range range{read(begin), read(end), g_.index(step)};
    CHECK(nest_.enter(g_, polynomials_, level, index(level), range));
    return *this;
  }

  /// The largest value of an expression, "?" where it is not known, "at most" where it may be less.
  std::string largest(const std::string& text) {
    const auto found = nest_.largest(polynomials_.of(read(text)));
    if (!found) return "?";
    std::string said = found->attained ? "" : "at most ";
    for (const Polynomial& value : found->values) {
      said += (&value == &found->values.front() ? "" : " and ") + to_infix(g_, node_of(g_, value));
    }
    return said;
  }

  bool never_negative(const std::string& text) {
    return nest_.never_negative(polynomials_.of(read(text)));
  }

 private:
  NodeId index(int level) { return g_.bound(level, 0, scalar_type(Element::Index)); }

  NodeId read(const std::string& text) {
    // The indices of the loops that are open stand for i, j and k.
    NodeId node = parse_infix(g_, text, Element::Index);
    const char* names[] = {"i", "j", "k"};
    for (int level = 1; level <= 3; ++level) {
      const NodeId input = g_.find_input(names[level - 1]);
      if (input == kNoNode) continue;
      const NodeId from[] = {input}, to[] = {index(level)};
      node = replace(g_, node, from, to);
    }
    return node;
  }

  Graph g_;
  Polynomials polynomials_{g_};
  LoopNest nest_;
};

}  // namespace

TEST_CASE("a sum is largest where its indices are") {
  CHECK(Nest().loop("0", "n").largest("i") == "(n - 1i)");
  CHECK(Nest().loop("n - 1", "-1", -1).largest("i") == "(n - 1i)");
  CHECK(Nest().loop("0", "n").largest("-i") == "0i");
  CHECK(Nest().loop("2", "n").loop("0", "m").largest("i - j") == "(n - 1i)");
  CHECK(Nest().loop("0", "n").loop("0", "m").largest("i*m + j + 1") == "(n * m)");
}

TEST_CASE("an inner loop's bounds may depend on the outer index") {
  CHECK(Nest().loop("0", "n").loop("0", "i").largest("j") == "(n - 2i)");
  CHECK(Nest().loop("0", "n").loop("0", "i + 1").largest("i*(i + 1) / 2 + j + 1") ==
        "(((n * n) + n) / 2i)");
  CHECK(Nest().loop("0", "n").loop("i", "n").largest("j - i") == "(n - 1i)");
}

TEST_CASE("what is reached only where an inner loop is empty is a bound and no more") {
  CHECK(Nest().loop("0", "n").loop("0", "n - 1 - i").largest("5*i + j").starts_with("at most"));
}

TEST_CASE("the end of a stride may be missed") {
  CHECK(Nest().loop("0", "n", 2).largest("i").starts_with("at most"));
  CHECK(Nest().loop("0", "2*n", 2).largest("i") == "((2i * n) - 2i)");
}

TEST_CASE("nothing is said where a product may go either way") {
  CHECK(Nest().loop("0", "n").largest("i*m") == "?");
  CHECK(Nest().loop("0", "n").loop("0", "m").largest("i*m") != "?");
  CHECK(Nest().loop("0", "n").largest("i*(n - 3 - i)") == "?");
  CHECK(Nest().loop("0", "n").largest("i / 2") == "?");
}

TEST_CASE("that loops run tells how small sizes can be") {
  CHECK(Nest().loop("0", "n").never_negative("n - 1"));
  CHECK_FALSE(Nest().loop("0", "n").never_negative("n - 2"));
  CHECK(Nest().loop("0", "n").loop("0", "i").never_negative("n - 2"));
  CHECK(Nest().loop("3", "n").never_negative("i - 3"));
  CHECK(Nest().loop("m", "n").never_negative("n - m - 1"));
  CHECK_FALSE(Nest().loop("m", "n").never_negative("n"));
  CHECK(Nest().loop("0", "n").loop("0", "m").never_negative("n*m - i*m - j - 1"));
}

}  // namespace gradsmith
