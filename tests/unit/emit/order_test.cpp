#include "emit/order.hpp"

#include <catch2/catch.hpp>

#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

struct Ordered {
  explicit Ordered(const Function& f)
      : terms(f),
        placement(terms),
        forms(placement),
        statements(order_statements(placement, forms)) {}

  std::vector<NodeId> nodes(RegionId region) const {
    std::vector<NodeId> found;
    for (const Unit& u : statements[region]) {
      found.push_back(u.group == kNowhere ? placement.instances()[u.instance].node : kNoNode);
    }
    return found;
  }

  const Terms terms;
  const Placement placement;
  const Forms forms;
  const std::vector<std::vector<Unit>> statements;
};

}  // namespace

TEST_CASE("values stand near their first use, in the order of operands") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr late = b.named(exp(x), "late", 1);
  const Expr early = b.named(log(x), "early", 2);
  const Expr middle = b.named(early * 2, "middle", 3);
  b.returns(middle + early + late);
  CHECK(Ordered(b.f).nodes(kFunctionRegion) == std::vector<NodeId>{early.id, middle.id, late.id});
}

TEST_CASE("cosine follows sine of the same argument, wherever it is needed") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr s = sin(x);
  const Expr between = b.named(s * 2, "between", 1);
  const Expr c = cos(x);
  b.returns(between * c);
  CHECK(Ordered(b.f).nodes(kFunctionRegion) == std::vector<NodeId>{s.id, c.id, between.id});
}

TEST_CASE("what a side needs from outside comes before the branch, the rest inside it") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr outside = b.named(exp(x), "outside", 1);
  const Expr inside = b.named(log(x) * outside, "inside", 2);
  const Expr branch = choose(0 < x, inside * inside, outside);
  b.returns(branch * branch + outside);
  const Ordered ordered(b.f);
  CHECK(ordered.nodes(kFunctionRegion) == std::vector<NodeId>{outside.id, kNoNode});
  CHECK(ordered.nodes(ordered.placement.groups()[0].sides[0]) == std::vector<NodeId>{inside.id});
}

}  // namespace gradsmith
