#include "passes/array_uses.hpp"

#include <algorithm>

namespace gradsmith {

bool reads_own_element(const Graph& g, NodeId map, const std::vector<NodeId>& body,
                       const std::function<bool(NodeId)>& is_array) {
  const int own = g[map].level;
  bool reads = false;
  bool loops = false;
  for (NodeId id : body) {
    loops = loops || is_binder(g.op(id));
    for (NodeId o : g.operands(id)) {
      if (!is_array(o)) continue;
      reads = true;
      const bool element = g.op(id) == Op::At && g.operands(id).size() == 2;
      if (!element) return false;
      const NodeId i = g.operand(id, 1);
      if (g.op(i) != Op::Bound || g[i].level != own || g.slot(i) != 0) return false;
    }
  }
  return !reads || !loops;
}

namespace {

/// A sum of a Map (a) and a single number in its place (b), in whichever order.
ArraySum renewed_and_more(const Graph& g, NodeId array) {
  ArraySum sum = as_array_sum(g, array);
  if (sum.a == kNoNode) return {};
  if (g.op(sum.a) == Op::OneHot) std::swap(sum.a, sum.b);
  return g.op(sum.b) == Op::OneHot && g.op(sum.a) == Op::Map ? sum : ArraySum{};
}

/// Whether an array is zero but for a few elements, so that adding it twice costs less than a
/// place.
bool is_few_elements(const Graph& g, NodeId array) {
  constexpr std::size_t most = 8;
  std::vector<NodeId> stack{array};
  for (std::size_t seen = 0; !stack.empty(); ++seen) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (is_zero_array(g, id)) continue;
    if (seen == most) return false;
    if (const ArraySum sum = as_array_sum(g, id); sum.a != kNoNode) {
      stack.push_back(sum.a);
      stack.push_back(sum.b);
    } else if (g.op(id) != Op::OneHot || !g.is_scalar(g.operands(id).back())) {
      return false;
    }
  }
  return true;
}

/// The place that a side of a choice would have by itself: a sum goes on in the place of the first
/// of its terms that has one (`ArrayFiller::assigned_anywhere`).
NodeId place_of(const Graph& g, NodeId side) {
  const int scope = scope_of(g, side);
  for (NodeId term : summands_of(g, side)) {
    const Op op = g.op(term);
    const bool version = op == Op::Bound || op == Op::Write || op == Op::Final;
    if (version && scope_of(g, term) == scope) return first_version(g, term);
  }
  return first_version(g, side);
}

}  // namespace

ArrayUses::ArrayUses(const Function& f) : f_(f), g_(f.graph) {
  const std::vector<NodeId> roots = output_values(f);
  const std::vector<NodeId> live = reachable(g_, roots);
  Counts uses;
  for (NodeId id : roots) ++uses[id];
  for (NodeId id : live) {
    if (g_.op(id) == Op::Trace) traces_[g_.operand(id, 0)].push_back(id);
    for (NodeId o : g_.operands(id)) ++uses[o];
  }
  find_nested(live, uses);
  find_replacing(live, uses);
  mark(roots);
  sort(roots);
}

void ArrayUses::find_nested(const std::vector<NodeId>& live, const Counts& uses) {
  const auto bodies = bodies_with(g_, live);
  for (const auto& [fold, traces] : traces_) {
    for (NodeId trace : traces) {
      const NodeId inner = g_.operand(trace, 1);
      if (g_.op(inner) != Op::Trace || uses.at(inner) != 1) continue;
      // A loop that stands in other bodies, too, has no such place there.
      const auto around = bodies.find(g_.operand(inner, 0));
      const bool only_here =
          around != bodies.end() && around->second.size() == 1 && around->second.front() == fold;
      if (only_here && scope_of(g_, inner) == g_[fold].level) around_[inner] = trace;
    }
  }
}

void ArrayUses::find_replacing(const std::vector<NodeId>& live, const Counts& uses) {
  for (NodeId id : live) {
    if (g_.op(id) != Op::Fold) continue;
    const FoldParts parts = g_.fold_parts(id);
    for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
      const NodeId next = parts.nexts[k];
      if (g_.op(next) != Op::Map || uses.at(next) != 1) continue;
      const ArraySum sum = renewed_and_more(g_, next);
      // The state renewed, and one number added.
      const bool renewed =
          sum.a != kNoNode && uses.at(sum.a) == 1 && !mentions_state(g_, sum.b, parts.level, k);
      const NodeId map = renewed ? sum.a : next;
      const bool flat = g_.op(map) == Op::Map && g_.is_scalar(g_.operand(map, 1));
      if (!flat || as_array_sum(g_, map).a != kNoNode) continue;
      const auto state = [&](NodeId n) { return is_state(g_, n, parts.level, k); };
      const NodeId body[] = {g_.operand(map, 1)};
      if (reads_own_element(g_, map, computed_in(g_, body, g_[map].level), state)) {
        replacing_.insert(next);
      }
    }
  }
}

