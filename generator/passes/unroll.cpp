#include "passes/unroll.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/substitute.hpp"
#include "passes/unrolled.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// The nodes of one scope in the order in which they are computed, found once and used each trip.
struct Plan {
  std::vector<NodeId> nodes;
  std::unordered_map<NodeId, NodeId> last_use;  ///< of arrays, by id; kNoNode: outlives the plan
};

class Unroller {
 public:
  Unroller(Function& f, std::size_t max_nodes)
      : f_(f), g_(f.graph), values_(f), max_nodes_(max_nodes) {}

  void run();

 private:
  int scope_of(NodeId id) const { return static_cast<int>(std::bit_width(g_.free(id))) - 1; }
  const Plan& plan(NodeId binder);
  Plan make_plan(std::span<const NodeId> roots, int level);
  /// What a binder's trips compute: its body, and what traces of it keep.
  std::vector<NodeId> body_of(NodeId binder) const;
  /// The nodes of scopes up to that level which a binder of that level's scope reads in its trips.
  std::vector<NodeId> read_inside(NodeId binder, int level) const;
  /// Computes a scope's nodes; `scope` is the loop whose body they are.
  void execute(const Plan& plan, ScopeId scope);
  Unrolled& cell(NodeId id) {
    const int scope = scope_of(id);
    return scope < 0 ? outside_loops_[id] : memo_[static_cast<std::size_t>(scope)].at(id);
  }
  std::int64_t constant_index(NodeId id, const char* what);
  SourceLocation place_of(NodeId binder);
  void set(NodeId id, Unrolled value) {
    const int scope = scope_of(id);
    Unrolled& cell = scope < 0 ? outside_loops_[id] : memo_[static_cast<std::size_t>(scope)][id];
    cell = std::move(value);
  }
  Unrolled take(const Plan& plan, NodeId operand, NodeId user);

  Unrolled compute(const Plan& plan, NodeId id);
  Unrolled scalar(NodeId id);
  Unrolled write(const Plan& plan, NodeId id);
  Unrolled map(NodeId id);
  Unrolled reduce(NodeId id);
  Unrolled arg_reduce(NodeId id);
  Unrolled trace(NodeId id);
  void fold(const Plan& plan, NodeId id);
  /// Runs a body for each index of a range: `before` sets its states, `after` reads what it needs.
  template <class Before, class After>
  void trips(NodeId binder, const Range& range, Before before, After after);

  Function& f_;
  Graph& g_;
  UnrolledValues values_;
  std::size_t max_nodes_;
  std::vector<Unrolled> outside_loops_;                                    // by the ids before
  std::vector<std::unordered_map<NodeId, Unrolled>> memo_{kMaxLevel + 1};  // by loop level
  std::unordered_map<NodeId, std::unique_ptr<Plan>> plans_;
  std::unordered_map<NodeId, std::vector<Unrolled>> finals_;
  std::unordered_map<NodeId, std::vector<NodeId>> traces_;               // of a Fold
  std::unordered_map<NodeId, std::vector<std::vector<Unrolled>>> kept_;  // per trace, per trip
  ScopeId scope_ = kFunctionScope;                                       // being executed
  NodeId at_ = kNoNode;                                                  // for messages
};

Plan Unroller::make_plan(std::span<const NodeId> roots, int level) {
  Plan plan;
  for (NodeId id : level < 0 ? reachable(g_, roots) : reachable_at(g_, roots, level)) {
    if (scope_of(id) == level) plan.nodes.push_back(id);
  }
  const auto note = [&](NodeId read, NodeId by) {
    if (!g_.is_scalar(read)) plan.last_use[read] = by;
  };
  for (NodeId id : plan.nodes) {
    for (NodeId o : g_.operands(id)) note(o, id);
    if (!is_binder(g_.op(id))) continue;
    for (NodeId read : read_inside(id, level)) note(read, kNoNode);  // in every trip
  }
  for (NodeId id : roots) note(id, kNoNode);
  return plan;
}

std::vector<NodeId> Unroller::body_of(NodeId binder) const {
  const auto operands = g_.operands(binder).subspan(g_.outside_operands(binder));
  std::vector<NodeId> body(operands.begin(), operands.end());
  if (const auto traces = traces_.find(binder); traces != traces_.end()) {
    for (NodeId t : traces->second) body.push_back(g_.operand(t, 1));
  }
  return body;
}

std::vector<NodeId> Unroller::read_inside(NodeId binder, int level) const {
  std::vector<NodeId> read;
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> open = body_of(binder);
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    if (scope_of(id) <= level) {
      read.push_back(id);  // computed before; what it is made of is not read again
      continue;
    }
    for (NodeId o : g_.operands(id)) open.push_back(o);
  }
  return read;
}

const Plan& Unroller::plan(NodeId binder) {
  auto& entry = plans_[binder];
  if (!entry) entry = std::make_unique<Plan>(make_plan(body_of(binder), g_[binder].level));
  return *entry;
}

