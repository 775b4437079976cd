#include "passes/store_values.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/flat_elements.hpp"
#include "passes/loop_paths.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;
using Reads = std::pair<Nodes, Nodes>;  // what is read, and as what

/// A value of a loop's body, or of a loop in it, and so on.
struct Stored {
  Nodes loops;  ///< outermost first
  NodeId value = kNoNode;
  bool other = false;  ///< the sine's cosine, or the cosine's sine
};

/// What comes with a sine or a cosine for little more; itself: nothing does.
Op pair_of(Op op) { return op == Op::Sin ? Op::Cos : op == Op::Cos ? Op::Sin : op; }

/// What a loop need not compute, in its own body and in the loops there.
struct Plan {
  std::map<NodeId, Stored> own;
  std::map<NodeId, Plan> inner;
  bool empty() const { return own.empty() && inner.empty(); }
};

/// What is looked for: values that are dear to compute, or elements of arrays that would have to be
/// kept whole for each trip.
enum class Kind : std::uint8_t { Dear, Elements };

class Store {
 public:
  Store(Function& f, Kind kind)
      : f_(f),
        g_(f.graph),
        kind_(kind),
        live_(reachable(g_, roots_of(f))),
        regions_(g_, roots_of(f), live_),
        flat_(g_) {}

  void run() {
    for (NodeId id : live_) {
      if (g_.op(id) == Op::Trace) traces_[g_.operand(id, 0)].push_back(id);
    }
    for (NodeId id : live_) {
      if (!is_loop(id)) continue;
      Plan plan = plan_of(id);
      if (!plan.empty()) plans_.emplace(id, std::move(plan));
    }
    prefer_outer();
    if (kind_ == Kind::Elements) keep_whole_sets();
    if (plans_.empty()) return;
    for (const auto& [loop, plan] : plans_) note_stored(plan);
    for (NodeId id : extents_of_types(g_, live_)) now_[id] = id;
    for (NodeId id : live_) {
      if (now_.contains(id)) continue;
      now_[id] = built(id);
      if (now_[id] != id && !g_.is_constant(now_[id])) f_.provenance.carry(id, now_[id]);
    }
    rename(f_, live_, [&](NodeId id) { return now_.at(id); });
  }

 private:
  bool is_loop(NodeId id) const {
    const Op op = g_.op(id);
    return op == Op::Fold || op == Op::Reduce || op == Op::Map ||
           (op == Op::Write && !is_assignment(g_, id));
  }
  Nodes bodies_of(NodeId loop) const {
    const auto bodies = g_.operands(loop).subspan(g_.outside_operands(loop));
    return {bodies.begin(), bodies.end()};
  }
  NodeId index(int level) { return g_.bound(level, 0, scalar_type(Element::Index)); }
  bool depends(NodeId id, int level) const { return (g_.free(id) & Graph::bit(level)) != 0; }

  /// Whether two loops go through the same indices, in either order.
  bool same_trips(NodeId a, NodeId b) {
    const Range first = range_of_loop(g_, a);
    const Range second = range_of_loop(g_, b);
    if (!g_.is_constant(first.step) || !g_.is_constant(second.step)) return false;
    return is_same_range(first, second) || is_same_range(reversed(g_, first), second);
  }

  Plan plan_of(NodeId loop) {
    Plan plan;
    const NodeId roots[] = {loop};
    const int scope = scope_of(g_, loop);
    // Other bodies may bind the scope's level again.
    for (NodeId id : scope == 0 ? reachable(g_, roots) : reachable_at(g_, roots, scope)) {
      if (id == loop || !is_loop(id) || scope_of(g_, id) != scope) continue;
      // What keeps has to run wherever the other does.
      if (!regions_.encloses(regions_.of(id), regions_.of(loop))) continue;
      if (same_trips(id, loop)) match(id, id, loop, {id}, {}, plan);
    }
    return plan;
  }

