#include "passes/keep_states.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_paths.hpp"
#include "passes/rebuild.hpp"
#include "passes/trips_apart.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

Nodes extended(Nodes place, std::span<const NodeId> more) {
  place.insert(place.end(), more.begin(), more.end());
  return place;
}

/// At(array, place), with the subscripts of parts of parts in one list.
NodeId element(Graph& g, NodeId array, std::span<const NodeId> place) {
  if (g.op(array) != Op::At) return g.at(array, place);
  const auto view = g.operands(array);
  const Nodes all = extended(Nodes(view.begin() + 1, view.end()), place);
  return element(g, view[0], all);
}

/// A state that is traced, and the loop.
struct Kept {
  NodeId fold = kNoNode;
  std::size_t state = 0;
};

/// One loop with one of its states in rows.
class Rows {
 public:
  Rows(Function& f, const Kept& kept, std::span<const NodeId> live, std::span<const NodeId> traces)
      : f_(f),
        g_(f.graph),
        fold_(kept.fold),
        k_(kept.state),
        level_(g_[kept.fold].level),
        range_(g_.range_of(kept.fold)),
        traces_(traces.begin(), traces.end()),
        apart_(g_, live) {
    const FoldParts parts = g_.fold_parts(fold_);
    inits_.assign(parts.inits.begin(), parts.inits.end());
    nexts_.assign(parts.nexts.begin(), parts.nexts.end());
  }

  /// Whether it could be done.
  bool run() {
    trips_ = never_negative(g_, trip_count(g_, range_));
    const NodeId one = g_.index(1);
    const Type type = g_.type_of(inits_[k_]);
    Type rows = type;
    const NodeId most = never_negative(g_, g_.type_of(traces_[0]).extents[0]);
    const NodeId count =
        g_.is_constant(most) ? g_.index(g_.index_value(most) + 1) : g_.apply(Op::Add, {most, one});
    rows.extents.insert(rows.extents.begin(), count);
    type_ = g_.intern(rows);
    rows_ = loop_state(g_, level_, k_, type_);
    const NodeId index = g_.bound(level_, 0, scalar_type(Element::Index));
    trip_ = trip_at(g_, range_, index);
    row_ = g_.apply(Op::Add, {trip_, one});
    own_ = loop_state(g_, level_, k_, g_.intern(type));
    from_ = copied_by(g_, nexts_[k_]);

    Nodes roots = nexts_;
    for (NodeId t : traces_) roots.push_back(g_.operand(t, 1));
    body_ = reachable_at(g_, roots, level_);
    for (NodeId id : roots) ++uses_[id];
    for (NodeId id : body_) {
      const auto operands = g_.operands(id);
      for (NodeId o : operands) ++uses_[o];
      const auto is_of_state = [&](NodeId o) { return of_state_.contains(o); };
      if (id == own_ || std::ranges::any_of(operands, is_of_state)) of_state_.insert(id);
    }
    if (!fits()) return false;
    const Origin* origin = f_.provenance.named(own_);
    const std::string name = origin == nullptr ? std::string() : origin->name + "_kept";
    // Two loops that begin with one array begin with rows of their own.
    NodeId init = uninitialised_array(g_, name + std::to_string(fold_), type_);
    if (!name.empty()) f_.provenance.add(init, {name, "", {}});
    if (!is_uninitialised(g_, inits_[k_]))
      init = g_.set(init, std::vector{g_.index(0)}, inits_[k_]);
    changed_ = version(from_);
    if (failed_) return false;
    // The new row is written by loops of the author's, or by one of its own.
    for (NodeId id : body_) {
      const bool writes = in_rows_.empty() ? id == from_ : in_rows_.contains(id);
      const auto needs = [&](NodeId o) { return after_row_.contains(o); };
      if (writes || std::ranges::any_of(g_.operands(id), needs)) after_row_.insert(id);
    }
    before_[from_] = g_.at(changed_, {row_});
    for (std::size_t j = 0; j < nexts_.size(); ++j) {
      if (j != k_) nexts_[j] = before(nexts_[j]);
    }
    inits_[k_] = init;
    nexts_[k_] = changed_;
    made_ = g_.fold(level_, range_, inits_, nexts_);
    if (g_[made_].level != level_) return false;
    for (NodeId t : traces_) {
      const NodeId of = g_.operand(t, 1);
      if (copied_by(g_, of) != from_ && of != own_) now_traced_[t] = g_.trace(made_, before(of));
    }
    put_in_place();
    return true;
  }

