#include "passes/carry_neighbours.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/guards.hpp"
#include "passes/lanes.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// More numbers would not stay in registers.
constexpr std::size_t kMostCarried = 8;
/// How many trips a number may be carried for until its element is reached again.
constexpr std::int64_t kMostTrips = 2;

/// What a trip adds to the element that lies `trips` trips ahead of the one that it reaches first.
struct Term {
  std::int64_t trips = 0;
  NodeId place = kNoNode;  // the last subscript
  NodeId value = kNoNode;
};

/// The terms of elements that later trips reach, by trips ascending, the first 0.
struct Chain {
  Nodes row;  // subscripts but the last
  Polynomial place;
  std::vector<Term> terms;
};

class Carrier {
 public:
  explicit Carrier(Graph& g) : g_(g), polynomials_(g) {}

  /// What stands for each final state of a loop; none where it stays as it is.
  Nodes finals(NodeId fold) {
    const FoldParts view = g_.fold_parts(fold);
    level_ = view.level;
    range_ = view.range;
    inits_.assign(view.inits.begin(), view.inits.end());
    nexts_.assign(view.nexts.begin(), view.nexts.end());
    const std::size_t count = inits_.size();
    if (!g_.is_constant(range_.step, 1) && !g_.is_constant(range_.step, -1)) return {};
    if (calls()) return {};
    std::vector<std::vector<Chain>> chains(count);
    std::vector<std::size_t> first(count);  // the state that carries a chain's first number
    for (std::size_t k = 0; k < count; ++k) {
      try {
        first[k] = inits_.size();
        chains[k] = carry(k);
      } catch (const PolynomialTooLarge&) {
      }
    }
    if (inits_.size() == count) return {};
    const NodeId made = g_.fold(level_, range_, inits_, nexts_);
    Nodes result;
    for (std::size_t k = 0; k < count; ++k) {
      const NodeId final = g_.final_state(made, static_cast<int>(k));
      result.push_back(chains[k].empty() ? final : with_rest(final, made, first[k], chains[k]));
    }
    return result;
  }

 private:
  /// Whether a trip calls functions. Such loops may run in lanes with vector versions of these, and
  /// do not wait for memory.
  bool calls() const {
    return std::ranges::any_of(reachable_at(g_, nexts_, level_), [&](NodeId id) {
      return scope_of(g_, id) >= level_ && costs_a_call(g_.op(id));
    });
  }

  /// Makes the loop carry what it adds to a state's neighbours, and says what it carries.
  std::vector<Chain> carry(std::size_t k) {
    if (g_.is_scalar(inits_[k]) || !is_floating(g_.element(inits_[k]))) return {};
    for (std::size_t other = 0; other < nexts_.size(); ++other) {
      if (other != k && mentions_state(g_, nexts_[other], level_, k)) return {};
    }
    Nodes rest;
    std::vector<Chain> chains = chains_of(k, rest);
    if (chains.empty()) return {};
    NodeId next = loop_state(g_, level_, k, g_[inits_[k]].type);
    for (NodeId term : rest) next = add_values(g_, next, term);
    const TypeId number = scalar_type(g_.element(inits_[k]));
    for (const Chain& chain : chains) {
      // Backwards, so that a chain's numbers follow one another as its elements do.
      const std::size_t base = inits_.size();
      const auto carried = [&](std::int64_t trips) {
        const std::size_t state = base + static_cast<std::size_t>(trips) - 1;
        return loop_state(g_, level_, state, number);
      };
      const std::int64_t last = chain.terms.back().trips;
      for (std::int64_t trips = 0; trips <= last; ++trips) {
        NodeId value = value_at(chain, trips);
        if (trips < last) value = sum(carried(trips + 1), value);
        if (trips == 0) {
          const TypeId type = g_[inits_[k]].type;
          next = add_values(g_, next, g_.one_hot(type, place(chain, chain.terms[0].place), value));
        } else {
          inits_.push_back(g_.number(g_.element(inits_[k]), 0));
          nexts_.push_back(value);
        }
      }
    }
    nexts_[k] = next;
    return chains;
  }

  static NodeId value_at(const Chain& chain, std::int64_t trips) {
    const auto found = std::ranges::find(chain.terms, trips, &Term::trips);
    return found == chain.terms.end() ? kNoNode : found->value;
  }

  NodeId sum(NodeId carried, NodeId value) {
    if (value == kNoNode) return carried;
    if (g_.op(value) == Op::Neg) return g_.apply(Op::Sub, {carried, g_.operand(value, 0)});
    return g_.apply(Op::Add, {carried, value});
  }

  static Nodes place(const Chain& chain, NodeId last) {
    Nodes all = chain.row;
    all.push_back(last);
    return all;
  }

  /// The chains of two elements and more that a state's terms are; `rest` gets the other terms.
  std::vector<Chain> chains_of(std::size_t k, Nodes& rest) {
    const auto is_own = [&](NodeId id) { return is_state(g_, id, level_, k); };
    Nodes terms = summands_of(g_, nexts_[k]);
    if (std::erase_if(terms, is_own) != 1) return {};
    std::vector<Chain> open;
    std::vector<Nodes> members;
    for (NodeId term : terms) {
      if (mentions_state(g_, term, level_, k)) return {};
      const std::optional<Polynomial> at = place_of(term);
      if (!at) {
        rest.push_back(term);
        continue;
      }
      const std::size_t found = chain_with(open, term, *at);
      if (found == open.size()) {
        const auto o = g_.operands(term);
        open.push_back({Nodes(o.begin(), o.end() - 2), *at, {}});
        members.emplace_back();
      }
      const auto o = g_.operands(term);
      add(open[found],
          {trips_from(open[found].place, *at).value(), o[o.size() - 2], o[o.size() - 1]});
      members[found].push_back(term);
    }
    std::vector<Chain> chains;
    std::size_t carried = inits_.size();
    for (std::size_t c = 0; c < open.size(); ++c) {
      Chain& chain = open[c];
      start_at_first(chain);
      const auto span = static_cast<std::size_t>(chain.terms.back().trips);
      if (is_carried(chain) && carried + span <= kMostCarried + nexts_.size()) {
        carried += span;
        chains.push_back(std::move(chain));
      } else {
        rest.insert(rest.end(), members[c].begin(), members[c].end());
      }
    }
    return chains;
  }

