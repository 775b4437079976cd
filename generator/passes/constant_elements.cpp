#include "passes/constant_elements.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "ir/substitute.hpp"
#include "passes/element_columns.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// What an element may hold: nothing yet, one number, or more than one.
struct Held {
  enum class Kind : std::uint8_t { Nothing, Number, Anything } kind = Kind::Nothing;
  NodeId number = kNoNode;  ///< a constant
};
constexpr Held kAnything{Held::Kind::Anything, kNoNode};

/// The subscripts of a single assignment.
Nodes place_of(const Graph& g, NodeId write) {
  const auto o = g.operands(write);
  return {o.begin() + 5, o.end()};
}
NodeId value_of(const Graph& g, NodeId write) { return g.operand(write, 4); }
NodeId base_of(const Graph& g, NodeId write) { return g.operand(write, 3); }

/// An array that a loop carries, and what its columns hold.
struct Carried {
  std::size_t state = 0;
  Rows rows;
  Held elsewhere;  ///< where no assignment goes
  std::map<Column, Held> columns;
};

/// The statements by which an array comes from what has no value, or is zero; nothing where it
/// comes from something else.
struct Beginning {
  Nodes writes;
  bool zeros = false;
};

std::optional<Beginning> beginning(const Graph& g, NodeId array) {
  Beginning found;
  for (; is_assignment(g, array); array = base_of(g, array)) found.writes.push_back(array);
  found.zeros = is_zero_array(g, array);
  if (!found.zeros && !is_uninitialised(g, array)) return {};
  return found;
}

/// The arrays that a loop changes by single assignments, and by nothing else.
class LoopArrays {
 public:
  LoopArrays(Graph& g, const FoldParts& parts)
      : g_(g), level_(parts.level), nexts_(parts.nexts.begin(), parts.nexts.end()) {
    body_ = computed_in(g_, nexts_, level_);
    follow_versions(parts.inits.size());
    for (std::size_t k = 0; k < nexts_.size(); ++k) {
      const auto version = versions_.find(nexts_[k]);
      if (version == versions_.end() || version->second != k) plain_[k] = false;
      for (std::size_t j = 0; j < nexts_.size(); ++j) {
        if (j != k && version != versions_.end() && version->second == j) plain_[j] = false;
      }
    }
  }

  const Nodes& body() const { return body_; }
  bool is_plain(std::size_t k) const { return plain_[k]; }
  /// Which state a node of the body is a version of.
  std::optional<std::size_t> version(NodeId id) const {
    const auto found = versions_.find(id);
    if (found == versions_.end()) return {};
    return found->second;
  }
  Nodes writes_of(std::size_t k) const {
    Nodes found;
    for (NodeId id : body_) {
      if (is_assignment(g_, id) && version(id) == k) found.push_back(id);
    }
    return found;
  }

 private:
  void follow_versions(std::size_t states) {
    plain_.assign(states, true);
    for (NodeId id : body_) {
      if (const auto k = state_number(g_, id, level_); k && !g_.is_scalar(id)) {
        versions_[id] = *k;
        continue;
      }
      const auto o = g_.operands(id);
      for (std::size_t k = 0; k < o.size(); ++k) {
        const auto of = version(o[k]);
        if (!of) continue;
        const bool read = g_.op(id) == Op::At && k == 0;
        const bool written = is_assignment(g_, id) && k == 3 && scope_of(g_, id) == level_;
        const bool chosen = g_.op(id) == Op::If && k > 0 && version(o[3 - k]) == of;
        if (written || chosen) versions_[id] = *of;
        if (!read && !written && !chosen) plain_[*of] = false;
      }
    }
  }

  Graph& g_;
  int level_;
  Nodes nexts_, body_;
  std::unordered_map<NodeId, std::size_t> versions_;
  std::vector<bool> plain_;
};

class Constants {
 public:
  explicit Constants(Function& f) : f_(f), g_(f.graph), columns_(f.graph) {}

  /// The loop with its own loads of such elements replaced; the loop itself where there are none.
  NodeId in_loop(NodeId fold) {
    const FoldParts parts = g_.fold_parts(fold);
    const LoopArrays arrays(g_, parts);
    std::vector<Carried> carried = carried_by(parts, arrays);
    if (carried.empty()) return fold;
    while (holds_more(carried, arrays)) continue;
    const Range range = parts.range;
    const int level = parts.level;
    const Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    renew(nexts, rebuilt_nodes(f_, arrays.body(), [&](NodeId id, NodeId fresh) {
            const bool load = g_.op(id) == Op::At;
            const Held held = load ? held_by_load(id, carried, arrays) : kAnything;
            return held.kind == Held::Kind::Number ? held.number : fresh;
          }));
    const NodeId made = g_.fold(level, range, inits, nexts);
    for (Carried& c : carried) after_[g_.final_state(made, static_cast<int>(c.state))] = c;
    return made;
  }