 private:
  /// Whether the state is an array that a trip makes anew, or writes over, and whose elements are
  /// read. What is chosen between arrays, or handed on to another state as a whole, would have the
  /// rows copied.
  bool fits() const {
    const Op op = g_.op(from_);
    if (op != Op::Trace && op != Op::Write && op != Op::Final && op != Op::Map) return false;
    for (std::size_t j = 0; j < nexts_.size(); ++j) {
      if (nexts_[j] == own_ || (j != k_ && copied_by(g_, nexts_[j]) == from_)) return false;
    }
    // Nor may anybody else need what the new row is before it is complete.
    for (NodeId id = from_; id != own_ && (g_.op(id) == Op::Write || g_.op(id) == Op::Final);) {
      if ((g_.free(id) & Graph::bit(level_)) == 0) break;
      if (id != from_ && uses_.at(id) != 1) return false;
      const auto state = static_cast<std::size_t>(g_.slot(id));
      id = g_.op(id) == Op::Write ? g_.operand(id, 3)
                                  : g_.fold_parts(g_.operand(id, 0)).inits[state];
    }
    return std::ranges::all_of(body_, [&](NodeId id) {
      const auto operands = g_.operands(id);
      for (std::size_t k = 0; k < operands.size(); ++k) {
        if (operands[k] != own_ && operands[k] != from_) continue;
        const bool read = g_.op(id) == Op::At && k == 0;
        const bool traced = g_.op(id) == Op::Trace && k == 1;
        const bool base = (g_.op(id) == Op::Write && k == 3) ||
                          (g_.op(id) == Op::Fold && k < g_.outside_operands(id));
        if (!read && !traced && !(base && operands[k] == own_)) return false;
      }
      return true;
    });
  }

  /// A node of the body where the new row need not be there yet.
  NodeId before(NodeId id) {
    if ((g_.free(id) & Graph::bit(level_)) == 0) return id;
    if (id == own_) return element(g_, rows_, std::span(&trip_, 1));
    if (const auto known = before_.find(id); known != before_.end()) return known->second;
    const auto view = g_.operands(id);
    Nodes operands(view.begin(), view.end());
    for (NodeId& o : operands) o = after_row_.contains(id) ? after(o) : before(o);
    const NodeId made = put_together(id, operands);
    before_[id] = made;
    return made;
  }

  /// One that is needed by what comes after the new row has been written. Elements of the old row
  /// are read from the array as it is then.
  NodeId after(NodeId id) {
    if (after_row_.contains(id) || !of_state_.contains(id)) return before(id);
    if (id == own_) return g_.at(changed_, {trip_});
    Nodes indices;
    const bool read = g_.op(id) == Op::At && array_under(g_, id, indices) == own_;
    // What does not hang on inner loops is there already.
    if (!read && scope_of(g_, id) <= level_) return before(id);
    if (const auto known = after_.find(id); known != after_.end()) return known->second;
    const auto view = g_.operands(id);
    Nodes operands(view.begin(), view.end());
    for (NodeId& o : operands) o = after(o);
    const NodeId made = put_together(id, operands);
    after_[id] = made;
    return made;
  }

  NodeId put_together(NodeId id, Nodes& operands) {
    if (g_.op(id) == Op::At) return element(g_, operands[0], std::span(operands).subspan(1));
    if (g_.op(id) == Op::Trace) {
      const auto changed = in_rows_.find(g_.operand(id, 0));
      if (changed != in_rows_.end()) operands[1] = of_loop(changed->second, g_.operand(id, 1));
    }
    const NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
    if (made != id && !g_.is_constant(made)) f_.provenance.carry(id, made);
    return made;
  }

  Nodes before_all(std::span<const NodeId> ids) {
    Nodes all(ids.begin(), ids.end());
    for (NodeId& id : all) id = before(id);
    return all;
  }

  Range range_before(Range range) {
    return {before(range.begin), before(range.end), before(range.step)};
  }

  /// The version of the rows in which the new row is that array of the body.
  NodeId version(NodeId array) {
    if (array != own_ && (g_.free(array) & Graph::bit(level_)) != 0) {
      NodeId made = kNoNode;
      if (g_.op(array) == Op::Trace) made = of_trace(array);
      if (g_.op(array) == Op::Write) made = of_write(array);
      if (g_.op(array) == Op::Final) made = of_final(array);
      if (made != kNoNode) return made;
    }
    return g_.set(rows_, std::span(&row_, 1), before(array));
  }

  /// What an array begins with that is changed then.
  NodeId base_of(NodeId array) { return is_uninitialised(g_, array) ? rows_ : version(array); }

