#include "passes/shared_pairs.hpp"

#include <catch2/catch.hpp>

namespace gradsmith::test {

using Symbols = std::vector<Symbol>;

namespace {

SharedPairs chosen(const std::vector<Symbols>& products) {
  SharedPairs pairs;
  pairs.reserve(9);
  for (const Symbols& p : products) pairs.add(p);
  pairs.choose();
  return pairs;
}

}  // namespace

TEST_CASE("the most frequent pair becomes a symbol first") {
  const SharedPairs pairs = chosen({{0, 1, 2}, {2, 1, 3}, {1, 2}, {0, 1, 4}});
  // 1 * 2 three times, which leaves 0 * 1 once.
  const Symbol p = pairs.factors(2).at(0);
  CHECK(pairs.pair(p) == std::pair<Symbol, Symbol>{1, 2});
  CHECK(pairs.factors(0) == Symbols{0, p});
  CHECK(pairs.factors(1) == Symbols{p, 3});
  CHECK(pairs.factors(3) == Symbols{0, 1, 4});
}

TEST_CASE("pairs of pairs are found") {
  const SharedPairs pairs = chosen({{0, 1, 2, 3}, {3, 2, 1, 0, 4}});
  REQUIRE(pairs.factors(0).size() == 1);
  CHECK(pairs.factors(1) == Symbols{pairs.factors(0)[0], 4});
}

TEST_CASE("squares count by how often they can be taken") {
  const SharedPairs pairs = chosen({{0, 0, 0, 0}});
  const Symbol square = pairs.factors(0).at(0);
  CHECK(pairs.pair(square) == std::pair<Symbol, Symbol>{0, 0});
  CHECK(pairs.factors(0) == Symbols{square, square});
  CHECK(chosen({{0, 0, 0}}).factors(0) == Symbols{0, 0, 0});
}

TEST_CASE("offered pairs are taken even once, and again") {
  SharedPairs pairs;
  pairs.reserve(9);
  pairs.offer(1, 0, 7);
  pairs.offer(7, 2, 8);
  pairs.add({0, 3, 1, 2});
  pairs.choose();
  CHECK(pairs.factors(0) == Symbols{8, 3});
}

TEST_CASE("what cancels goes, and what an offer makes may cancel") {
  SharedPairs pairs;
  pairs.reserve(9);
  pairs.offer(0, 1, 7);
  pairs.cancel(7, 8);
  pairs.add({0, 8, 3, 1});
  pairs.add({7, 8});
  pairs.choose();
  CHECK(pairs.factors(0) == Symbols{3});
  CHECK(pairs.factors(1).empty());
}

TEST_CASE("products without a common pair stay") {
  const SharedPairs pairs = chosen({{0, 1}, {1, 2}, {0, 2}});
  CHECK(pairs.factors(0) == Symbols{0, 1});
  CHECK(pairs.factors(1) == Symbols{1, 2});
  CHECK(pairs.factors(2) == Symbols{0, 2});
}

}  // namespace gradsmith::test
