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
  const Expr late = b.named(x * x, "late", 1);
  const Expr early = b.named(x + 1, "early", 2);
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

TEST_CASE("calls that do not need each other stand together, after what they need") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr a = b.named(x * y, "a", 1);
  const Expr ta = b.named(tanh(a), "ta", 2);
  const Expr c = b.named(x + ta, "c", 3);
  const Expr d = b.named(x - y, "d", 4);
  const Expr td = b.named(tanh(d), "td", 5);
  b.returns(c * td + d * a);
  CHECK(Ordered(b.f).nodes(kFunctionRegion) == std::vector<NodeId>{a.id, d.id, ta.id, td.id, c.id});
}

TEST_CASE("a call that no call needs stands with the last ones") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr early = b.named(exp(x), "early", 1);
  const Expr inner = b.named(log(x), "inner", 2);
  const Expr outer = b.named(sin(inner), "outer", 3);
  b.returns(early + inner + outer);
  CHECK(Ordered(b.f).nodes(kFunctionRegion) == std::vector<NodeId>{inner.id, early.id, outer.id});
}

TEST_CASE("many calls stand where they are needed") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  std::vector<NodeId> wanted;
  Expr sum = x;
  for (int i = 0; i < 70; ++i) {
    const std::string number = std::to_string(i);
    const Expr call = b.named(exp(x + static_cast<double>(i)), "call" + number, i);
    sum = b.named(sum + call, "sum" + number, i);
    wanted.push_back(call.id);
    wanted.push_back(sum.id);
  }
  b.returns(sum * sum);
  CHECK(Ordered(b.f).nodes(kFunctionRegion) == wanted);
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