  /// The loop whose values are the new row writes them there.
  NodeId of_trace(NodeId trace) {
    const NodeId loop = g_.operand(trace, 0);
    const NodeId value = g_.operand(trace, 1);
    if (!g_.is_scalar(value) || (g_.free(loop) & Graph::bit(level_)) == 0) return kNoNode;
    const FoldParts view = g_.fold_parts(loop);
    const int level = view.level;
    Nodes inits(view.inits.begin(), view.inits.end());
    Nodes nexts(view.nexts.begin(), view.nexts.end());
    const Range range = range_before(view.range);
    inits = before_all(inits);
    nexts = before_all(nexts);
    const int slot = static_cast<int>(inits.size()) + 1;
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    const NodeId place[] = {row_, trip_at(g_, range, index)};
    inits.push_back(rows_);
    in_rows_[loop] = {level, {}, {}, {}};
    nexts.push_back(g_.set(g_.bound(level, slot, type_), place, before(value)));
    return replaced(loop, level, range, inits, nexts, slot - 1);
  }

  NodeId of_write(NodeId write) {
    const auto view = g_.operands(write);
    const Nodes o(view.begin(), view.end());
    if (!g_.is_scalar(o[4])) return kNoNode;
    const Nodes place(o.begin() + 5, o.end());
    Nodes now = before_all(o);
    if (const NodeId value = only_read_here(o[4], write); value != kNoNode) now[4] = before(value);
    const bool all = sets_all({o[0], o[1], o[2]}, g_[write].level, place, write);
    const NodeId base = all ? rows_ : base_of(o[3]);
    return g_.write(g_[write].level, {now[0], now[1], now[2]}, base, now[4],
                    extended(Nodes{row_}, std::span(now).subspan(5)));
  }

  /// What a loop over the same range has written to the element that a Write takes from it, where
  /// nobody else reads the array; kNoNode: it is something else. The author's spare room for what
  /// he copies back is not needed.
  NodeId only_read_here(NodeId at, NodeId write) {
    if (g_.op(at) != Op::At || g_.op(g_.operand(at, 0)) != Op::Write) return kNoNode;
    const NodeId spare = g_.operand(at, 0);
    const int level = g_[write].level;
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    const auto o = g_.operands(spare);
    const auto there = g_.operands(at).subspan(1);
    const bool same = is_same_range(g_.range_of(spare), g_.range_of(write)) && o.size() == 6 &&
                      o[5] == g_.bound(g_[spare].level, 0, scalar_type(Element::Index)) &&
                      there.size() == 1 && there[0] == index && g_.is_scalar(o[4]);
    if (!same || uses_[spare] != 1 || uses_[at] != 1) return kNoNode;
    return relevel_named(f_, o[4], g_[spare].level, level);
  }

  /// Whether a loop over the range that sets the element at `place` sets all of an array.
  bool sets_all(const Range& range, int level, const Nodes& place, NodeId array) {
    const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
    return place == Nodes{index} && g_.is_constant(range.begin, 0) &&
           g_.is_constant(range.step, 1) && g_.type_of(array).extents == Nodes{range.end};
  }

  /// A loop inside of which a state becomes the new row.
  struct InRows {
    int level = 0;
    Nodes from;    // elements that no trip before has written
    Nodes to;      // and what they are
    Nodes values;  // of its states
  };
  /// What stands for a node of such a loop's body.
  NodeId of_loop(const InRows& loop, NodeId id) {
    const NodeId read = replace(g_, id, loop.from, loop.to);
    carry_names(f_, id, read);
    const NodeId now = before(read);
    const NodeId in_rows = substitute(g_, now, loop.level, loop.values);
    carry_names(f_, now, in_rows);
    return with_flat_subscripts(in_rows);
  }

  /// A loop that writes elements of what becomes the new row.
  NodeId of_final(NodeId final) {
    const NodeId loop = g_.operand(final, 0);
    const auto m = static_cast<std::size_t>(g_.slot(final));
    if ((g_.free(loop) & Graph::bit(level_)) == 0) return kNoNode;
    const FoldParts view = g_.fold_parts(loop);
    Nodes inits(view.inits.begin(), view.inits.end());
    Nodes nexts(view.nexts.begin(), view.nexts.end());
    const NodeId first = inits[m];
    InRows rows;
    rows.level = view.level;
    const bool is_read = find_unwritten(loop, m, rows);
    const bool all = !is_read && is_assignment(g_, nexts[m]) &&
                     is_state(g_, g_.operand(nexts[m], 3), rows.level, m) &&
                     sets_all(view.range, rows.level, {g_.operand(nexts[m], 5)}, final);
    rows.values.assign(m + 2, kNoNode);
    rows.values[m + 1] = g_.at(loop_state(g_, rows.level, m, type_), std::span(&row_, 1));
    const Range range = range_before(g_.range_of(loop));
    for (std::size_t j = 0; j < nexts.size(); ++j) {
      nexts[j] = of_loop(rows, nexts[j]);
      if (j != m) inits[j] = before(inits[j]);
    }
    nexts[m] = of_version(nexts[m]);
    if (nexts[m] == kNoNode) return kNoNode;
    inits[m] = all ? rows_ : base_of(first);
    in_rows_[loop] = rows;
    return replaced(loop, rows.level, range, inits, nexts, static_cast<int>(m));
  }