  /// What an outer loop reads is not kept by loops of its body, whose work would not go then.
  void prefer_outer() {
    for (const auto& [outer, plan] : plans_) {
      for (NodeId loop : reachable_at(g_, bodies_of(outer), g_[outer].level)) {
        const auto own = plans_.find(loop);
        if (own == plans_.end() || loop == outer) continue;
        const auto under = plan.inner.find(loop);
        std::erase_if(own->second.own, [&](const auto& entry) {
          if (under != plan.inner.end() && under->second.own.contains(entry.first)) return true;
          return std::ranges::any_of(entry.second.loops,
                                     [&](NodeId kept) { return plan.own.contains(kept); });
        });
      }
    }
    std::erase_if(plans_, [](const auto& entry) { return entry.second.empty(); });
  }

  /// What stands in the body of `kept` is given by `image` as the body of `loop` sees it; `images`
  /// has the nodes that differ.
  void match(NodeId kept, NodeId image, NodeId loop, const Nodes& chain,
             const std::unordered_map<NodeId, NodeId>& images, Plan& plan) {
    const int level = g_[loop].level;
    const Nodes inside = reachable_at(g_, bodies_of(loop), level);
    std::unordered_map<NodeId, NodeId> wanted;
    std::unordered_multimap<NodeId, NodeId> equal;
    for (NodeId id : inside) {
      wanted.emplace(flat_.of(id), id);
      if (kind_ == Kind::Elements) equal.emplace(flat_.of(id), id);
    }
    const Nodes values = values_for(image, level);
    const Reads stored = reads_of(kept);
    Nodes ends = bodies_of(kept);
    for (NodeId trace : traces_[kept]) ends.push_back(g_.operand(trace, 1));
    const std::unordered_set<NodeId> needed = needed_by(g_, ends, g_[kept].level);
    const auto image_of = [&](NodeId id) {
      const auto found = images.find(id);
      return found == images.end() ? id : found->second;
    };
    const auto in_loop = [&](NodeId in_image) {
      if (stored.first.empty()) return flat_.of(substitute(g_, in_image, g_[image].level, values));
      // A stored value, too, may be written down again.
      const auto view = g_.operands(in_image);
      Nodes operands(view.begin(), view.end());
      for (NodeId& o : operands) o = replace(g_, o, stored.first, stored.second);
      const NodeId read = operands.empty() ? in_image : rebuilt(g_, in_image, operands);
      return flat_.of(substitute(g_, read, g_[image].level, values));
    };
    const Nodes body = reachable_at(g_, ends, g_[kept].level);
    for (NodeId id : reachable_at(g_, bodies_of(kept), g_[kept].level)) {
      if (scope_of(g_, id) != g_[kept].level || !depends_on_all(id, chain)) continue;
      if (kind_ == Kind::Elements && is_own_element(id, kept) &&
          is_there_on_its_side(id, body, ends)) {
        const auto [first, last] = equal.equal_range(in_loop(image_of(id)));
        for (auto again = first; again != last; ++again) {
          plan.own.try_emplace(again->second, Stored{chain, id});
        }
      }
      if (!is_there(id, needed)) continue;
      // Of what only some trips need numbers are kept, no arrays.
      const bool always = regions_.around(id).empty();
      if (kind_ == Kind::Dear && is_dear(id) && (always || g_.is_scalar(id))) {
        const auto again = wanted.find(in_loop(image_of(id)));
        if (again != wanted.end()) plan.own.try_emplace(again->second, Stored{chain, id});
        if (const Op pair = pair_of(g_.op(id)); pair != g_.op(id)) {
          const NodeId other = g_.apply(pair, {image_of(g_.operand(id, 0))});
          const auto found = wanted.find(in_loop(other));
          if (found != wanted.end()) plan.own.try_emplace(found->second, Stored{chain, id, true});
        }
      }
      if (!is_loop(id) || !is_fixed_range(id, g_[kept].level)) continue;
      const NodeId seen = in_loop(image_of(id));
      const auto known = wanted.find(seen);
      const NodeId again = known == wanted.end() ? seen : known->second;
      for (NodeId inner : inside) {
        if (inner == again || !is_loop(inner) || scope_of(g_, inner) != level) continue;
        if (!same_trips(again, inner)) continue;
        Nodes longer = chain;
        longer.push_back(id);
        Plan found;
        match(id, again, inner, longer, pairs(id, again), found);
        Plan& into = plan.inner[inner];
        into.own.merge(found.own);
        into.inner.merge(found.inner);
        if (into.empty()) plan.inner.erase(inner);
      }
    }
  }

