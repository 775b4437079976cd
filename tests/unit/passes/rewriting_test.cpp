#include "passes/rewriting.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "ir/expr.hpp"
#include "ir/function.hpp"

namespace gradsmith::test {
namespace {

struct Sketch {
  Graph g;
  Expr x{&g, g.input("x", scalar_type(Element::F64))};
  Expr y{&g, g.input("y", scalar_type(Element::F64))};

  Sketch() = default;
  Sketch(const Sketch&) = delete;
  Sketch& operator=(const Sketch&) = delete;
};

}  // namespace

TEST_CASE("users are operands' places and roots, once each") {
  Sketch s;
  const Expr square = s.x * s.x;
  const Expr sum = square + s.y;
  const Expr unused = square * s.y;
  const NodeId roots[] = {sum.id, square.id};
  const Rewriting rewriting(s.g, roots);
  CHECK(rewriting.uses()[s.x.id] == 2);
  CHECK(rewriting.uses()[square.id] == 2);
  CHECK(rewriting.uses()[s.y.id] == 1);
  CHECK(rewriting.uses()[sum.id] == 1);
  CHECK(rewriting.uses()[unused.id] == 0);
}

TEST_CASE("what a replaced node alone used is no longer in use") {
  Sketch s;
  const Expr inner = exp(s.y);
  const Expr product = inner * s.x;
  const Expr sum = product + s.x;
  const NodeId roots[] = {sum.id};
  Rewriting rewriting(s.g, roots);
  rewriting.replace(product.id, s.x.id);
  CHECK(rewriting.now(product.id) == s.x.id);
  CHECK(rewriting.uses()[inner.id] == 0);
  CHECK(rewriting.uses()[s.y.id] == 0);
  CHECK(rewriting.uses()[s.x.id] == 2);
  // The sum as it reads by now.
  const Expr fresh = s.x + s.x;
  rewriting.replace(sum.id, fresh.id);
  CHECK(rewriting.uses()[s.x.id] == 2);
  CHECK(rewriting.uses()[fresh.id] == 1);
}

TEST_CASE("counts after any replacements are those of the graph that results") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    Sketch s;
    std::vector<Expr> nodes{s.x, s.y};
    const auto any = [&] { return nodes[random() % nodes.size()]; };
    for (int k = 0; k < 30; ++k) nodes.push_back(random() % 3 == 0 ? exp(any()) : any() * any());
    const NodeId roots[] = {nodes.back().id, nodes[nodes.size() - 3].id};
    Rewriting rewriting(s.g, roots);
    // Upwards, as passes do: a node is rebuilt from what stands for its operands, and some are
    // replaced by earlier ones.
    const NodeId count = static_cast<NodeId>(s.g.size());
    for (NodeId id = 0; id < count; ++id) {
      if (rewriting.now(id) != id) continue;
      std::vector<NodeId> operands(s.g.operands(id).begin(), s.g.operands(id).end());
      for (NodeId& o : operands) o = rewriting.now(o);
      NodeId next = s.g.with_operands(id, operands);
      if (!operands.empty() && random() % 4 == 0) next = operands[0];
      if (rewriting.now(next) != id) rewriting.replace(id, next);
    }
    std::vector<NodeId> now;
    for (NodeId id : roots) now.push_back(rewriting.now(id));
    const Rewriting counted(s.g, now);
    const std::vector<std::uint32_t> kept(rewriting.uses().begin(), rewriting.uses().end());
    for (NodeId id = 0; id < kept.size(); ++id) {
      INFO("node " << id);
      CHECK(kept[id] == counted.uses()[id]);
    }
  }
}

}  // namespace gradsmith::test
