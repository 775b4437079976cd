// Reverse accumulation. One sweep handles one scope: the function's, or the body of one loop; loops
// inside are swept recursively and their contributions wrapped by the loop on the way out.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ir/arrays.hpp"
#include "ir/derivative_rules.hpp"
#include "ir/loop_nest.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/adjoints.hpp"
#include "passes/differentiate.hpp"
#include "passes/guards.hpp"
#include "passes/read_by_loops.hpp"
#include "passes/shifted_sum.hpp"
#include "passes/stable_forms.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// What a sweep found for nodes outside its scope, in a fixed order.
using Leaving = std::vector<std::pair<NodeId, NodeId>>;

class Sweep {
 public:
  Sweep(Graph& graph, Provenance* provenance, const std::string& of, std::span<const NodeId> wrt,
        std::span<const NodeId> roots, std::span<const Length> lengths)
      : g_(graph),
        provenance_(provenance),
        of_(of),
        guards_(graph),
        stable_(graph, roots, [this](NodeId id) { return is_wrt(id); }),
        polynomials_(graph) {
    sinks_.resize(graph.size(), false);
    for (NodeId id : wrt) sinks_[id] = true;
    for (const Length& l : lengths) {
      if (l.value != kNoNode) lengths_[l.input] = l.value;
    }
  }

  void find_varied(std::span<const Seed> seeds);

  /// Sweeps the nodes that depend on `level` (0: all nodes) from the seeds down. Bounds of the
  /// level and nodes outside the scope come back with what they receive.
  Leaving run(std::span<const Seed> seeds, int level);

 private:
  struct Scope {
    explicit Scope(int of_level) : level(of_level), adjoints(of_level == 0) {}
    int level;
    Adjoints adjoints;
    // Adjoints of logarithms of nodes: passes/stable_forms.hpp.
    std::map<std::pair<NodeId, DifferentialTerm::Quantity>, GuardedSum> logarithms;
    std::unordered_map<NodeId, std::vector<std::pair<NodeId, GuardedSum>>>
        folds;  // by Final, Trace
    /// A partial by which the sum of what loops say is multiplied must not read an element that is
    /// not there where they make no trip.
    std::unordered_map<NodeId, ReadByLoops> read_by_loops;
    std::vector<NodeId> live;                       // where loops read elements
    std::unordered_map<NodeId, NodeId> where_read;  // by element: see where_loops_read
  };

  bool owned(NodeId id, const Scope& s) const {
    return s.level == 0 || (g_.free(id) & Graph::bit(s.level)) != 0;
  }
  bool is_sink(NodeId id, const Scope& s) const {
    return !owned(id, s) || is_wrt(id) || g_.op(id) == Op::Input ||
           (g_.op(id) == Op::Bound && g_[id].level == s.level);
  }
  bool varies(NodeId id) const {
    if (!is_floating(g_.element(id)) && g_.element(id) != Element::Tuple) return false;
    return id >= varied_.size() || varied_[id];
  }
  bool is_wrt(NodeId id) const { return id < sinks_.size() && sinks_[id]; }
  std::vector<NodeId> scope_nodes(std::span<const Seed> seeds, const Scope& s) const;
  void give(Scope& s, NodeId to, GuardId guard, NodeId value) {
    if (guard != kNever && varies(to)) guards_.add(s.adjoints.of(to), guard, value);
  }
  void leave(Scope& s, GuardId guard, const Leaving& contributions) {
    for (const auto& [node, value] : contributions) give(s, node, guard, value);
  }
  void name_adjoint(NodeId primal, NodeId adjoint);