NodeId ArrayUses::trace_around(NodeId trace) const {
  const auto found = around_.find(trace);
  return found == around_.end() ? kNoNode : found->second;
}

bool ArrayUses::is_version(NodeId id) const { return version_.contains(id); }

const std::vector<NodeId>& ArrayUses::traces_of(NodeId fold) const {
  static const std::vector<NodeId> none;
  const auto found = traces_.find(fold);
  return found == traces_.end() ? none : found->second;
}

std::vector<ArrayUses::Operand> ArrayUses::operands_of(NodeId id) const {
  std::vector<Operand> result;
  const auto view = g_.operands(id);
  if (const ArraySum sum = as_array_sum(g_, id); sum.a != kNoNode) {
    return {{sum.a, Use::Summand}, {sum.b, Use::Summand}};
  }
  const auto use_of = [&](std::size_t k) {
    switch (g_.op(id)) {
      case Op::Map:
      case Op::OneHot:
      case Op::Reduce:
        return Use::Summand;
      case Op::Write:
        return k == 3 && !is_zero_array(g_, view[k]) ? Use::Version : Use::Summand;
      case Op::If: {
        // Arrays of zeros are equal wherever they stand: that makes no place.
        const NodeId first = place_of(g_, view[1]);
        const bool one_place = first == place_of(g_, view[2]) && !is_zero_array(g_, first);
        return one_place ? Use::Version : Use::Summand;
      }
      case Op::Fold: {
        if (replaces_state(view[k])) return Use::Summand;
        // Who starts with zeros gets zeros of its own.
        const bool init = k < g_.outside_operands(id);
        return init && is_zero_array(g_, view[k]) ? Use::Summand : Use::Version;
      }
      default:
        return Use::Version;
    }
  };
  for (std::size_t k = 0; k < view.size(); ++k) {
    result.push_back({view[k], g_.is_scalar(view[k]) ? Use::Plain : use_of(k)});
  }
  for (NodeId trace : traces_of(id)) {
    const NodeId traced = g_.operand(trace, 1);
    result.push_back({traced, g_.is_scalar(traced) ? Use::Plain : Use::Version});
  }
  return result;
}

void ArrayUses::mark(const std::vector<NodeId>& roots) {
  std::vector<bool> seen(g_.size(), false);
  std::vector<NodeId> stack;
  const auto visit = [&](NodeId id) {
    if (seen[id]) return;
    seen[id] = true;
    stack.push_back(id);
  };
  for (NodeId id : roots) visit(id);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    for (const Operand& o : operands_of(id)) {
      visit(o.node);
      if (o.use == Use::Plain || g_.op(o.node) == Op::Fold) continue;
      if (o.use == Use::Version || (++summand_[o.node] > 1 && !is_few_elements(g_, o.node))) {
        version_[o.node] = true;
      }
      // Only as versions do these mean anything.
      const Op op = g_.op(o.node);
      if (op == Op::Write || op == Op::Final || op == Op::Trace || op == Op::At ||
          op == Op::Input || op == Op::Bound) {
        version_[o.node] = true;
      }
    }
  }
}

void ArrayUses::sort(const std::vector<NodeId>& roots) {
  std::vector<std::uint8_t> state(g_.size(), 0);
  std::vector<NodeId> stack(roots.rbegin(), roots.rend());
  while (!stack.empty()) {
    const NodeId id = stack.back();
    if (state[id] != 0) {
      stack.pop_back();
      if (state[id] == 1) {
        state[id] = 2;
        order_.push_back(id);
      }
      continue;
    }
    state[id] = 1;
    for (NodeId o : g_.operands(id)) {
      if (state[o] == 0) stack.push_back(o);
    }
    for (NodeId trace : traces_of(id)) {
      if (const NodeId o = g_.operand(trace, 1); state[o] == 0) stack.push_back(o);
      // Its place is found by the trips of the loops around.
      for (NodeId t = trace_around(trace); t != kNoNode; t = trace_around(t)) {
        for (NodeId o : g_.operands(g_.operand(t, 0)).first(3)) {
          if (state[o] == 0) stack.push_back(o);
        }
      }
    }
  }
}

}  // namespace gradsmith
