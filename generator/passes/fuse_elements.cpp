#include "passes/fuse_elements.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/compact.hpp"
#include "passes/element_loop.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

// Each array is a stream of its own, of which processors follow a dozen or two.
constexpr std::size_t kMostArrays = 12;
// Loops that are looked at for one to go on with.
constexpr std::size_t kMostTried = 16;
// What a loop with calls, which is no matter for vectors, may do for one without.
constexpr std::size_t kFewOperations = 4;

using NodeSet = std::unordered_set<NodeId>;

/// What has to run before what in one scope: who needs a value before it, and who reads a version
/// before it is written over.
class Order {
 public:
  Order(const Graph& g, LoopMentions& mentions, std::span<const NodeId> nodes) {
    std::unordered_map<NodeId, std::vector<NodeId>> readers;
    for (NodeId id : nodes) {
      std::vector<NodeId>& before = before_[id];
      const auto outside = g.operands(id).first(g.op(id) == Op::Fold ? g.outside_operands(id)
                                                                     : g.operands(id).size());
      before.assign(outside.begin(), outside.end());
      if (g.op(id) == Op::Fold) {
        const LoopMentions::Mentioned& own = mentions.of(id);
        before.insert(before.end(), own.nodes.begin(), own.nodes.end());
        for (NodeId read : own.reads) readers[read].push_back(id);
      } else if (g.op(id) == Op::At && g.is_scalar(id)) {
        std::vector<NodeId> indices;
        readers[array_under(g, id, indices)].push_back(id);
      }
    }
    for (NodeId id : nodes) {
      for (NodeId version : overwritten_by(g, id)) {
        for (NodeId reader : readers[version]) {
          if (reader != id) before_[id].push_back(reader);
        }
      }
    }
  }

  /// Whether `late` has to wait for one of `early`, but for those that it names itself.
  bool waits(NodeId late, const NodeSet& early, bool by_others) const {
    NodeSet seen{late};
    std::vector<NodeId> stack;
    const auto visit = [&](NodeId id) {
      if (seen.insert(id).second) stack.push_back(id);
    };
    for (NodeId id : before_.at(late)) {
      if (!by_others || !early.contains(id)) visit(id);
    }
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (early.contains(id)) return true;
      const auto found = before_.find(id);
      if (found == before_.end()) continue;
      for (NodeId o : found->second) visit(o);
    }
    return false;
  }

 private:
  std::unordered_map<NodeId, std::vector<NodeId>> before_;
};

/// One scope: the function's own, or the body of a loop.
class Scope {
 public:
  Scope(Function& f, Polynomials& polynomials, int level, std::vector<NodeId> ends)
      : f_(f), g_(f.graph), polynomials_(polynomials), level_(level), ends_(std::move(ends)) {}

  /// What its ends are once its loops have been joined.
  std::vector<NodeId> joined() {
    while (join_two()) {
    }
    return ends_;
  }

 private:
  bool join_two() {
    const std::vector<NodeId> all =
        level_ == 0 ? reachable(g_, ends_) : reachable_at(g_, ends_, level_);
    std::vector<NodeId> own;
    for (NodeId id : all) {
      if (scope_of(g_, id) == level_) own.push_back(id);
    }
    using Key = std::tuple<Regions::Id, int, NodeId, NodeId, NodeId>;
    std::map<Key, std::vector<ElementLoop>> loops;
    const bool several =
        std::ranges::count_if(own, [&](NodeId id) { return g_.op(id) == Op::Fold; }) > 1;
    if (!several) return false;
    const Regions regions(g_, ends_, reachable(g_, ends_));
    for (NodeId id : own) {
      if (g_.op(id) != Op::Fold) continue;
      auto loop = as_element_loop(g_, polynomials_, id);
      if (!loop) continue;
      const Range& r = loop->range;
      loops[{regions.of(id), loop->level, r.begin, r.end, r.step}].push_back(std::move(*loop));
    }
    LoopMentions mentions(g_);
    const Order order(g_, mentions, own);
    for (const auto& [key, alike] : loops) {
      for (std::size_t k = 1; k < alike.size(); ++k) {
        for (std::size_t before = k; before-- > 0 && before + kMostTried >= k;) {
          for (const bool swapped : {false, true}) {
            const ElementLoop& first = alike[swapped ? k : before];
            const ElementLoop& second = alike[swapped ? before : k];
            if (!worth(first, second) || !can_join(first, second, order)) continue;
            join(first, second, all);
            return true;
          }
        }
      }
    }
    return false;
  }

  bool is_result_of(NodeId array, const ElementLoop& loop) const {
    return g_.op(array) == Op::Final && g_.operand(array, 0) == loop.fold;
  }

  NodeSet with_results(const ElementLoop& loop) const {
    NodeSet found{loop.fold};
    for (std::size_t k = 0; k < loop.nexts.size(); ++k) {
      found.insert(g_.final_state(loop.fold, static_cast<int>(k)));
    }
    return found;
  }

