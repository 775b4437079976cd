#include "passes/distribute_loops.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "passes/gather_neighbours.hpp"
#include "passes/guards.hpp"
#include "passes/lanes.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What a term may cost: it may be computed again in the other loops.
constexpr int kMostCost = 12;
/// Passes over the array; each costs a load and a store of every element.
constexpr std::size_t kMostLoops = 5;

class Distributor {
 public:
  explicit Distributor(Function& f) : f_(f), g_(f.graph), polynomials_(f.graph) {}

  /// What stands for each final state of a loop; none where it stays as it is.
  Nodes finals(NodeId fold) {
    const FoldParts view = g_.fold_parts(fold);
    const int level = view.level;
    const Range range = view.range;
    const Nodes inits(view.inits.begin(), view.inits.end());
    Nodes nexts(view.nexts.begin(), view.nexts.end());
    std::vector<Nodes> beside(inits.size());  // arrays of other loops, by the state they add to
    bool any = false;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      if (g_.is_scalar(inits[k]) || !is_floating(g_.element(inits[k]))) continue;
      const std::vector<Nodes> apart = groups(nexts, k, level);
      if (apart.empty()) continue;
      const TypeId type = g_[inits[k]].type;
      const NodeId state = loop_state(g_, level, k, type);
      const bool has_own =
          std::ranges::any_of(apart[0], [&](NodeId t) -> bool { return is_own_element(t, level); });
      const Nodes neighbours = joined(std::span(apart).subspan(has_own ? 1 : 0));
      const NodeId gathered = gathered_neighbours(g_, level, range, neighbours);
      nexts[k] = gathered != kNoNode && !has_own ? state : sum(state, apart[0]);
      if (gathered != kNoNode) {
        beside[k] = {gathered};
      } else {
        for (const Nodes& terms : std::span(apart).subspan(1)) {
          const NodeId zeros[] = {g_.zeros(type)};
          const NodeId next[] = {sum(loop_state(g_, level, 0, type), terms)};
          beside[k].push_back(g_.final_state(g_.fold(level, range, zeros, next), 0));
        }
      }
      any = true;
    }
    if (!any) return {};
    // Numbers by themselves may be added up in lanes.
    Nodes result = numbers_apart(g_.fold(level, range, inits, nexts));
    for (std::size_t k = 0; k < inits.size(); ++k) result[k] = sum(result[k], beside[k]);
    return result;
  }

 private:
  /// The final states of a loop, of which the numbers are another loop's than the arrays, where
  /// neither ask for the others: in lanes, where that can be.
  Nodes numbers_apart(NodeId fold) {
    const FoldParts parts = g_.fold_parts(fold);
    std::set<int> kinds[2];  // arrays, numbers
    bool apart = true;
    for (std::size_t k = 0; k < parts.inits.size(); ++k) {
      const bool number = g_.is_scalar(parts.inits[k]);
      kinds[number].insert(static_cast<int>(k));
      const std::vector<bool> asked =
          states_in(g_, parts.nexts[k], parts.level, parts.inits.size());
      for (std::size_t other = 0; other < asked.size(); ++other) {
        apart = apart && (!asked[other] || g_.is_scalar(parts.inits[other]) == number);
      }
    }
    std::map<int, NodeId> finals;
    if (!apart) kinds[0].merge(kinds[1]);
    for (const std::set<int>& kind : kinds) finals.merge(finals_of(f_, fold, kind));
    if (!kinds[1].empty()) {
      const NodeId numbers = g_.operand(finals.at(*kinds[1].begin()), 0);
      const Nodes laned = finals_in_lanes(g_, numbers);
      for (int k : kinds[1]) {
        NodeId& final = finals.at(k);
        if (!laned.empty()) final = laned[static_cast<std::size_t>(g_.slot(final))];
      }
    }
    Nodes result;
    for (const auto& [k, final] : finals) result.push_back(final);
    return result;
  }

  static Nodes joined(std::span<const Nodes> groups) {
    Nodes all;
    for (const Nodes& group : groups) all.insert(all.end(), group.begin(), group.end());
    return all;
  }

  NodeId sum(NodeId state, const Nodes& terms) {
    for (NodeId t : terms) state = add_values(g_, state, t);
    return state;
  }

  /// The terms that a trip adds to a state, those of one loop together, the loop's own element
  /// first; none where one loop will do, or must.
  std::vector<Nodes> groups(const Nodes& nexts, std::size_t k, int level) {
    for (std::size_t other = 0; other < nexts.size(); ++other) {
      if (other != k && mentions_state(g_, nexts[other], level, k)) return {};
    }
    std::vector<Nodes> found;
    for (NodeId t : cheap_terms(nexts[k], k, level)) {
      const auto group = std::ranges::find_if(found, [&](const Nodes& members) {
        return std::ranges::none_of(members, [&](NodeId m) { return are_neighbours(m, t, level); });
      });
      if (group == found.end()) {
        found.push_back({t});
      } else {
        group->push_back(t);
      }
    }
    if (found.size() < 2 || found.size() > kMostLoops) return {};
    const auto own = std::ranges::find_if(found, [&](const Nodes& members) {
      return std::ranges::any_of(members, [&](NodeId t) { return is_own_element(t, level); });
    });
    if (own != found.end()) std::iter_swap(found.begin(), own);
    return found;
  }

  /// The summands beside the state; none where one of them is more than a few operations on what no
  /// trip changes.
  Nodes cheap_terms(NodeId next, std::size_t k, int level) {
    Nodes terms = summands_of(g_, next);
    const auto is_own = [&](NodeId id) { return is_state(g_, id, level, k); };
    const bool adds = std::erase_if(terms, is_own) == 1;
    const bool cheap = std::ranges::all_of(terms, [&](NodeId t) {
      return g_.op(t) == Op::OneHot && g_.is_scalar(g_.operands(t).back()) && is_cheap(t, level);
    });
    return adds && cheap ? terms : Nodes{};
  }

  bool is_cheap(NodeId one_hot, int level) {
    int cost = 0;
    const Nodes roots(g_.operands(one_hot).begin(), g_.operands(one_hot).end());
    for (NodeId id : reachable_at(g_, roots, level)) {
      const Op op = g_.op(id);
      if (!(g_.free(id) & Graph::bit(level))) continue;
      if (op == Op::Bound && g_[id].level == level && g_.slot(id) != 0) return false;
      if (is_operator(op) && is_floating(g_.element(id))) cost += op_row(op).cost;
      const bool plain = is_operator(op) || op == Op::At || op == Op::Bound || op == Op::Convert;
      if (!plain || cost > kMostCost) return false;
    }
    return true;
  }

  /// Whether trips that are a known number apart add to one element: places in one row that go on
  /// with the loop, a number apart.
  bool are_neighbours(NodeId a, NodeId b, int level) {
    const auto of_a = g_.operands(a);
    const auto of_b = g_.operands(b);
    if (of_a.size() != of_b.size()) return false;
    const std::size_t last = of_a.size() - 2;
    try {
      for (std::size_t d = 0; d < last; ++d) {
        if (!(polynomials_.of(of_a[d]) - polynomials_.of(of_b[d])).is_zero()) return false;
      }
      const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
      const Polynomial place = polynomials_.of(of_a[last]);
      const auto step = place.difference(index).constant();
      const auto distance = (place - polynomials_.of(of_b[last])).constant();
      return step && *step == Rational{1} && distance && distance->numerator != 0;
    } catch (const PolynomialTooLarge&) {
      return false;
    }
  }

  bool is_own_element(NodeId one_hot, int level) const {
    const auto o = g_.operands(one_hot);
    const NodeId last = o[o.size() - 2];
    return g_.op(last) == Op::Bound && g_[last].level == level && g_.slot(last) == 0;
  }

  Function& f_;
  Graph& g_;
  Polynomials polynomials_;
};

}  // namespace

Function distribute_loops(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  Graph& g = f.graph;
  // Loops that stay as they are: those that keep a trip's states, and the author's own.
  std::unordered_set<NodeId> fixed = traced_folds(g, reachable(g, roots_of(f)));
  for (std::size_t k = 0; k < f.value_outputs; ++k) {
    const NodeId value[] = {f.outputs[k].value};
    for (NodeId id : reachable(g, value)) fixed.insert(id);
  }
  Distributor distributor(f);
  rebuild_finals(f, fixed, [&](NodeId loop) {
    return distributor.finals(g.op(loop) == Op::Fold ? loop : as_fold(g, loop));
  });
  return f;
}

}  // namespace gradsmith