  /// The last subscript of a single number's place, where each trip moves it by as much.
  std::optional<Polynomial> place_of(NodeId term) {
    if (g_.op(term) != Op::OneHot || !g_.is_scalar(g_.operands(term).back())) return {};
    const auto o = g_.operands(term);
    for (NodeId subscript : o.first(o.size() - 2)) {
      if (g_.free(subscript) & Graph::bit(level_)) return {};
    }
    const Polynomial at = polynomials_.of(o[o.size() - 2]);
    const auto stride = at.difference(index()).constant();
    const bool moves = stride && stride->denominator == 1 && stride->numerator != 0;
    if (!moves || hangs_on_trips(g_, at, index(), level_)) return {};
    return at;
  }

  std::size_t chain_with(const std::vector<Chain>& chains, NodeId term, const Polynomial& at) {
    const auto o = g_.operands(term);
    const Nodes row(o.begin(), o.end() - 2);
    for (std::size_t c = 0; c < chains.size(); ++c) {
      if (chains[c].row == row && trips_from(chains[c].place, at)) return c;
    }
    return chains.size();
  }

  /// In how many trips one place will be where another is now; nothing where it never is.
  std::optional<std::int64_t> trips_from(const Polynomial& one, const Polynomial& other) {
    const std::int64_t stride = moved_by(one);
    const auto distance = (other - one).constant();
    if (moved_by(other) != stride || !distance || distance->denominator != 1) return {};
    if (distance->numerator % stride != 0) return {};
    return distance->numerator / stride;
  }

  std::int64_t moved_by(const Polynomial& place) {
    return place.difference(index()).constant()->numerator * g_.index_value(range_.step);
  }

  void add(Chain& chain, const Term& term) {
    const auto found = std::ranges::find(chain.terms, term.trips, &Term::trips);
    if (found == chain.terms.end()) {
      chain.terms.push_back(term);
    } else {
      found->value = g_.apply(Op::Add, {found->value, term.value});
    }
  }

  void start_at_first(Chain& chain) {
    std::ranges::sort(chain.terms, {}, &Term::trips);
    const std::int64_t first = chain.terms.front().trips;
    chain.place = chain.place + Polynomial(first * moved_by(chain.place));
    for (Term& term : chain.terms) term.trips -= first;
  }

  static bool is_carried(const Chain& chain) {
    if (chain.terms.size() < 2) return false;
    for (std::size_t t = 1; t < chain.terms.size(); ++t) {
      if (chain.terms[t].trips - chain.terms[t - 1].trips > kMostTrips) return false;
    }
    return true;
  }

  /// The array with what the last trips had carried on.
  NodeId with_rest(NodeId final, NodeId fold, std::size_t state, const std::vector<Chain>& chains) {
    const bool up = g_.is_constant(range_.step, 1);
    const Polynomial last = polynomials_.of(range_.end) - Polynomial(up ? 1 : -1);
    NodeId rest = kNoNode;
    for (const Chain& chain : chains) {
      const Polynomial reached = chain.place.with(index(), last);
      const std::int64_t stride = moved_by(chain.place);
      for (std::int64_t trips = 1; trips <= chain.terms.back().trips; ++trips) {
        const NodeId carried = g_.final_state(fold, static_cast<int>(state++));
        const NodeId at = node_of(g_, reached + Polynomial(trips * stride));
        const NodeId one = g_.one_hot(g_[final].type, place(chain, at), carried);
        rest = rest == kNoNode ? one : add_values(g_, rest, one);
      }
    }
    return add_values(g_, final,
                      g_.choose(makes_a_trip(g_, range_), rest, g_.zeros(g_[final].type)));
  }

  NodeId index() { return g_.bound(level_, 0, scalar_type(Element::Index)); }

  Graph& g_;
  Polynomials polynomials_;
  int level_ = 0;
  Range range_;
  Nodes inits_, nexts_;
};

/// Whether a loop will run in lanes, each of which adds to elements of its own.
bool runs_in_lanes(Graph& g, NodeId fold) {
  if (scope_of(g, fold) != 0) return false;
  const Graph::Mark before = g.mark();
  const bool runs = !finals_in_lanes(g, fold).empty();
  g.take_back(before);
  return runs;
}

}  // namespace

Function carry_neighbours(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  Graph& g = f.graph;
  const std::unordered_set<NodeId> traced = traced_folds(g, reachable(g, roots_of(f)));
  Carrier carrier(g);
  rebuild_finals(f, traced, [&](NodeId loop) {
    if (g.op(loop) != Op::Fold) return carrier.finals(as_fold(g, loop));
    return runs_in_lanes(g, loop) ? Nodes() : carrier.finals(loop);
  });
  return f;
}

}  // namespace gradsmith