  /// Arrays from around that a trip reads, each with the places.
  std::map<NodeId, std::set<ElementLoop::Place>> reads(const ElementLoop& loop) const {
    std::map<NodeId, std::set<ElementLoop::Place>> found;
    for (NodeId id : loop.trip) {
      if (g_.op(id) != Op::At) continue;
      ElementLoop::Place place;
      const NodeId array = array_under(g_, id, place);
      if (!(g_.free(array) & Graph::bit(loop.level))) found[array].insert(std::move(place));
    }
    return found;
  }

  /// Whether loops inside are equal once the first one reads what the second changes in its place.
  bool shares_loops(const ElementLoop& first, const ElementLoop& second) {
    std::unordered_map<NodeId, NodeId> states;
    for (std::size_t k = 0; k < second.inits.size(); ++k) {
      const TypeId type = g_[second.inits[k]].type;
      states[second.inits[k]] = loop_state(g_, second.level, k, type);
    }
    return std::ranges::any_of(reading_states(first, states), [&](const auto& renewed) {
      return g_.op(renewed.second) == Op::Fold &&
             std::ranges::binary_search(second.trip, renewed.second);
    });
  }

  bool worth(const ElementLoop& a, const ElementLoop& b) {
    std::unordered_set<NodeId> arrays;
    const auto count = [&](const ElementLoop& loop) {
      for (const auto& [array, places] : reads(loop)) arrays.insert(first_version(g_, array));
      for (NodeId init : loop.inits) arrays.insert(first_version(g_, init));
    };
    count(a);
    count(b);
    if (arrays.size() > kMostArrays) return false;
    const auto work = [&](const ElementLoop& loop) {
      std::vector<NodeId> found;
      std::ranges::copy_if(loop.trip, std::back_inserter(found), [&](NodeId id) {
        return g_.op(id) == Op::Fold || (is_operator(g_.op(id)) && is_floating(g_.element(id)));
      });
      return found;
    };
    const auto has_loops = [&](const std::vector<NodeId>& nodes) {
      return std::ranges::any_of(nodes, [&](NodeId id) { return g_.op(id) == Op::Fold; });
    };
    const auto has_calls = [&](const std::vector<NodeId>& nodes) {
      return std::ranges::any_of(nodes, [&](NodeId id) { return is_call(g_.op(id)); });
    };
    const std::vector<NodeId> of_a = work(a);
    const std::vector<NodeId> of_b = work(b);
    const bool share =
        std::ranges::any_of(of_a, [&](NodeId id) { return std::ranges::binary_search(of_b, id); });
    if (has_loops(of_a) || has_loops(of_b)) return share || shares_loops(a, b);
    return share || has_calls(of_a) == has_calls(of_b) ||
           (has_calls(of_a) ? of_b : of_a).size() <= kFewOperations;
  }

  bool can_join(const ElementLoop& first, const ElementLoop& second, const Order& order) const {
    for (NodeId init : second.inits) {
      if (std::ranges::find(first.inits, init) != first.inits.end()) return false;
    }
    // What the second one has from the first is the element of its own trip ...
    for (const auto& [array, places] : reads(second)) {
      if (!is_result_of(array, first)) continue;
      const ElementLoop::Place& own = first.places[static_cast<std::size_t>(g_.slot(array))];
      if (places.size() != 1 || *places.begin() != own) return false;
    }
    for (std::size_t k = 0; k < second.inits.size(); ++k) {
      const NodeId init = second.inits[k];
      if (!is_result_of(init, first)) continue;
      const auto own = static_cast<std::size_t>(g_.slot(init));
      if (second.places[k] != first.places[own]) return false;
      if (second.reads_apart[k] || first.reads_apart[own]) return false;
    }
    // ... and so is what the first one reads before the second writes over it, or it is in rows
    // that the second leaves alone.
    for (const auto& [array, places] : reads(first)) {
      const auto state = std::ranges::find(second.inits, array);
      if (state == second.inits.end()) continue;
      const ElementLoop::Place& own =
          second.places[static_cast<std::size_t>(state - second.inits.begin())];
      const bool stays = std::ranges::all_of(places, [&](const ElementLoop::Place& place) {
        return place == own || in_other_rows(g_, polynomials_, place, own, first.level);
      });
      if (!stays) return false;
    }
    return !order.waits(second.fold, with_results(first), true) &&
           !order.waits(first.fold, with_results(second), false);
  }

