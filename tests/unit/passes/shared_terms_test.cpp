#include "passes/shared_terms.hpp"

#include <catch2/catch.hpp>

namespace gradsmith::test {
namespace {

using Terms = std::vector<SignedTerm>;

constexpr SignedTerm plus(std::uint32_t s) { return {s, false}; }
constexpr SignedTerm minus(std::uint32_t s) { return {s, true}; }

}  // namespace

TEST_CASE("the pair that most sums have is made one term first") {
  SharedTerms shared(4);
  shared.add({plus(0), plus(1), plus(2)});
  shared.add({plus(0), minus(2)});
  shared.add({minus(0), minus(1), plus(3)});
  shared.add({plus(1), plus(0)});
  shared.choose();
  CHECK(*shared.pair(4) == TermPair{0, 1, false});
  CHECK(shared.terms(0) == Terms{plus(4), plus(2)});
  CHECK(shared.terms(1) == Terms{plus(0), minus(2)});
  CHECK(shared.terms(2) == Terms{minus(4), plus(3)});
  CHECK(shared.terms(3) == Terms{plus(4)});
}

TEST_CASE("pairs of pairs of terms are found") {
  SharedTerms shared(4);
  shared.add({plus(0), minus(1), plus(2), plus(3)});
  shared.add({minus(2), plus(1), minus(0)});
  shared.choose();
  REQUIRE(shared.terms(1).size() == 1);
  CHECK(shared.terms(0) == Terms{{shared.terms(1)[0].symbol, false}, plus(3)});
  CHECK(shared.terms(1)[0].minus);
}

TEST_CASE("an offered pair is taken wherever it is, with its sign") {
  SharedTerms shared(4);
  // 3 stands for 1 - 0.
  shared.offer(SharedTerms::pair_of(plus(1), minus(0)), minus(3));
  shared.add({plus(0), plus(2), minus(1)});
  shared.choose();
  CHECK(shared.terms(0) == Terms{minus(3), plus(2)});
}

TEST_CASE("sums without a common pair stay") {
  SharedTerms shared(3);
  shared.add({plus(0), plus(1)});
  shared.add({plus(0), minus(1)});
  shared.add({plus(0), plus(2)});
  shared.choose();
  CHECK(shared.terms(0) == Terms{plus(0), plus(1)});
  CHECK(shared.terms(1) == Terms{plus(0), minus(1)});
  CHECK(shared.pair(3) == nullptr);
}

}  // namespace gradsmith::test
