#include "emit/placement.hpp"

#include <catch2/catch.hpp>

#include "support/refusal.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// The regions that compute a node.
std::vector<RegionId> regions_of(const Placement& placement, const Expr& e) {
  std::vector<RegionId> regions;
  for (const Instance& i : placement.instances()) {
    if (i.node == e.id) regions.push_back(i.region);
  }
  return regions;
}

struct TwoNumbers : FunctionBuilder {
  TwoNumbers() : FunctionBuilder("f"), x(number("x")), y(number("y")) {}
  Expr x;
  Expr y;
};

}  // namespace

TEST_CASE("parameters and literals are not placed, all else has one place or more") {
  TwoNumbers b;
  const Expr e = exp(b.x + 1);
  b.returns(e);
  const Terms terms(b.f);
  const Placement placement(terms);
  CHECK(placement.instances().size() == 2);
  CHECK(regions_of(placement, b.x).empty());
  CHECK(regions_of(placement, e) == std::vector<RegionId>{kFunctionRegion});
}

TEST_CASE("a call in one side belongs to that side") {
  TwoNumbers b;
  const Expr call = log(b.x);
  b.returns(choose(0 < b.x, call + 1, b.y));
  const Terms terms(b.f);
  const Placement placement(terms);
  REQUIRE(placement.groups().size() == 1);
  CHECK(regions_of(placement, call) == std::vector<RegionId>{placement.groups()[0].sides[0]});
}

TEST_CASE("a call that both sides need on all their paths belongs before the branch") {
  TwoNumbers b;
  const Expr call = log(b.x);
  const Expr inner = choose(b.x < b.y, call * 2, call * 3);
  b.returns(choose(0 < b.x, inner, call * 4));
  const Terms terms(b.f);
  const Placement placement(terms);
  CHECK(regions_of(placement, call) == std::vector<RegionId>{kFunctionRegion});
}

TEST_CASE("a call that some path inside a side does not need stays inside") {
  TwoNumbers b;
  const Expr call = log(b.x);
  const Expr inner = choose(b.x < b.y, call * 2, b.y);
  b.returns(choose(0 < b.x, inner, call * 4));
  const Terms terms(b.f);
  const Placement placement(terms);
  CHECK(regions_of(placement, call).size() == 2);
}

TEST_CASE("a division is not cheap, nor is a sum that needs one") {
  TwoNumbers b;
  const Expr quotient = b.x / b.y;
  const Expr sum = quotient + 1;
  const Expr product = b.x * b.y;
  const Expr p = choose(0 < b.x, sum * product, b.y);
  const Expr q = choose(0 < b.y, sum - product, b.x);
  b.returns(p + q);
  const Terms terms(b.f);
  const Placement placement(terms);
  CHECK(regions_of(placement, quotient).size() == 2);
  CHECK(regions_of(placement, sum).size() == 2);
  CHECK(regions_of(placement, product) == std::vector<RegionId>{kFunctionRegion});
}

TEST_CASE("a sum that needs a division which is there anyway is shared") {
  TwoNumbers b;
  const Expr quotient = b.x / b.y;
  const Expr sum = quotient + 1;
  const Expr p = choose(0 < b.x, sum * 2, b.y);
  const Expr q = choose(0 < b.y, sum * 3, b.x);
  b.returns(p + q + quotient);
  const Terms terms(b.f);
  const Placement placement(terms);
  CHECK(regions_of(placement, sum) == std::vector<RegionId>{kFunctionRegion});
}

TEST_CASE("an operand is seen from every region inside its own") {
  TwoNumbers b;
  const Expr call = log(b.x);
  const Expr p = choose(0 < b.x, call + 1, b.y);
  const Expr q = choose(0 < b.y, choose(b.x < b.y, call * call, b.x), b.x);
  b.returns(p * q);
  const Terms terms(b.f);
  const Placement placement(terms);
  for (InstanceId i = 0; i < placement.instances().size(); ++i) {
    const Instance& user = placement.instances()[i];
    for (std::size_t k = 0; k < terms.operand_count(user.node); ++k) {
      const InstanceId o = placement.operand(i, k);
      if (o == kNowhere) continue;
      RegionId region = user.region;
      if (user.group != kNowhere && k > 0) region = placement.groups()[user.group].sides[k - 1];
      while (region != kNowhere && region != placement.instances()[o].region) {
        region = placement.regions()[region].parent;
      }
      CHECK(region != kNowhere);
    }
  }
}

TEST_CASE("clones that would multiply at every nesting are refused, not written") {
  TwoNumbers b;
  Expr p = log(b.x);
  Expr q = log(b.y);
  for (int i = 0; i < 64; ++i) {
    // Each level needs both values of the one below under two conditions of its own.
    const Expr next_p = choose(b.x < double(i), exp(p) * q, b.x);
    const Expr next_q = choose(b.y < double(i), exp(q) * p, b.y);
    p = next_p;
    q = next_q;
  }
  b.returns(p + q);
  const Terms terms(b.f);
  try {
    const Placement placement(terms);
    FAIL("no refusal");
  } catch (const Refusal& refusal) {
    CHECK(refusal.code() == "gs-too-many-clones");
  }
}

}  // namespace gradsmith