  void pull(Scope& s, NodeId id, GuardId guard, NodeId g);
  void pull_operator(Scope& s, NodeId id, GuardId guard, NodeId g);
  void follow(Scope& s, const Differential& differential, GuardId guard, NodeId g);
  void pull_logarithm(Scope& s, NodeId id, DifferentialTerm::Quantity quantity);
  void pull_reduce(Scope& s, NodeId id, GuardId guard, NodeId g);
  bool pull_shifted_sum(Scope& s, NodeId id, GuardId guard, NodeId g);
  void pull_fold(Scope& s, NodeId fold, GuardId guard,
                 std::span<const std::pair<NodeId, NodeId>> received);
  Leaving run_trips(std::span<const Seed> seeds, int level, const Range& range);
  GuardId where_read(Scope& s, GuardId guard, NodeId id);
  GuardId where_there(GuardId guard, NodeId array, std::span<const NodeId> subscripts);
  NodeId take_from(Leaving& body, NodeId array, const std::vector<NodeId>& subscripts, NodeId rest);
  Leaving sum_over_trips(const Seed& seed, int level, const Range& range);
  Leaving sum_over(const Leaving& body, int level, const Range& range);
  /// A level above everything that a binder and the adjoint mention.
  int fresh_level(NodeId binder, NodeId adjoint) const {
    std::uint64_t mask = g_.free(adjoint) | g_.free(binder);
    for (NodeId o : g_.operands(binder)) mask |= g_.free(o);
    return Graph::level_above(mask);
  }
  NodeId loop_index(int level) { return g_.bound(level, 0, scalar_type(Element::Index)); }

  Graph& g_;
  Provenance* provenance_;
  const std::string& of_;
  Guards guards_;
  std::vector<bool> sinks_;  // by id: what is differentiated by
  StableForms stable_;
  std::vector<bool> varied_;
  std::unordered_map<NodeId, NodeId> lengths_;              // of extents that stand for lengths
  std::vector<std::optional<LoopNest>> nests_{LoopNest()};  // around each scope; empty: not known
  Polynomials polynomials_;
};

/// The guard inside another one where all elements under a node that only loops read are there.
GuardId Sweep::where_read(Scope& s, GuardId guard, NodeId id) {
  const auto found = s.read_by_loops.find(id);
  if (found == s.read_by_loops.end()) return guard;
  for (NodeId element : found->second.elements) {
    const auto view = g_.operands(element);
    const std::vector<NodeId> operands(view.begin(), view.end());
    const GuardId there = where_there(guard, operands[0], std::span(operands).subspan(1));
    // Where each trip reads it, it is there where there is a trip: one condition for all elements.
    if (there != guard && there != kNever && found->second.alone) {
      const auto [runs, first] = s.where_read.try_emplace(element, kNoNode);
      if (first) runs->second = where_loops_read(g_, s.live, element);
      if (runs->second != kNoNode) {
        guard = guards_.inside(guard, runs->second, true);
        continue;
      }
    }
    guard = there;
  }
  return guard;
}

/// The guard inside another one where all subscripts lie in the array.
GuardId Sweep::where_there(GuardId guard, NodeId array, std::span<const NodeId> subscripts) {
  const std::vector<NodeId> extents = g_.type_of(array).extents;
  const std::optional<LoopNest>& nest = nests_.back();
  const auto is_sure = [&](const Polynomial& p) {
    const auto number = p.constant();
    if (number) return number->numerator >= 0;
    return nest && nest->never_negative(p);
  };
  // What divides by zero is no place, nor is what stands in no array. Loops inside have divisions
  // and elements of their own.
  std::uint64_t around = 0;
  for (NodeId subscript : subscripts) around |= g_.free(subscript);
  for (NodeId id : reachable(g_, subscripts)) {
    if (guard == kNever || (g_.free(id) & ~around)) continue;
    if (divides_by_unknown(g_, id)) {
      guard = guards_.inside(guard, g_.apply(Op::Ne, {g_.operand(id, 1), g_.index(0)}), true);
    } else if (g_.op(id) == Op::At && g_.is_scalar(id)) {
      std::vector<NodeId> places;
      const NodeId own = array_under(g_, id, places);
      if (g_.op(own) != Op::Input) guard = where_there(guard, own, places);
    }
  }
  for (std::size_t k = 0; k < subscripts.size() && guard != kNever; ++k) {
    const auto length = lengths_.find(extents[k]);
    const NodeId extent = length == lengths_.end() ? extents[k] : length->second;
    try {
      const Polynomial place = polynomials_.of(subscripts[k]);
      if (!is_sure(place)) {
        const NodeId first = g_.apply(Op::Ge, {subscripts[k], g_.index(0)});
        guard = guards_.inside(guard, first, true);
      }
      if (!is_sure(polynomials_.of(extent) - place - Polynomial(1))) {
        guard = guards_.inside(guard, g_.apply(Op::Lt, {subscripts[k], extent}), true);
      }
    } catch (const PolynomialTooLarge&) {
    }
  }
  return guard;
}