  /// Elements of the m-th state that no trip before has written are those that it begins with.
  /// Whether others are read.
  bool find_unwritten(NodeId fold, std::size_t m, InRows& found) {
    const FoldParts loop = g_.fold_parts(fold);
    const NodeId first = loop.inits[m];
    if (first != own_) return true;
    Nodes roots(loop.nexts.begin(), loop.nexts.end());
    for (NodeId id : body_) {
      if (g_.op(id) == Op::Trace && g_.operand(id, 0) == fold) roots.push_back(g_.operand(id, 1));
    }
    Nodes reads;
    for (NodeId id : reachable_at(g_, roots, loop.level)) {
      const auto o = g_.operands(id);
      for (std::size_t k = 0; k < o.size(); ++k) {
        const bool base = is_assignment(g_, id) && k == 3;
        // Elements beside the one that a trip has just set are those of the trips before.
        const bool just_set = is_assignment(g_, o[k]) && !base &&
                              is_state(g_, first_version(g_, o[k]), loop.level, m);
        if (just_set) return true;
        if (!is_state(g_, o[k], loop.level, m)) continue;
        if (g_.op(id) == Op::At && g_.is_scalar(id)) {
          reads.push_back(id);
        } else if (!base) {
          return true;
        }
      }
    }
    const NodeId index = g_.bound(loop.level, 0, scalar_type(Element::Index));
    for (NodeId id : reads) {
      const auto o = g_.operands(id).subspan(1);
      const Nodes element(o.begin(), o.end());
      if (!apart_.is_unwritten(loop, m, Polynomial::unknown(index), TripsApart::When::Before, id,
                               element)) {
        return true;
      }
    }
    for (NodeId id : reads) {
      const auto o = g_.operands(id).subspan(1);
      const Nodes place(o.begin(), o.end());
      found.from.push_back(id);
      found.to.push_back(g_.at(first, place));
    }
    return false;
  }

  /// The rows of which a version that a loop makes is the new one; kNoNode where it is none.
  NodeId of_version(NodeId version) {
    if (g_.op(version) == Op::At && g_[g_.operand(version, 0)].type == type_ &&
        g_.operands(version).size() == 2 && g_.operand(version, 1) == row_) {
      return g_.operand(version, 0);
    }
    if (!is_assignment(g_, version) || !g_.is_scalar(g_.operand(version, 4))) return kNoNode;
    const auto view = g_.operands(version);
    const Nodes o(view.begin(), view.end());
    const NodeId base = of_version(o[3]);
    if (base == kNoNode) return kNoNode;
    return g_.set(base, extended(Nodes{row_}, std::span(o).subspan(5)), o[4]);
  }

  NodeId with_flat_subscripts(NodeId root) {
    std::unordered_map<NodeId, NodeId> now;
    for (NodeId id : reachable_at(g_, std::span(&root, 1), level_)) {
      const auto view = g_.operands(id);
      Nodes operands(view.begin(), view.end());
      renew(operands, now);
      now[id] = put_together(id, operands);
    }
    const auto known = now.find(root);
    return known == now.end() ? root : known->second;
  }

  NodeId replaced(NodeId loop, int level, const Range& range, const Nodes& inits,
                  const Nodes& nexts, int state) {
    const NodeId made = g_.fold(level, range, inits, nexts);
    if (g_[made].level != level) failed_ = true;
    before_[loop] = made;
    return g_.final_state(made, state);
  }