  /// The number that a load from what such a loop leaves gives; kNoNode where it is not known.
  NodeId after_loop(NodeId load) {
    const auto found = after_.find(g_.operand(load, 0));
    if (found == after_.end() || !g_.is_scalar(load)) return kNoNode;
    const auto o = g_.operands(load);
    const Held held = held_at(found->second, {o.begin() + 1, o.end()});
    return held.kind == Held::Kind::Number ? held.number : kNoNode;
  }

 private:
  std::vector<Carried> carried_by(const FoldParts& parts, const LoopArrays& arrays) {
    std::vector<Carried> found;
    for (std::size_t k = 0; k < parts.inits.size(); ++k) {
      if (g_.is_scalar(parts.inits[k]) || !is_floating(g_.element(parts.inits[k]))) continue;
      const auto begins = beginning(g_, parts.inits[k]);
      if (!begins || !arrays.is_plain(k)) continue;
      const Nodes writes = arrays.writes_of(k);
      std::vector<Nodes> places;
      for (NodeId write : writes) places.push_back(place_of(g_, write));
      const auto rows = places.empty() ? std::nullopt : columns_.rows(places);
      if (!rows) continue;
      Carried c{k, *rows, {}, {}};
      if (begins->zeros) {
        c.elsewhere = {Held::Kind::Number, g_.number(g_.element(parts.inits[k]), 0)};
      }
      // What an assignment before the loop has set may be found in any trip.
      bool known = true;
      for (NodeId write : begins->writes) {
        const auto column = columns_.column(*rows, place_of(g_, write));
        if (column) join(c, *column, held_by_constant(value_of(g_, write)));
        known = known && column;
      }
      for (const Nodes& place : places) known = known && columns_.column(*rows, place);
      if (known) found.push_back(std::move(c));
    }
    return found;
  }

  Held held_by_constant(NodeId id) const {
    if (!g_.is_constant(id) || std::isnan(g_.constant_value(id))) return kAnything;
    return {Held::Kind::Number, id};
  }

  /// Follows one trip; whether a column may hold more than was known.
  bool holds_more(std::vector<Carried>& carried, const LoopArrays& arrays) {
    held_.clear();
    bool more = false;
    for (NodeId id : arrays.body()) held_[id] = held_by(id, carried, arrays);
    for (Carried& c : carried) {
      for (NodeId write : arrays.writes_of(c.state)) {
        const auto column = columns_.column(c.rows, place_of(g_, write));
        more = join(c, *column, held_of(value_of(g_, write))) || more;
      }
    }
    return more;
  }

  /// What the trip does not compute is a constant, or may be anything.
  Held held_of(NodeId id) const {
    const auto found = held_.find(id);
    return found == held_.end() ? held_by_constant(id) : found->second;
  }

  Held held_by(NodeId id, const std::vector<Carried>& carried, const LoopArrays& arrays) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::At:
        return held_by_load(id, carried, arrays);
      case Op::If:
        return joined(held_of(o[1]), held_of(o[2]));
      case Op::Neg:
        return computed(id, held_of(o[0]), {Held::Kind::Number, kNoNode});
      case Op::Add:
      case Op::Sub:
      case Op::Mul:
        return is_floating(g_.element(id)) ? computed(id, held_of(o[0]), held_of(o[1])) : kAnything;
      default:
        return kAnything;
    }
  }

  Held computed(NodeId id, const Held& a, const Held& b) {
    const auto is_zero = [&](const Held& h) {
      return h.kind == Held::Kind::Number && h.number != kNoNode && g_.is_constant(h.number, 0);
    };
    if (g_.op(id) == Op::Mul && (is_zero(a) || is_zero(b))) {
      return {Held::Kind::Number, g_.number(g_.element(id), 0)};
    }
    if (a.kind == Held::Kind::Nothing || b.kind == Held::Kind::Nothing) return {};
    if (a.kind == Held::Kind::Anything || b.kind == Held::Kind::Anything) return kAnything;
    const NodeId made = b.number == kNoNode ? g_.apply(g_.op(id), {a.number})
                                            : g_.apply(g_.op(id), {a.number, b.number});
    const auto constant = fold_constant(g_, made);
    return constant ? held_by_constant(*constant) : kAnything;
  }

  Held held_by_load(NodeId load, const std::vector<Carried>& carried, const LoopArrays& arrays) {
    if (!g_.is_scalar(load)) return kAnything;
    const auto o = g_.operands(load);
    const auto of = arrays.version(o[0]);
    const auto found =
        std::ranges::find_if(carried, [&](const Carried& c) { return of && c.state == *of; });
    return found == carried.end() ? kAnything : held_at(*found, {o.begin() + 1, o.end()});
  }

  Held held_at(const Carried& c, const Nodes& place) {
    const auto column = columns_.column(c.rows, place);
    if (!column) return kAnything;
    const auto known = c.columns.find(*column);
    return known == c.columns.end() ? c.elsewhere : joined(known->second, c.elsewhere);
  }

  Held joined(const Held& a, const Held& b) const {
    if (a.kind == Held::Kind::Nothing) return b;
    if (b.kind == Held::Kind::Nothing) return a;
    const bool same = a.kind == Held::Kind::Number && b.kind == Held::Kind::Number &&
                      g_.is_constant(a.number, g_.constant_value(b.number));
    return same ? a : kAnything;
  }

  bool join(Carried& c, const Column& column, const Held& held) const {
    Held& known = c.columns[column];
    const Held before = known;
    known = joined(known, held);
    return before.kind != known.kind;
  }

  Function& f_;
  Graph& g_;
  Columns columns_;
  std::unordered_map<NodeId, Held> held_;      // by a trip
  std::unordered_map<NodeId, Carried> after_;  // by final state
};