void Sweep::find_varied(std::span<const Seed> seeds) {
  std::vector<NodeId> roots;
  for (const Seed& s : seeds) roots.push_back(s.node);
  // Nodes made on the way, bodies at another level among them, count as varying.
  std::vector<bool> varied(g_.size(), true);
  for (NodeId id : reachable(g_, roots)) {
    const auto operands = g_.operands(id);
    varied[id] = is_wrt(id) || g_.op(id) == Op::Bound ||
                 std::any_of(operands.begin(), operands.end(), [&](NodeId o) { return varied[o]; });
  }
  varied_ = std::move(varied);
}

std::vector<NodeId> Sweep::scope_nodes(std::span<const Seed> seeds, const Scope& s) const {
  std::vector<NodeId> found;
  std::vector<bool> seen_here(s.level == 0 ? g_.size() : 0, false);
  std::unordered_set<NodeId> seen_inside;
  const auto is_new = [&](NodeId id) {
    if (s.level != 0) return seen_inside.insert(id).second;
    if (seen_here[id]) return false;
    seen_here[id] = true;
    return true;
  };
  std::vector<NodeId> stack;
  const auto visit = [&](NodeId id) {
    if (owned(id, s) && varies(id) && is_new(id)) stack.push_back(id);
  };
  for (const Seed& seed : seeds) visit(seed.node);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    found.push_back(id);
    if (is_sink(id, s)) continue;
    if (!is_binder(g_.op(id))) {
      for (NodeId o : g_.operands(id)) visit(o);
      continue;
    }
    // Through a loop's body to what it mentions of this scope.
    const std::span<const NodeId> binder(&id, 1);
    const auto inside = s.level == 0 ? reachable(g_, binder) : reachable_at(g_, binder, s.level);
    const std::uint64_t above = s.level == 0 ? ~std::uint64_t{0} : ~(Graph::bit(s.level + 1) - 1);
    for (NodeId inner : inside) {
      if ((g_.free(inner) & above) == 0) visit(inner);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Sweep::name_adjoint(NodeId primal, NodeId adjoint) {
  if (!provenance_) return;
  if (g_.op(adjoint) == Op::Constant || g_.op(adjoint) == Op::Input) return;
  const Origin* origin = provenance_->named(primal);
  if (!origin || !origin->meaning.empty()) return;
  provenance_->add(adjoint, {"d_" + origin->name, "d " + of_ + " / d " + origin->name, {}});
}

Leaving Sweep::run_trips(std::span<const Seed> seeds, int level, const Range& range) {
  std::optional<LoopNest> nest = nests_.back();
  if (nest && !nest->enter(g_, polynomials_, level, loop_index(level), range)) nest.reset();
  nests_.push_back(std::move(nest));
  Leaving found = run(seeds, level);
  nests_.pop_back();
  return found;
}

Leaving Sweep::sum_over_trips(const Seed& seed, int level, const Range& range) {
  return sum_over(run_trips(std::span(&seed, 1), level, range), level, range);
}

Leaving Sweep::run(std::span<const Seed> seeds, int level) {
  Scope s(level);
  std::vector<NodeId> roots;
  for (const Seed& seed : seeds) roots.push_back(seed.node);
  s.read_by_loops = elements_read_by_loops(g_, roots, level);
  if (!s.read_by_loops.empty()) {
    s.live = level == 0 ? reachable(g_, roots) : reachable_at(g_, roots, level);
  }
  for (const Seed& seed : seeds) {
    if (varies(seed.node)) guards_.add(s.adjoints.of(seed.node), kUnguarded, seed.adjoint);
  }
  const std::vector<NodeId> nodes = scope_nodes(seeds, s);
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const NodeId id = *it;
    if (is_sink(id, s)) continue;
    if (g_.op(id) == Op::Fold) {
      const auto received = s.folds.find(id);
      if (received == s.folds.end()) continue;
      // One reverse loop for each guard under which any state is needed.
      std::map<GuardId, std::vector<std::pair<NodeId, NodeId>>> by_guard;
      for (const auto& [user, sum] : received->second) {
        for (const auto& [guard, value] : sum) by_guard[guard].emplace_back(user, value);
      }
      for (const auto& [guard, list] : by_guard) pull_fold(s, id, guard, list);
      continue;
    }
    pull_logarithm(s, id, DifferentialTerm::Quantity::Logarithm);
    pull_logarithm(s, id, DifferentialTerm::Quantity::Unshifted);
    GuardedSum sum = s.adjoints.take(id);
    if (sum.empty()) continue;
    guards_.combine(sum);
    for (const auto& [guard, value] : sum) name_adjoint(id, value);
    if (g_.op(id) == Op::Final || g_.op(id) == Op::Trace) {
      s.folds[g_.operand(id, 0)].emplace_back(id, std::move(sum));
      continue;
    }
    for (const auto& [guard, value] : sum) pull(s, id, guard, value);
  }
  Leaving result;
  for (auto& [id, sum] : s.adjoints.take_all()) {
    guards_.combine(sum);
    result.emplace_back(id, guards_.total(sum));
  }
  return result;
}

void Sweep::pull_logarithm(Scope& s, NodeId id, DifferentialTerm::Quantity quantity) {
  const auto found = s.logarithms.find({id, quantity});
  if (found == s.logarithms.end()) return;
  GuardedSum sum = std::move(found->second);
  s.logarithms.erase(found);
  guards_.combine(sum);
  for (const auto& [guard, value] : sum) {
    follow(s, stable_.of_logarithm(id, quantity), guard, value);
  }
}

void Sweep::follow(Scope& s, const Differential& differential, GuardId guard, NodeId g) {
  for (const DifferentialTerm& term : differential) {
    if (!varies(term.of)) continue;
    NodeId value = term.partial == kNoNode ? g : g_.apply(Op::Mul, {g, term.partial});
    if (term.negative) value = g_.apply(Op::Neg, {value});
    const GuardId inside = term.unless ? guards_.inside(guard, *term.unless, false) : guard;
    if (inside == kNever) continue;
    if (term.quantity == DifferentialTerm::Quantity::Value) {
      give(s, term.of, inside, value);
    } else if (owned(term.of, s)) {
      guards_.add(s.logarithms[{term.of, term.quantity}], inside, value);
    } else {
      follow(s, stable_.of_logarithm(term.of, term.quantity), inside, value);
    }
  }
}

void Sweep::pull_operator(Scope& s, NodeId id, GuardId guard, NodeId g) {
  if (const auto differential = stable_.differential(id)) {
    follow(s, *differential, guard, g);
    return;
  }
  const auto view = g_.operands(id);
  std::array<NodeId, 3> few{};  // adjoints are made in the same graph
  const std::span<NodeId> operands(few.data(), view.size());
  std::ranges::copy(view, operands.begin());
  const auto expr = [&](std::size_t i) { return Expr{&g_, operands[i < operands.size() ? i : 0]}; };
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!varies(operands[i])) continue;
    const Contribution c = pullback(g_.op(id), static_cast<int>(i), expr(0), expr(1), expr(2),
                                    Expr{&g_, id}, Expr{&g_, g});
    if (!c.value) continue;
    const GuardId inside = c.guard ? guards_.inside(guard, c.guard->id, c.polarity) : guard;
    give(s, operands[i], inside, c.value->id);
  }
}

