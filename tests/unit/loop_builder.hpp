#pragma once

// Building loops from C++ lambdas, for tests: `b.sum(n, [&](Expr i) { return b.at(a, {i}) * 2; })`.

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "ir/expr.hpp"
#include "ir/substitute.hpp"

namespace gradsmith::test {

/// Bodies are built at the level of their nesting in the C++ code, which is above every level that
/// they can mention; closing them finds the canonical one.
class LoopBuilder {
 public:
  /// `inside`: the highest level of what the caller has bound itself.
  explicit LoopBuilder(Graph& graph, int inside = 0) : g(graph), depth_(inside) {}
  Graph& g;

  Expr index(std::int64_t value) { return {&g, g.index(value)}; }
  Expr real(double value) { return {&g, g.constant(value)}; }
  Expr input(std::string_view name) { return {&g, g.input(name, scalar_type(Element::F64))}; }
  Expr input(std::string_view name, std::initializer_list<std::int64_t> extents,
             Element element = Element::F64) {
    return {&g, g.input(name, g.array_type(element, std::span(extents.begin(), extents.size())))};
  }
  Expr to_real(const Expr& i) { return {&g, g.convert(Element::F64, i.id)}; }

  Expr at(const Expr& array, std::initializer_list<Expr> indices) {
    return {&g, g.at(array.id, ids(indices))};
  }
  Expr one_hot(const Expr& like, std::initializer_list<Expr> indices, const Expr& value) {
    return {&g, g.one_hot(g[like.id].type, ids(indices), value.id)};
  }
  Expr set(const Expr& base, std::initializer_list<Expr> indices, const Expr& value) {
    return {&g, g.set(base.id, ids(indices), value.id)};
  }

  Range range(const Expr& begin, const Expr& end, std::int64_t step = 1) {
    return {begin.id, end.id, g.index(step)};
  }
  Range upto(const Expr& end) { return g.range(end.id); }

  template <class Body>
  Expr map(const Expr& n, Body body) {
    const int level = ++depth_;
    const NodeId v = body(bound_index(level)).id;
    --depth_;
    return {&g, g.map(level, n.id, v)};
  }

  template <class Body>
  Expr reduce(Op op, const Range& r, const Expr& init, Body body) {
    const int level = ++depth_;
    const NodeId v = body(bound_index(level)).id;
    --depth_;
    return {&g, g.reduce(op, level, r, init.id, v)};
  }

  template <class Body>
  Expr arg_reduce(Op op, const Range& r, const Expr& init, Body body) {
    const int level = ++depth_;
    const NodeId v = body(bound_index(level)).id;
    --depth_;
    return {&g, g.arg_reduce(op, level, r, init.id, v)};
  }

  template <class Body>
  Expr sum(const Expr& n, Body body) {
    return reduce(Op::Add, upto(n), real(0), body);
  }

  /// base with [index(i)] := value(i).
  template <class Index, class Body>
  Expr write(const Range& r, const Expr& base, Index index, Body value) {
    const int level = ++depth_;
    const Expr i = bound_index(level);
    const NodeId at[] = {index(i).id};
    const NodeId v = value(i).id;
    --depth_;
    return {&g, g.write(level, r, base.id, v, at)};
  }

  /// `step(i, states)` gives the next states; the result is the Fold itself.
  template <class Step>
  Expr fold(const Range& r, const std::vector<Expr>& inits, Step step) {
    const int level = ++depth_;
    std::vector<Expr> states;
    std::vector<NodeId> init_ids;
    for (const Expr& init : inits) {
      init_ids.push_back(init.id);
      states.push_back({&g, g.bound(level, static_cast<int>(states.size()) + 1, g[init.id].type)});
    }
    std::vector<NodeId> next_ids;
    for (const Expr& next : step(bound_index(level), states)) next_ids.push_back(next.id);
    --depth_;
    return {&g, g.fold(level, r, init_ids, next_ids)};
  }

  Expr final_state(const Expr& fold, int state) { return {&g, g.final_state(fold.id, state)}; }

  /// `body(i, states)` on each trip.
  template <class Body>
  Expr trace(const Expr& fold, Body body) {
    const FoldParts parts = g.fold_parts(fold.id);
    std::vector<Expr> states;
    const std::vector<NodeId> inits(parts.inits.begin(), parts.inits.end());
    for (NodeId init : inits) {
      states.push_back(
          {&g, g.bound(parts.level, static_cast<int>(states.size()) + 1, g[init].type)});
    }
    const NodeId v = body(bound_index(parts.level), states).id;
    return {&g, g.trace(fold.id, v)};
  }

 private:
  Expr bound_index(int level) { return {&g, g.bound(level, 0, scalar_type(Element::Index))}; }
  static std::vector<NodeId> ids(std::initializer_list<Expr> exprs) {
    std::vector<NodeId> result;
    for (const Expr& e : exprs) result.push_back(e.id);
    return result;
  }

  int depth_;
};

}  // namespace gradsmith::test