std::int64_t Unroller::constant_index(NodeId id, const char* what) {
  const NodeId value = g_.is_constant(id) ? id : cell(id).node;
  if (g_.is_constant(value)) return g_.index_value(value);
  throw Refusal("gs-loop-bound", fmt::format("the {} of this loop is known only at run time", what),
                "loops with run-time bounds are not emitted yet; use a constant bound",
                place_of(at_));
}

SourceLocation Unroller::place_of(NodeId binder) {
  const SourceLocation own = f_.provenance.where(binder, scope_);
  if (own.known()) return own;
  for (NodeId id = binder; id < g_.size(); ++id) {  // a Fold is known by its results
    if (g_.op(id) != Op::Final || g_.operand(id, 0) != binder) continue;
    const SourceLocation where = f_.provenance.where(id, scope_);
    if (where.known()) return where;
  }
  return f_.where;
}

Unrolled Unroller::take(const Plan& plan, NodeId operand, NodeId user) {
  const auto last = plan.last_use.find(operand);
  Unrolled& c = cell(operand);
  if (last != plan.last_use.end() && last->second == user && scope_of(operand) == scope_of(user)) {
    return std::move(c);
  }
  return c;
}

void Unroller::execute(const Plan& plan, ScopeId scope) {
  const ScopeId outer = std::exchange(scope_, scope);
  for (NodeId id : plan.nodes) {
    if (g_.op(id) == Op::Bound) continue;  // set by the loop
    if (g_.size() > max_nodes_) {
      throw Refusal("gs-loop-too-long", "unrolled, this function is too long to be useful",
                    "shorten the loops", at_ == kNoNode ? f_.where : place_of(at_));
    }
    if (!g_.has_constant_extents(g_[id].type)) {
      throw Refusal("gs-loop-bound", "the length of an array is known only at run time",
                    "arrays of run-time length are not emitted yet; use a constant length",
                    f_.provenance.where(id, scope));
    }
    if (g_.op(id) == Op::Fold) {
      fold(plan, id);
      continue;
    }
    Unrolled value = compute(plan, id);
    values_.carry_names(id, scope, value);
    set(id, std::move(value));
  }
  scope_ = outer;
}

template <class Before, class After>
void Unroller::trips(NodeId binder, const Range& range, Before before, After after) {
  at_ = binder;
  const std::int64_t begin = constant_index(range.begin, "first index");
  const std::int64_t end = constant_index(range.end, "end");
  const std::int64_t step = constant_index(range.step, "step");
  if (step == 0) {
    throw Refusal("gs-loop-bound", "this loop never ends", "", place_of(binder));
  }
  const int level = g_[binder].level;
  const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
  const Plan& body = plan(binder);
  const std::int64_t count = trip_count(begin, end, step);
  if (count > static_cast<std::int64_t>(max_nodes_)) {
    throw Refusal("gs-loop-too-long", "unrolled, this loop is too long to be useful", "shorten it",
                  place_of(binder));
  }
  for (std::int64_t t = 0; t < count; ++t) {
    set(index, Unrolled{g_.index(begin + t * step), {}, scalar_type(Element::Index)});
    before();
    execute(body, binder);
    after(begin + t * step);
    memo_[static_cast<std::size_t>(level)].clear();
  }
}

Unrolled Unroller::compute(const Plan& plan, NodeId id) {
  switch (g_.op(id)) {
    case Op::Write:
      return write(plan, id);
    case Op::Map:
      return map(id);
    case Op::Reduce:
      return reduce(id);
    case Op::ArgReduce:
      return arg_reduce(id);
    case Op::Final:
      return finals_.at(g_.operand(id, 0))[static_cast<std::size_t>(g_.slot(id))];
    case Op::Trace:
      return trace(id);
    default:
      return scalar(id);
  }
}

Unrolled Unroller::scalar(NodeId id) {
  const Op op = g_.op(id);
  std::vector<Unrolled*> operands;
  for (NodeId o : g_.operands(id)) operands.push_back(&cell(o));
  if (op == Op::Constant || op == Op::Input) return Unrolled{id, {}, g_[id].type};
  if (op == Op::At) {
    return values_.at(*operands[0], std::span(operands).subspan(1),
                      f_.provenance.where(id, scope_));
  }
  if (op == Op::OneHot) {
    Unrolled zero = values_.fill(g_[id].type);
    return values_.set(std::move(zero), std::span(operands).first(operands.size() - 1),
                       *operands.back(), f_.provenance.where(id, scope_));
  }
  if (op == Op::Pack) {
    auto elements = std::make_shared<std::vector<NodeId>>();
    for (const Unrolled* c : operands) elements->push_back(c->node);
    Unrolled list{kNoNode, elements, g_[id].type};
    values_.name_elements(id, scope_, list);
    return list;
  }
  if (op == Op::If) return values_.choose(operands[0]->node, *operands[1], *operands[2]);
  std::vector<NodeId> nodes;
  for (const Unrolled* c : operands) nodes.push_back(c->node);
  const NodeId made = g_.with_operands(id, nodes);
  // Only integers and logic fold here: floating arithmetic is the simplifier's.
  const bool integral =
      !is_floating(g_.element(made)) || (op == Op::Convert && !is_floating(g_.element(nodes[0])));
  if (!integral) return Unrolled{made, {}, g_[made].type};
  return Unrolled{fold_constant(g_, made).value_or(made), {}, g_[made].type};
}