  /// What a loop stores already, and how it is read in the same trip.
  Reads reads_of(NodeId loop) {
    Reads reads;
    if (g_.op(loop) != Op::Fold) return reads;
    const NodeId trip[] = {trip_at(g_, g_.range_of(loop), index(g_[loop].level))};
    for (NodeId trace : traces_[loop]) {
      const NodeId value = g_.operand(trace, 1);
      if (g_.op(value) == Op::Bound) continue;
      reads.first.push_back(value);
      reads.second.push_back(g_.at(trace, trip));
    }
    return reads;
  }

  /// What the states and the index of a loop are, as another one over its trips sees them.
  Nodes values_for(NodeId loop, int level) {
    if (g_.op(loop) != Op::Fold) return {index(level)};
    const NodeId trip = trip_at(g_, g_.range_of(loop), index(level));
    return values_in_trip(g_, loop, index(level), trip);
  }

  /// The nodes under `a`, with those under `b`, which has the same shape.
  std::unordered_map<NodeId, NodeId> pairs(NodeId a, NodeId b) const {
    std::unordered_map<NodeId, NodeId> found;
    std::vector<std::pair<NodeId, NodeId>> stack{{a, b}};
    while (!stack.empty()) {
      const auto [x, y] = stack.back();
      stack.pop_back();
      if (x == y || !found.emplace(x, y).second) continue;
      const auto ox = g_.operands(x);
      const auto oy = g_.operands(y);
      for (std::size_t k = 0; k < ox.size() && k < oy.size(); ++k) stack.emplace_back(ox[k], oy[k]);
    }
    return found;
  }

  bool depends_on_all(NodeId id, const Nodes& chain) const {
    return std::ranges::all_of(chain, [&](NodeId loop) { return depends(id, g_[loop].level); });
  }
  bool is_fixed_range(NodeId loop, int level) {
    const Range r = range_of_loop(g_, loop);
    return !depends(r.begin, level) && !depends(r.end, level) && !depends(r.step, level);
  }