/// Which columns of arrays are read, and so need to be set.
class Unread {
 public:
  explicit Unread(Function& f) : f_(f), g_(f.graph), columns_(g_) {}

  void run() {
    const Nodes live = reachable(g_, roots_of(f_));
    std::unordered_map<NodeId, Nodes> users;
    for (NodeId id : live) {
      for (NodeId o : g_.operands(id)) users[o].push_back(id);
    }
    for (NodeId root : roots_of(f_)) users[root].push_back(kNoNode);
    std::unordered_map<NodeId, NodeId> made;
    for (NodeId id : live) {
      if (g_.op(id) == Op::Fold) find(id, users, made);
    }
    if (made.empty()) return;
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const auto found = made.find(id);
      // A loop inside may have changed; its own columns are found by the next run.
      return found == made.end() || fresh != id ? fresh : found->second;
    });
  }

 private:
  void find(NodeId fold, const std::unordered_map<NodeId, Nodes>& users,
            std::unordered_map<NodeId, NodeId>& made) {
    const FoldParts parts = g_.fold_parts(fold);
    const LoopArrays arrays(g_, parts);
    const Range range = parts.range;
    const int level = parts.level;
    const Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    std::unordered_set<NodeId> gone;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      if (g_.is_scalar(inits[k]) || !arrays.is_plain(k) || !beginning(g_, inits[k])) continue;
      const auto loads = loads_of(fold, k, arrays, users);
      if (!loads) continue;
      for (NodeId write : unread(arrays.writes_of(k), *loads)) gone.insert(write);
    }
    if (gone.empty()) return;
    const auto now = rebuilt_nodes(f_, arrays.body(), [&](NodeId id, NodeId fresh) {
      return gone.contains(id) ? base_of(g_, fresh) : fresh;
    });
    renew(nexts, now);
    made[fold] = g_.fold(level, range, inits, nexts);
  }

  /// All loads of a loop's array, in it and of what it leaves; nothing where more is done with it.
  std::optional<Nodes> loads_of(NodeId fold, std::size_t k, const LoopArrays& arrays,
                                const std::unordered_map<NodeId, Nodes>& users) const {
    Nodes loads;
    for (NodeId id : arrays.body()) {
      if (g_.op(id) == Op::At && arrays.version(g_.operand(id, 0)) == k) loads.push_back(id);
    }
    for (NodeId final : users.at(fold)) {
      if (final == kNoNode || g_.op(final) != Op::Final) return {};
      if (static_cast<std::size_t>(g_.slot(final)) != k) continue;
      const auto of_final = users.find(final);
      if (of_final == users.end()) continue;
      for (NodeId user : of_final->second) {
        if (user == kNoNode || g_.op(user) != Op::At || g_.operand(user, 0) != final) return {};
        loads.push_back(user);
      }
    }
    const auto is_row = [&](NodeId load) { return !g_.is_scalar(load); };
    if (std::ranges::any_of(loads, is_row)) return {};
    return loads;
  }

  Nodes unread(const Nodes& writes, const Nodes& loads) {
    std::vector<Nodes> places;
    for (NodeId write : writes) places.push_back(place_of(g_, write));
    const auto rows = places.empty() ? std::nullopt : columns_.rows(places);
    if (!rows) return {};
    std::map<Column, bool> read;
    for (NodeId load : loads) {
      const auto o = g_.operands(load);
      const auto column = columns_.column(*rows, {o.begin() + 1, o.end()});
      if (!column) return {};
      read[*column] = true;
    }
    Nodes found;
    for (NodeId write : writes) {
      const auto column = columns_.column(*rows, place_of(g_, write));
      if (column && !read.contains(*column)) found.push_back(write);
    }
    return found;
  }

  Function& f_;
  Graph& g_;
  Columns columns_;
};

}  // namespace

Function constant_elements(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  Graph& g = f.graph;
  const std::unordered_set<NodeId> traced = traced_folds(g, reachable(g, roots_of(f)));
  Constants constants(f);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    if (g.op(fresh) == Op::Fold && !traced.contains(id)) return constants.in_loop(fresh);
    if (g.op(fresh) != Op::At) return fresh;
    const NodeId number = constants.after_loop(fresh);
    return number == kNoNode ? fresh : number;
  });
  Unread(f).run();
  return f;
}

}  // namespace gradsmith
