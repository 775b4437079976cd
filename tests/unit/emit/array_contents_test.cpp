#include "emit/array_contents.hpp"

#include <catch2/catch.hpp>

#include "emit/schedule.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// A function with an array of two numbers of its own, for x and y.
struct Filled {
  Filled() : b("f"), x(b.number("x")), y(b.number("y")) {
    Graph& g = b.f.graph;
    const std::int64_t two[] = {2};
    buffer = g.input("#0", g.array_type(Element::F64, two));
    b.f.buffers.push_back({buffer, -1, {}});
    const NodeId first[] = {g.index(0)};
    const NodeId second[] = {g.index(1)};
    filled = g.set(g.set(buffer, first, x.id), second, y.id);
    doubled = g.set(filled, first, g.apply(Op::Mul, {g.at(filled, first), g.constant(2)}));
  }
  Expr element(NodeId version) { return {&b.f.graph, b.f.graph.at(version, {b.f.graph.index(0)})}; }
  Expr if_positive(const Expr& number, const Expr& value) {
    Graph& g = b.f.graph;
    const NodeId condition = g.apply(Op::Gt, {number.id, g.constant(0)});
    return {&g, g.choose(condition, value.id, g.constant(0))};
  }

  FunctionBuilder b;
  Expr x;
  Expr y;
  NodeId buffer = kNoNode;
  NodeId filled = kNoNode;
  NodeId doubled = kNoNode;
};

}  // namespace

TEST_CASE("a version that is read before the next one is made is in its place") {
  Filled f;
  f.b.returns(f.element(f.filled) + f.element(f.doubled));
  CHECK_FALSE(find_array_conflict(f.b.f));
}

TEST_CASE("a branch may change an array that was made before it, for itself") {
  Filled f;
  f.b.returns(f.element(f.filled) + f.if_positive(f.x, f.element(f.doubled)));
  CHECK_FALSE(find_array_conflict(f.b.f));
}

TEST_CASE("a statement in two branches that may both be taken writes over its own result") {
  // Where x and y are positive, the first branch fills the array, the second fills and doubles it,
  // and the third, which needs the second, would double it once more.
  Filled f;
  const Expr a = f.if_positive(f.x, f.element(f.filled));
  const Expr b = f.if_positive(f.y, f.element(f.doubled));
  const Expr c = f.if_positive(f.x, f.element(f.doubled) * b);
  f.b.returns(a + b + c);
  const auto found = find_array_conflict(f.b.f);
  REQUIRE(found);
  CHECK(found->statement == f.doubled);
  CHECK(found->version == f.filled);
}

TEST_CASE("an array that two branches on opposite conditions change differently is right in both") {
  Filled f;
  Graph& g = f.b.f.graph;
  const NodeId first[] = {g.index(0)};
  const NodeId tripled =
      g.set(f.filled, first, g.apply(Op::Mul, {g.at(f.filled, first), g.constant(3)}));
  const NodeId condition = g.apply(Op::Gt, {f.x.id, g.constant(0)});
  const NodeId either = g.choose(condition, f.doubled, tripled);
  f.b.returns(f.element(either) + f.if_positive(f.x, f.element(f.doubled)));
  CHECK_FALSE(find_array_conflict(f.b.f));
}

}  // namespace gradsmith