/// Each x[i] receives its share of the sum. Operator by operator, the shift would receive the
/// difference of two numbers that are equal but for rounding.
bool Sweep::pull_shifted_sum(Scope& s, NodeId id, GuardId guard, NodeId g) {
  const auto form = shifted_sum(g_, id, [this](NodeId n) { return is_wrt(n); });
  if (!form) return false;
  const Range range = g_.range_of(form->sum);
  const int level = fresh_level(form->sum, g);
  const NodeId here = relevel(g_, form->term, g_[form->sum].level, level);
  const NodeId share = g_.apply(Op::Mul, {g, g_.apply(Op::Div, {here, form->sum})});
  const Seed seed{g_.operand(g_.operand(here, 0), 0), share};
  leave(s, guard, sum_over_trips(seed, level, range));
  return true;
}

void Sweep::pull(Scope& s, NodeId id, GuardId guard, NodeId g) {
  const Node n = g_[id];
  guard = where_read(s, guard, id);
  if (guard == kNever || pull_shifted_sum(s, id, guard, g)) return;
  if (is_operator(n.op)) {
    pull_operator(s, id, guard, g);
    return;
  }
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  const std::span<const NodeId> operands(o);
  switch (n.op) {
    case Op::Convert:
      give(s, o[0], guard, g_.convert(g_.element(o[0]), g));
      return;
    case Op::If:
      give(s, o[1], guards_.inside(guard, o[0], true), g);
      give(s, o[2], guards_.inside(guard, o[0], false), g);
      return;
    case Op::At: {
      const auto place = operands.subspan(1);
      give(s, o[0], guard, g_.one_hot(g_[o[0]].type, place, g));
      return;
    }
    case Op::OneHot:
      give(s, o.back(), guard, g_.at(g, operands.first(o.size() - 1)));
      return;
    case Op::Pack: {
      const std::vector<std::int64_t> extents = g_.constant_extents(n.type);
      std::vector<std::int64_t> place(extents.size(), 0);
      for (NodeId element : o) {
        std::vector<NodeId> subscripts;
        for (std::int64_t i : place) subscripts.push_back(g_.index(i));
        give(s, element, guard, g_.at(g, subscripts));
        for (std::size_t k = place.size(); k-- > 0 && ++place[k] == extents[k];) place[k] = 0;
      }
      return;
    }
    case Op::Map: {
      const int level = fresh_level(id, g);
      const NodeId body = relevel(g_, o[1], n.level, level);
      const Seed seed{body, g_.at(g, {loop_index(level)})};
      leave(s, guard, sum_over_trips(seed, level, g_.range(o[0])));
      return;
    }
    case Op::Write: {
      const Range range{o[0], o[1], o[2]};
      const int level = fresh_level(id, g);
      std::vector<NodeId> subscripts;
      for (NodeId i : operands.subspan(5)) subscripts.push_back(relevel(g_, i, n.level, level));
      const Seed seed{relevel(g_, o[4], n.level, level), g_.at(g, subscripts)};
      Leaving body = run_trips(std::span(&seed, 1), level, range);
      const NodeId again = take_from(body, o[3], subscripts, g_.zeros(g_[o[4]].type));
      give(s, o[3], guard, g_.write(level, range, g, again, subscripts));
      leave(s, guard, sum_over(body, level, range));
      return;
    }
    case Op::Reduce:
      pull_reduce(s, id, guard, g);
      return;
    case Op::ArgReduce:
    case Op::Constant:
      return;
    default:
      GRADSMITH_CHECK(false, "{} has no pullback", op_name(n.op));
  }
}