  /// Whoever asks for the loop's states and traces gets those of the new one.
  void put_in_place() {
    const auto row = [&](NodeId trips) { return g_.at(last(), std::span(&trips, 1)); };
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (g_.op(id) == Op::Final && g_.operand(id, 0) == fold_) {
        return static_cast<std::size_t>(g_.slot(id)) == k_ ? row(trips_)
                                                           : g_.final_state(made_, g_.slot(id));
      }
      if (const auto known = now_traced_.find(id); known != now_traced_.end()) return known->second;
      if (g_.op(id) != Op::At) return fresh;
      const auto view = g_.operands(fresh);
      Nodes operands(view.begin(), view.end());
      const NodeId array = g_.operand(id, 0);
      if (g_.op(array) == Op::Trace && g_.operand(array, 0) == fold_ &&
          !now_traced_.contains(array)) {
        const bool old = g_.operand(array, 1) == own_;
        if (!old) operands[1] = g_.apply(Op::Add, {operands[1], g_.index(1)});
        operands[0] = last();
      } else if (fresh == id) {
        return fresh;
      }
      return element(g_, operands[0], std::span(operands).subspan(1));
    });
  }
  NodeId last() { return g_.final_state(made_, static_cast<int>(k_)); }

  Function& f_;
  Graph& g_;
  const NodeId fold_;
  const std::size_t k_;
  const int level_;
  const Range range_;
  Nodes inits_;
  Nodes nexts_;
  const Nodes traces_;
  NodeId trips_ = kNoNode;    // how many
  TypeId type_ = 0;           // of the rows
  NodeId rows_ = kNoNode;     // in the body, before the new row is written
  NodeId changed_ = kNoNode;  // and after that
  NodeId trip_ = kNoNode;     // the old row's number
  NodeId row_ = kNoNode;      // the new one's
  NodeId own_ = kNoNode;      // the state as it was
  NodeId from_ = kNoNode;     // the array that it becomes
  NodeId made_ = kNoNode;
  bool failed_ = false;
  TripsApart apart_;
  Nodes body_;
  std::unordered_map<NodeId, int> uses_;  // in the body
  std::unordered_map<NodeId, InRows> in_rows_;
  std::unordered_set<NodeId> after_row_;  // what needs the statement that writes the new row
  std::unordered_set<NodeId> of_state_;   // what mentions the state
  std::unordered_map<NodeId, NodeId> before_;
  std::unordered_map<NodeId, NodeId> after_;
  std::unordered_map<NodeId, NodeId> now_traced_;
};

/// The state that a trace holds, or what it becomes; nothing for others.
std::optional<std::size_t> state_of(const Graph& g, NodeId trace) {
  const FoldParts loop = g.fold_parts(g.operand(trace, 0));
  const NodeId of = g.operand(trace, 1);
  if (g.is_scalar(of)) return {};
  for (std::size_t k = 0; k < loop.nexts.size(); ++k) {
    if (is_state(g, of, loop.level, k)) return k;
    if (g[of].type != g[loop.inits[k]].type) continue;
    if (copied_by(g, of) == copied_by(g, loop.nexts[k])) return k;
  }
  return {};
}

/// The traced states, of which elements are read and nothing else.
std::vector<Kept> find_kept(const Function& f, std::unordered_map<NodeId, Nodes>& traces) {
  const Graph& g = f.graph;
  const Nodes live = reachable(g, roots_of(f));
  std::unordered_set<NodeId> otherwise;
  const Nodes roots = roots_of(f);
  otherwise.insert(roots.begin(), roots.end());
  for (NodeId id : live) {
    const auto operands = g.operands(id);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (g.op(id) != Op::At || k > 0) otherwise.insert(operands[k]);
    }
  }
  std::vector<Kept> found;
  std::unordered_set<NodeId> not_fit;
  for (NodeId id : live) {
    if (g.op(id) != Op::Trace) continue;
    const NodeId fold = g.operand(id, 0);
    traces[fold].push_back(id);
    const std::optional<std::size_t> k = state_of(g, id);
    if (!k) continue;
    if (otherwise.contains(id)) not_fit.insert(fold);
    found.push_back({fold, *k});
  }
  // An array has no place yet whose extents hang on a loop.
  std::erase_if(found, [&](const Kept& kept) {
    const auto& extents = g.type_of(traces.at(kept.fold).front()).extents;
    const NodeId init = g.fold_parts(kept.fold).inits[kept.state];
    const auto is_open = [&](NodeId e) { return scope_of(g, e) != 0; };
    return not_fit.contains(kept.fold) || is_open(extents[0]) ||
           std::ranges::any_of(g.type_of(init).extents, is_open);
  });
  return found;
}

}  // namespace

Function keep_states(Function f) {
  std::size_t skipped = 0;
  for (;;) {
    std::unordered_map<NodeId, Nodes> traces;
    const std::vector<Kept> kept = find_kept(f, traces);
    if (skipped >= kept.size()) return f;
    const Kept& next = kept[skipped];
    if (!Rows(f, next, reachable(f.graph, roots_of(f)), traces.at(next.fold)).run()) ++skipped;
  }
}

}  // namespace gradsmith