Unrolled Unroller::write(const Plan& plan, NodeId id) {
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  Unrolled base = values_.spread(take(plan, o[3], id));
  std::vector<std::pair<std::vector<Unrolled>, Unrolled>> writes;
  const auto read = [&](std::int64_t) {
    std::vector<Unrolled> subscripts;
    for (std::size_t k = 5; k < o.size(); ++k) subscripts.push_back(cell(o[k]));
    writes.emplace_back(std::move(subscripts), cell(o[4]));
  };
  trips(id, {o[0], o[1], o[2]}, [] {}, read);
  for (auto& [subscripts, value] : writes) {
    std::vector<Unrolled*> places;
    for (Unrolled& c : subscripts) places.push_back(&c);
    base = values_.set(std::move(base), places, value, f_.provenance.where(id, scope_));
    values_.name_element(id, scope_, base, places);
  }
  return base;
}

Unrolled Unroller::map(NodeId id) {
  const NodeId extent = g_.operand(id, 0);
  const NodeId body = g_.operand(id, 1);
  std::vector<Unrolled> rows;
  const Range range{g_.index(0), extent, g_.index(1)};
  trips(id, range, [] {}, [&](std::int64_t) { rows.push_back(cell(body)); });
  return rows.empty() ? values_.none(g_[id].type) : values_.stack(rows);
}

Unrolled Unroller::reduce(NodeId id) {
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  Unrolled sum = cell(o[3]);
  trips(
      id, {o[0], o[1], o[2]}, [] {},
      [&](std::int64_t) { sum = values_.combine(g_.reducer(id), sum, cell(o[4])); });
  return sum;
}

Unrolled Unroller::arg_reduce(NodeId id) {
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  NodeId best = cell(o[3]).node;
  NodeId winner = g_.index(-1);
  trips(
      id, {o[0], o[1], o[2]}, [] {},
      [&](std::int64_t i) {
        const NodeId v = cell(o[4]).node;
        const NodeId wins = values_.wins(g_.reducer(id), v, best);
        winner = g_.choose(wins, g_.index(i), winner);
        best = g_.choose(wins, v, best);
      });
  return Unrolled{winner, {}, scalar_type(Element::Index)};
}

Unrolled Unroller::trace(NodeId id) {
  const NodeId fold = g_.operand(id, 0);
  const auto& list = traces_.at(fold);
  const auto place = std::ranges::find(list, id) - list.begin();
  const std::vector<Unrolled>& rows = kept_.at(fold)[static_cast<std::size_t>(place)];
  return rows.empty() ? values_.none(g_[id].type) : values_.stack(rows);
}

void Unroller::fold(const Plan& plan, NodeId id) {
  const FoldParts view = g_.fold_parts(id);
  const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
  const std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
  const int level = view.level;
  const Range range = view.range;
  std::vector<Unrolled> states;
  for (NodeId init : inits) {
    // What several states begin with is still there for the next of them.
    const bool shared = std::ranges::count(inits, init) > 1;
    states.push_back(shared ? cell(init) : take(plan, init, id));
  }
  std::vector<std::vector<Unrolled>>& kept = kept_[id];
  kept.assign(traces_[id].size(), {});
  const auto bind = [&] {
    for (std::size_t k = 0; k < states.size(); ++k) {
      set(loop_state(g_, level, k, g_[inits[k]].type), std::move(states[k]));
    }
  };
  trips(id, range, bind, [&](std::int64_t) {
    for (std::size_t t = 0; t < kept.size(); ++t) {
      kept[t].push_back(cell(g_.operand(traces_[id][t], 1)));
    }
    for (std::size_t k = 0; k < states.size(); ++k) states[k] = cell(nexts[k]);
  });
  finals_[id] = std::move(states);
}

void Unroller::run() {
  std::vector<NodeId> roots = output_values(f_);
  for (const Local& l : f_.locals) {
    if (l.value != kNoNode && g_.free(l.value) == 0) roots.push_back(l.value);
  }
  for (NodeId id : reachable(g_, roots)) {
    if (g_.op(id) == Op::Trace) traces_[g_.operand(id, 0)].push_back(id);
  }
  outside_loops_.resize(g_.size());
  execute(make_plan(roots, -1), kFunctionScope);
  for (Output& o : f_.outputs) o.value = values_.as_node(cell(o.value));
  for (Local& l : f_.locals) {
    if (l.value == kNoNode) continue;
    l.value = g_.free(l.value) == 0 ? values_.as_node(cell(l.value)) : kNoNode;
  }
}

}  // namespace

Function unroll(Function f, std::size_t max_nodes) {
  Unroller(f, max_nodes).run();
  refuse_unread_storage(f);
  return f;
}

}  // namespace gradsmith