/// What a loop's body gives to the element of an array at `subscripts`, taken out of what it gives
/// to the array: `rest` and that.
NodeId Sweep::take_from(Leaving& body, NodeId array, const std::vector<NodeId>& subscripts,
                        NodeId rest) {
  for (auto& [node, value] : body) {
    if (node != array || !g_.is_scalar(rest)) continue;
    std::vector<NodeId> stack{value};
    value = kNoNode;
    while (!stack.empty()) {
      const NodeId term = stack.back();
      stack.pop_back();
      const ArraySum sum = as_array_sum(g_, term);
      const auto o = g_.operands(term);
      if (sum.a != kNoNode) {
        stack.push_back(sum.b);
        stack.push_back(sum.a);
      } else if (g_.op(term) == Op::OneHot &&
                 std::ranges::equal(o.first(o.size() - 1), subscripts)) {
        rest = g_.is_constant(rest, 0) ? o.back() : g_.apply(Op::Add, {rest, o.back()});
      } else {
        value = value == kNoNode ? term : add_values(g_, value, term);
      }
    }
  }
  std::erase_if(body, [](const auto& given) { return given.second == kNoNode; });
  return rest;
}

Leaving Sweep::sum_over(const Leaving& body, int level, const Range& range) {
  Leaving result;
  for (const auto& [node, value] : body) {
    if (g_.op(node) == Op::Bound && g_[node].level == level) continue;
    result.emplace_back(node, g_.reduce(Op::Add, level, range, g_.zeros(g_[value].type), value));
  }
  return result;
}