  void join(const ElementLoop& first, const ElementLoop& second, std::span<const NodeId> all) {
    const int level = first.level;
    std::vector<NodeId> inits = first.inits;
    std::vector<NodeId> nexts = first.nexts;
    std::vector<std::size_t> slots;  // of the second one's states
    std::vector<NodeId> states{kNoNode};
    for (NodeId init : second.inits) {
      slots.push_back(is_result_of(init, first) ? static_cast<std::size_t>(g_.slot(init))
                                                : inits.size());
      if (slots.back() == inits.size()) {
        inits.push_back(init);
        nexts.push_back(kNoNode);
      }
      const auto slot = static_cast<int>(slots.back()) + 1;
      states.push_back(g_.bound(level, slot, g_[init].type));
    }
    Elements of_second;  // what the second one reads of the first's results
    for (std::size_t k = 0; k < second.inits.size(); ++k) {
      const ElementLoop::Place& place = second.places[k];
      if (place.empty()) continue;
      if (!is_result_of(second.inits[k], first)) continue;
      of_second.add(g_.at(states[k + 1], place), first.element_after(g_, slots[k]));
    }
    for (std::size_t k = 0; k < first.nexts.size(); ++k) {
      if (first.places[k].empty()) continue;
      const NodeId result = g_.final_state(first.fold, static_cast<int>(k));
      of_second.add(g_.at(result, first.places[k]), first.element_after(g_, k));
    }
    std::unordered_map<NodeId, NodeId> states_of;  // of the arrays that the second one changes
    for (std::size_t k = 0; k < second.inits.size(); ++k) {
      if (!is_result_of(second.inits[k], first)) states_of[second.inits[k]] = states[k + 1];
    }
    const auto first_now = reading_states(first, states_of);
    renew(nexts, first_now);
    renew(of_second.to, first_now);
    for (std::size_t k = 0; k < second.nexts.size(); ++k) {
      const NodeId numbered = substitute(g_, second.nexts[k], level, states);
      const NodeId renumbered = replace(g_, numbered, of_second.from, of_second.to);
      carry_names(f_, numbered, renumbered);
      carry_names(f_, second.nexts[k], renumbered);
      const bool untouched = g_.op(renumbered) == Op::Bound;
      if (nexts[slots[k]] == kNoNode || !untouched) nexts[slots[k]] = renumbered;
    }
    const NodeId fold = g_.fold(level, first.range, inits, nexts);
    std::unordered_map<NodeId, NodeId> now;
    for (std::size_t k = 0; k < first.nexts.size(); ++k) {
      const int slot = static_cast<int>(k);
      now[g_.final_state(first.fold, slot)] = g_.final_state(fold, slot);
    }
    for (std::size_t k = 0; k < second.nexts.size(); ++k) {
      now[g_.final_state(second.fold, static_cast<int>(k))] =
          g_.final_state(fold, static_cast<int>(slots[k]));
    }
    for (const auto& [id, made] : now) f_.provenance.carry(id, made);
    replace_in_scope(now, all);
  }

  /// What a loop's trip computes where it reads some arrays as the states that they are.
  std::unordered_map<NodeId, NodeId> reading_states(
      const ElementLoop& loop, const std::unordered_map<NodeId, NodeId>& states) {
    std::unordered_map<NodeId, NodeId> instead;
    for (NodeId id : loop.trip) {
      ElementLoop::Place place;
      const NodeId array = g_.op(id) == Op::At ? array_under(g_, id, place) : kNoNode;
      if (const auto state = states.find(array); state != states.end()) instead[id] = state->second;
    }
    return reading_instead(f_, loop.trip, instead);
  }

  /// Elements, and what stands for them.
  struct Elements {
    std::vector<NodeId> from, to;
    void add(NodeId element, NodeId instead) {
      from.push_back(element);
      to.push_back(instead);
    }
  };

  void replace_in_scope(std::unordered_map<NodeId, NodeId>& now, std::span<const NodeId> all) {
    for (NodeId id : all) {
      if (now.contains(id)) continue;
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      if (!renew(operands, now)) continue;
      now[id] = rebuilt(g_, id, operands);
      if (!g_.is_constant(now[id])) f_.provenance.carry(id, now[id]);
    }
    renew(ends_, now);
  }

  Function& f_;
  Graph& g_;
  Polynomials& polynomials_;
  int level_;
  std::vector<NodeId> ends_;
};

}  // namespace

Function fuse_elements(Function f) {
  Graph& g = f.graph;
  Polynomials polynomials(g);
  rebuild(f, [&](NodeId, NodeId fresh) {
    if (g.op(fresh) != Op::Fold) return fresh;
    const FoldParts parts = g.fold_parts(fresh);
    const int level = parts.level;
    const Range range = parts.range;
    const std::vector<NodeId> inits(parts.inits.begin(), parts.inits.end());
    const std::vector<NodeId> ends(parts.nexts.begin(), parts.nexts.end());
    return g.fold(level, range, inits, Scope(f, polynomials, level, ends).joined());
  });
  const std::vector<NodeId> ends = Scope(f, polynomials, 0, output_values(f)).joined();
  for (std::size_t k = 0; k < ends.size(); ++k) f.outputs[k].value = ends[k];
  return compact(std::move(f));
}

}  // namespace gradsmith
