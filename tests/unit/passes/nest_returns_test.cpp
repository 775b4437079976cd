#include "passes/nest_returns.hpp"

#include <catch2/catch.hpp>

#include "passes/cost.hpp"
#include "passes/pipeline.hpp"
#include "random_functions.hpp"
#include "sketch.hpp"

namespace gradsmith::test {
namespace {

/// What lowering makes of a loop, unrolled, that returns in some trip:
/// for k in 0..n: if (c_k(state)) return x_k(state); state = next_k(state); ... return state.
Function returning(Random& random, int returns) {
  Function f;
  Graph& g = f.graph;
  const auto input = [&](const char* name) { return g.input(name, scalar_type(Element::F64)); };
  const std::vector<NodeId> inputs{input("x"), input("y"), input("z")};
  NodeId flag = kNoNode;
  NodeId value = kNoNode;
  NodeId state = inputs[0];
  for (int k = 0; k < returns; ++k) {
    const NodeId condition = g.apply(Op::Lt, {g.apply(Op::Sin, {state}), pick(inputs, random)});
    const NodeId result = g.apply(Op::Mul, {state, pick(inputs, random)});
    value = flag == kNoNode ? result : g.choose(flag, value, result);
    flag = flag == kNoNode ? condition : g.apply(Op::Or, {flag, condition});
    const NodeId next = g.apply(random() % 2 ? Op::Add : Op::Sub, {state, pick(inputs, random)});
    state = g.choose(flag, state, g.apply(Op::Cos, {next}));
  }
  f.outputs.push_back({"", {}, g.choose(flag, value, state)});
  f.outputs.push_back({"state", {}, state});
  f.value_outputs = 2;
  f.policy = FpPolicy::Strict;
  return f;
}

}  // namespace

TEST_CASE("two returns become a chain of choices") {
  Sketch s;
  Graph& g = s.f.graph;
  const Expr a = s.x < s.y;
  const Expr b = s.x < s.z;
  const NodeId value = g.choose(a.id, s.u.id, s.v.id);
  s.output({&g, g.choose((a || b).id, value, (s.w + s.x).id)});
  const Function after = nest_returns(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "((x < y) ? u : ((x < z) ? v : (w + x)))");
}

TEST_CASE("what only runs after a flag was false takes it for false") {
  Sketch s;
  Graph& g = s.f.graph;
  const Expr a = s.x < s.y;
  const NodeId state = g.choose(a.id, s.x.id, s.z.id);
  const Expr b = Expr{&g, state} < s.w;
  const NodeId value = g.choose(a.id, s.u.id, state);
  s.output({&g, g.choose((a || b).id, value, g.apply(Op::Sin, {state}))});
  const Function after = nest_returns(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "((x < y) ? u : ((z < w) ? z : sin(z)))");
}

TEST_CASE("returns of random functions keep every bit of the values") {
  Random random(31);
  int compared = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const Function f = returning(random, 1 + static_cast<int>(random() % 7));
    const Function after = nest_returns(f);
    for (int point = 0; point < 20; ++point) {
      std::array<double, 3> at{};
      for (double& x : at) x = random_number<double>(random);
      const auto was = evaluate_scalars<double>(f.graph, nodes_of(f), inputs_at(f.graph, at));
      const auto is =
          evaluate_scalars<double>(after.graph, nodes_of(after), inputs_at(after.graph, at));
      for (std::size_t k = 0; k < f.outputs.size(); ++k) {
        ++compared;
        CHECK(same_bits(was[f.outputs[k].value], is[after.outputs[k].value]));
      }
    }
  }
  CHECK(compared == 300 * 20 * 2);
}

TEST_CASE("the nodes that returns take grow as their number") {
  const auto nodes = [](int returns) {
    Random random(32);
    Function f = returning(random, returns);
    f.outputs.pop_back();
    f.value_outputs = 1;
    return nodes_of(nest_returns(f)).size();
  };
  CHECK(nodes(200) < 11 * nodes(20));
  // Not one choice is left beside those of the returns.
  Random random(33);
  Function f = returning(random, 50);
  f.outputs.pop_back();
  const Function after = nest_returns(f);
  const std::vector<NodeId> live = nodes_of(after);
  CHECK(std::count_if(live.begin(), live.end(),
                      [&](NodeId id) { return after.graph.op(id) == Op::If; }) == 50);
}

TEST_CASE("choices that are no returns stay") {
  Sketch s;
  Graph& g = s.f.graph;
  const Expr a = s.x < s.y;
  const Expr b = s.x < s.z;
  const NodeId other = g.choose(b.id, s.u.id, s.v.id);
  s.output({&g, g.choose((a || b).id, other, s.w.id)});
  CHECK(nest_returns(s.f).outputs[0].value == s.f.outputs[0].value);
}

}  // namespace gradsmith::test