void Sweep::pull_reduce(Scope& s, NodeId id, GuardId guard, NodeId g) {
  const Node n = g_[id];
  const Range range = g_.range_of(id);
  const NodeId init = g_.operand(id, 3);
  const Op op = g_.reducer(id);
  const int level = fresh_level(id, g);
  const NodeId body = relevel(g_, g_.operand(id, 4), n.level, level);
  const Seed seed{body, g};
  if (op == Op::Add) {
    give(s, init, guard, g);
    leave(s, guard, sum_over_trips(seed, level, range));
    return;
  }
  if (op == Op::Mul) {
    const NodeId state = g_.bound(level, 1, n.type);
    const NodeId fold =
        g_.fold(level, range, std::vector{init}, std::vector{g_.apply(Op::Mul, {state, body})});
    const std::pair<NodeId, NodeId> received[] = {{g_.final_state(fold, 0), g}};
    pull_fold(s, fold, guard, received);
    return;
  }
  // A minimum or maximum passes everything to the element that won.
  const NodeId winner = g_.arg_reduce(op, level, range, init, body);
  const NodeId any = g_.apply(Op::Ge, {winner, g_.index(0)});
  give(s, init, guards_.inside(guard, any, false), g);
  const NodeId at_winner[] = {winner};
  for (const auto& [node, value] : run_trips(std::span(&seed, 1), level, range)) {
    if (g_.op(node) == Op::Bound && g_[node].level == level) continue;
    give(s, node, guards_.inside(guard, any, true), substitute(g_, value, level, at_winner));
  }
}