  /// Whether a value can be computed in every trip: what it reads, divides by and loops over is
  /// needed on every path anyway. Else it may not be there, and belongs behind its condition.
  bool is_there(NodeId value, const std::unordered_set<NodeId>& needed) const {
    const int scope = scope_of(g_, value);
    std::unordered_set<NodeId> seen;
    Nodes stack{value};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (scope_of(g_, id) != scope || needed.contains(id) || !seen.insert(id).second) continue;
      const Op op = g_.op(id);
      // Loops that only loops beside them read are made all the same.
      if (is_binder(op) && regions_.around(id).empty() && !reads_found_places(id)) continue;
      if (op == Op::At || is_binder(op) || divides_by_unknown(g_, id)) return false;
      const auto operands = g_.operands(id);
      stack.insert(stack.end(), operands.begin(), operands.end());
    }
    return true;
  }

  /// Whether it is an element of an array that the loop changes, at a place that no loop inside
  /// tells apart.
  bool is_own_element(NodeId id, NodeId loop) const {
    if (g_.op(loop) != Op::Fold || g_.op(id) != Op::At || !g_.is_scalar(id)) return false;
    Nodes indices;
    const NodeId array = array_under(g_, id, indices);
    return g_.op(array) == Op::Bound && g_[array].level == g_[loop].level;
  }

  /// What needs a value on every path, of a loop's body.
  std::unordered_set<NodeId> needing(NodeId value, const Nodes& body) const {
    std::unordered_set<NodeId> found;
    const auto needs = [&](NodeId o) { return found.contains(o); };
    for (NodeId id : body) {
      const auto o = g_.operands(id);
      const bool choice = g_.op(id) == Op::If;
      const bool loop = is_binder(g_.op(id)) && !is_assignment(g_, id);
      const std::size_t outside = choice ? 1 : loop ? g_.outside_operands(id) : o.size();
      if (id == value || std::ranges::any_of(o.first(outside), needs) ||
          (choice && needs(o[1]) && needs(o[2]))) {
        found.insert(id);
      }
    }
    return found;
  }

  /// Whether a value is there wherever the conditions hold under which its loop needs it.
  bool is_there_on_its_side(NodeId value, const Nodes& body, const Nodes& ends) const {
    const std::unordered_set<NodeId> all = needing(value, body);
    const std::vector<Regions::Side> sides = regions_.around(value);
    const auto needs = [&](NodeId id) { return all.contains(id); };
    if (sides.empty()) return std::ranges::any_of(ends, needs);
    return std::ranges::any_of(body, [&](NodeId id) {
      return g_.op(id) == Op::If && g_.operand(id, 0) == sides[0].condition &&
             needs(g_.operand(id, sides[0].holds ? 1 : 2)) &&
             regions_.around(id).size() + 1 == sides.size() && is_there_on_its_side(id, body, ends);
    });
  }

  /// Elements are kept where then no trip's whole array is: where all that is read of it in other
  /// trips is planned, and fewer than the array has.
  void keep_whole_sets() {
    std::unordered_set<NodeId> planned;
    std::map<std::pair<NodeId, int>, std::set<NodeId>> elements;  // by loop and state
    for (auto& [loop, plan] : plans_) {
      for_each(plan, [&](NodeId read, const Stored& stored) {
        planned.insert(read);
        elements[state_of(stored)].insert(stored.value);
      });
    }
    std::unordered_map<NodeId, Nodes> users;
    for (NodeId id : live_) {
      for (NodeId o : g_.operands(id)) users[o].push_back(id);
    }
    std::set<std::pair<NodeId, int>> left;
    for (const auto& [state, read] : elements) {
      const FoldParts parts = g_.fold_parts(state.first);
      const TypeId type = g_[parts.inits[static_cast<std::size_t>(state.second) - 1]].type;
      const bool small = g_.has_constant_extents(type) &&
                         g_.element_count(type) <= static_cast<std::int64_t>(read.size());
      if (small) left.insert(state);
    }
    for (NodeId id : live_) {
      if (g_.op(id) != Op::Trace) continue;
      const NodeId fold = g_.operand(id, 0);
      const NodeId traced = g_.operand(id, 1);
      const bool state = state_number(g_, traced, g_[id].level).has_value();
      if (state && !reads_only(id, planned, users)) left.insert({fold, g_.slot(traced)});
    }
    for (auto& [loop, plan] : plans_) {
      erase_from(plan, [&](const Stored& stored) { return left.contains(state_of(stored)); });
    }
    std::erase_if(plans_, [](const auto& entry) { return entry.second.empty(); });
  }

  std::pair<NodeId, int> state_of(const Stored& stored) const {
    Nodes indices;
    return {stored.loops.back(), g_.slot(array_under(g_, stored.value, indices))};
  }
  template <class Visit>
  static void for_each(const Plan& plan, const Visit& visit) {
    for (const auto& [read, stored] : plan.own) visit(read, stored);
    for (const auto& [loop, inner] : plan.inner) for_each(inner, visit);
  }
  template <class Unwanted>
  static void erase_from(Plan& plan, const Unwanted& unwanted) {
    std::erase_if(plan.own, [&](const auto& entry) { return unwanted(entry.second); });
    for (auto& [loop, inner] : plan.inner) erase_from(inner, unwanted);
    std::erase_if(plan.inner, [](const auto& entry) { return entry.second.empty(); });
  }

  /// Whether nothing is read of a trace's arrays but those elements.
  bool reads_only(NodeId trace, const std::unordered_set<NodeId>& elements,
                  const std::unordered_map<NodeId, Nodes>& users) const {
    Nodes stack{trace};
    while (!stack.empty()) {
      const auto found = users.find(stack.back());
      stack.pop_back();
      if (found == users.end()) return false;
      for (NodeId user : found->second) {
        if (g_.op(user) != Op::Trace && g_.op(user) != Op::At) return false;
        if (!g_.is_scalar(user)) {
          stack.push_back(user);
        } else if (!elements.contains(user)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether a loop reads elements at places that another loop has found, or counted: there may be
  /// none.
  bool reads_found_places(NodeId loop) const {
    const auto is_found = [&](NodeId id) {
      return g_.op(id) == Op::ArgReduce ||
             (g_.op(id) == Op::Final && g_.element(id) == Element::Index);
    };
    return std::ranges::any_of(reachable(g_, std::span(&loop, 1)), [&](NodeId id) {
      if (g_.op(id) != Op::At) return false;
      return std::ranges::any_of(reachable(g_, g_.operands(id).subspan(1)), is_found);
    });
  }

  /// Whether a value is worth its place: what it is computed by costs about a call, or is a loop.
  bool is_dear(NodeId id) {
    const Type& type = g_.type_of(id);
    if (!is_floating(type.element)) return false;
    for (NodeId e : type.extents) {
      if (scope_of(g_, e) >= scope_of(g_, id)) return false;
    }
    const Op op = g_.op(id);
    if (is_operator(op)) return costs_a_call(op);
    if (type.is_scalar()) return op == Op::Reduce || op == Op::Final;
    if (op == Op::Final) return true;
    if (op != Op::Map) return false;
    const Nodes bodies = bodies_of(id);
    const Nodes inside = reachable_at(g_, bodies, g_[id].level);
    return std::ranges::any_of(inside, [&](NodeId inner) {
      const Op o = g_.op(inner);
      return o == Op::Reduce || o == Op::Final || costs_a_call(o);
    });
  }

  void note_stored(const Plan& plan) {
    for (const auto& [node, stored] : plan.own) {
      if (!is_element(stored)) keeping_.insert(stored.loops.begin(), stored.loops.end());
    }
    for (const auto& [loop, inner] : plan.inner) note_stored(inner);
  }

  NodeId built(NodeId id) {
    const auto view = g_.operands(id);
    Nodes operands(view.begin(), view.end());
    for (NodeId& o : operands) o = now_.at(o);
    NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
    const auto plan = plans_.find(id);
    if (plan != plans_.end() && g_[made].level == g_[id].level) {
      std::unordered_map<NodeId, NodeId> inside = now_;
      made = without(made, plan->second, {}, inside);
      bodies_now_[id] = std::move(inside);
      for (const auto& [node, value] : last_read_) {
        reads_[id].first.push_back(node);
        reads_[id].second.push_back(value);
      }
    }
    if (!keeping_.contains(id)) return made;
    return g_.op(id) == Op::Fold ? keep(id, made) : traceable(id, made);
  }

  /// The loop that a node is, or is of.
  NodeId loop_of(NodeId id) const {
    return g_.op(id) == Op::Final || g_.op(id) == Op::Trace ? g_.operand(id, 0) : id;
  }

  NodeId keep(NodeId id, NodeId fold) { return folds_[id] = fold; }

  /// A sum or an array by element, as a loop that can be traced; what it gives.
  NodeId traceable(NodeId id, NodeId made) {
    const auto view = g_.operands(made);
    const Nodes o(view.begin(), view.end());
    const int level = g_[made].level;
    if (g_.op(made) == Op::Reduce) return g_.final_state(keep(id, as_fold(g_, made)), 0);
    if (g_.op(made) == Op::Write) {
      const NodeId state = g_.bound(level, 1, g_[made].type);
      const NodeId next = g_.set(state, std::span(o).subspan(5), o[4]);
      return g_.final_state(keep(id, g_.fold(level, {o[0], o[1], o[2]}, Nodes{o[3]}, Nodes{next})),
                            0);
    }
    // It is the array of what it has in each trip. What it carries nobody asks for.
    const NodeId init = g_.zeros(g_[o[1]].type);
    const NodeId fold = keep(id, g_.fold(level, g_.range(o[0]), Nodes{init}, Nodes{o[1]}));
    return g_.trace(fold, relevel(g_, o[1], level, g_[fold].level));
  }

  /// A loop with the values read that the plan has. `now` leads from the nodes as they were to
  /// those in the loop's body, and goes on to those in the body that it gets.
  NodeId without(NodeId loop, const Plan& plan, std::vector<int> levels,
                 std::unordered_map<NodeId, NodeId>& now) {
    const int level = g_[loop].level;
    levels.push_back(level);
    std::map<NodeId, NodeId> read;
    for (const auto& [node, stored] : plan.own) read[now.at(node)] = value_of(stored, levels);
    if (levels.size() == 1) last_read_ = read;
    std::unordered_map<NodeId, const Plan*> inner;
    for (const auto& [node, under] : plan.inner) inner[loop_of(now.at(node))] = &under;
    std::unordered_map<NodeId, NodeId> after;
    for (NodeId id : reachable_at(g_, bodies_of(loop), level)) {
      if (const auto found = read.find(id); found != read.end()) {
        after[id] = found->second;
        continue;
      }
      const auto view = g_.operands(id);
      Nodes operands(view.begin(), view.end());
      renew(operands, after);
      NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
      if (const auto found = inner.find(id); found != inner.end()) {
        std::unordered_map<NodeId, NodeId> through;
        for (const auto& [before, node] : now) {
          const auto next = after.find(node);
          through[before] = next == after.end() ? node : next->second;
        }
        made = without(made, *found->second, levels, through);
      }
      after[id] = made;
      if (made != id && !g_.is_constant(made)) f_.provenance.carry(id, made);
    }
    for (auto& [before, node] : now) {
      if (const auto next = after.find(node); next != after.end()) node = next->second;
    }
    const auto view = g_.operands(loop);
    Nodes operands(view.begin(), view.end());
    for (std::size_t k = g_.outside_operands(loop); k < operands.size(); ++k) {
      if (const auto found = after.find(operands[k]); found != after.end())
        operands[k] = found->second;
    }
    return rebuilt(g_, loop, operands);
  }

  /// Whether a value is what arrays by element have in each trip: then it is kept as it is.
  bool is_element(const Stored& stored) const {
    if (stored.other) return false;
    for (std::size_t k = 0; k < stored.loops.size(); ++k) {
      const NodeId inside = k + 1 < stored.loops.size() ? stored.loops[k + 1] : stored.value;
      if (g_.op(stored.loops[k]) != Op::Map || g_.operand(stored.loops[k], 1) != inside)
        return false;
    }
    return true;
  }

  /// A stored value as it was in the trips that loops of those levels are in.
  NodeId value_of(const Stored& stored, const std::vector<int>& levels) {
    if (is_element(stored)) {
      Nodes indices;
      for (int level : levels) indices.push_back(index(level));
      return g_.at(now_.at(stored.loops.front()), indices);
    }
    const auto own = bodies_now_.find(stored.loops.back());
    const auto now = [&](NodeId id) {
      return own == bodies_now_.end() ? now_.at(id) : own->second.at(id);
    };
    NodeId value = stored.other
                       ? g_.apply(pair_of(g_.op(stored.value)), {now(g_.operand(stored.value, 0))})
                       : now(stored.value);
    // In trips that need it only.
    for (const Regions::Side& side : regions_.around(stored.value)) {
      const NodeId none = g_.number(g_.element(value), 0);
      value = g_.choose(now(side.condition), side.holds ? value : none, side.holds ? none : value);
      if (!g_.is_constant(value)) f_.provenance.carry(stored.value, value);
    }
    const NodeId last = stored.loops.back();
    value = relevel(g_, value, g_[last].level, g_[folds_.at(last)].level);
    for (auto loop = stored.loops.rbegin(); loop != stored.loops.rend(); ++loop) {
      // Loops inside have been built before this one got its plan.
      if (const auto read = reads_.find(*loop); read != reads_.end() && *loop != last) {
        value = replace(g_, value, read->second.first, read->second.second);
      }
      value = g_.trace(folds_.at(*loop), value);
    }
    Nodes trips;
    for (std::size_t k = 0; k < levels.size(); ++k) {
      trips.push_back(trip_at(g_, g_.range_of(folds_.at(stored.loops[k])), index(levels[k])));
    }
    return g_.at(value, trips);
  }

  Function& f_;
  Graph& g_;
  Kind kind_;
  Nodes live_;
  Regions regions_;
  std::map<NodeId, Plan> plans_;
  std::map<NodeId, Nodes> traces_;  // of Folds
  FlatElements flat_;
  std::unordered_set<NodeId> keeping_;        // loops that store
  std::unordered_map<NodeId, NodeId> folds_;  // what they have become
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_map<NodeId, std::unordered_map<NodeId, NodeId>> bodies_now_;
  std::map<NodeId, NodeId> last_read_;
  std::unordered_map<NodeId, Reads> reads_;  // what loops read instead of what
};

}  // namespace

Function store_values(Function f) {
  Store(f, Kind::Dear).run();
  return f;
}

Function store_elements(Function f) {
  Store(f, Kind::Elements).run();
  return f;
}

}  // namespace gradsmith