void Sweep::pull_fold(Scope& s, NodeId fold, GuardId guard,
                      std::span<const std::pair<NodeId, NodeId>> received) {
  const FoldParts view = g_.fold_parts(fold);
  const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
  const std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
  const Range range = view.range;
  const int fold_level = view.level;
  const std::size_t states = inits.size();

  std::uint64_t mask = Graph::bit(fold_level) | g_.free(fold);
  for (const auto& [user, value] : received) mask |= g_.free(value);
  const int level = Graph::level_above(mask);  // the primal body, in this sweep
  const int backward = level + 1;              // the reverse loop
  const auto trip_of = [&](NodeId index) { return trip_at(g_, range, index); };

  std::vector<NodeId> starts(states, kNoNode);
  std::vector<Seed> seeds;
  for (const auto& [user, value] : received) {
    if (g_.op(user) == Op::Final) {
      NodeId& start = starts[static_cast<std::size_t>(g_.slot(user))];
      start = start == kNoNode ? value : add_values(g_, start, value);
    } else {
      const NodeId traced = relevel(g_, g_.operand(user, 1), fold_level, level);
      seeds.push_back({traced, g_.at(value, {trip_of(loop_index(level))})});
    }
  }
  for (std::size_t k = 0; k < states; ++k) {
    if (starts[k] == kNoNode) starts[k] = g_.zeros(g_[inits[k]].type);
    if (!is_floating(g_.element(inits[k]))) continue;
    seeds.push_back(
        {relevel(g_, nexts[k], fold_level, level), loop_state(g_, backward, k, g_[inits[k]].type)});
  }
  const Leaving body = run_trips(seeds, level, range);

  // Primal states are read from their traces, at the trip that the reverse loop undoes.
  const NodeId index = loop_index(backward);
  std::vector<NodeId> primal{index};
  for (std::size_t k = 0; k < states; ++k) {
    const NodeId state = loop_state(g_, fold_level, k, g_[inits[k]].type);
    primal.push_back(g_.at(g_.trace(fold, state), {trip_of(index)}));
  }
  std::vector<NodeId> steps(states, kNoNode);
  Leaving leaving;
  for (const auto& [node, value] : body) {
    const NodeId read = substitute(g_, value, level, primal);
    if (g_.op(node) == Op::Bound && g_[node].level == level) {
      if (g_.slot(node) > 0) steps[static_cast<std::size_t>(g_.slot(node)) - 1] = read;
    } else {
      leaving.emplace_back(node, read);
    }
  }
  for (std::size_t k = 0; k < states; ++k) {
    if (steps[k] == kNoNode) steps[k] = g_.zeros(g_[inits[k]].type);
  }

  GRADSMITH_CHECK(g_.is_constant(range.step), "a loop whose step is known only at run time");
  const Range reversed = gradsmith::reversed(g_, range);
  const NodeId back = g_.fold(backward, reversed, starts, steps);
  for (std::size_t k = 0; k < states; ++k) {
    if (!is_floating(g_.element(inits[k]))) continue;
    give(s, inits[k], guard, g_.final_state(back, static_cast<int>(k)));
    name_adjoint(nexts[k], g_.fold_parts(back).nexts[k]);
  }
  // What leaves the body is summed over the trips, the adjoint states as they were in each.
  std::vector<NodeId> adjoint_states{index};
  const int back_level = g_[back].level;
  const NodeId back_trip = trip_at(g_, reversed, index);
  for (std::size_t k = 0; k < states; ++k) {
    const NodeId state = loop_state(g_, back_level, k, g_[inits[k]].type);
    adjoint_states.push_back(g_.at(g_.trace(back, state), {back_trip}));
  }
  for (auto& [node, value] : leaving) value = substitute(g_, value, backward, adjoint_states);
  // Backwards, as the loop that they belong to: passes/join_traces.hpp makes one of the two.
  leave(s, guard, sum_over(leaving, backward, reversed));
}

}  // namespace

std::vector<NodeId> reverse(Graph& graph, Provenance* provenance, const std::string& of,
                            std::span<const Seed> seeds, std::span<const NodeId> wrt,
                            std::span<const Length> lengths) {
  std::vector<NodeId> roots;
  for (const Seed& seed : seeds) roots.push_back(seed.node);
  Sweep sweep(graph, provenance, of, wrt, roots, lengths);
  sweep.find_varied(seeds);
  std::unordered_map<NodeId, NodeId> found;
  for (const auto& [node, value] : sweep.run(seeds, 0)) found.emplace(node, value);
  std::vector<NodeId> result;
  for (NodeId id : wrt) {
    const auto hit = found.find(id);
    result.push_back(hit == found.end() ? graph.zeros(graph[id].type) : hit->second);
    if (provenance && hit != found.end() && !graph.is_constant(hit->second)) {
      const std::string name = graph.op(id) == Op::Input ? graph.input_name(id) : std::string();
      if (!name.empty() && name.find_first_of("[].?") == std::string::npos) {
        provenance->add(hit->second, {"d_" + name, "d " + of + " / d " + name, {}});
      }
    }
  }
  return result;
}

}  // namespace gradsmith
