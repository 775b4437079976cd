#include "passes/copy_versions.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/compact.hpp"
#include "passes/fill_arrays.hpp"
#include "passes/rebuild.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// A statement that writes over a version which is still needed.
struct Conflict {
  ArrayConflict found;
  /// Where the statement makes what a loop's trip ends with, in the state's own place: who reads
  /// the version after it. Saving the version for them costs one copy, and moving the statement
  /// another one back.
  std::vector<NodeId> late;
};

/// The statements of one scope and the order between them.
class ScopeOrder {
 public:
  /// `roots` is what the scope is for: the outputs, or what a loop's states become.
  ScopeOrder(Graph& g, LoopMentions& mentions, int level, const std::vector<NodeId>& nodes,
             std::vector<NodeId> roots)
      : g_(g),
        mentions_(mentions),
        level_(level),
        roots_(std::move(roots)),
        alternatives_(g, nodes) {
    for (NodeId id : nodes) {
      if (scope_of(g_, id) == level_) add(id);
    }
  }

  /// Of several statements that write over a state of the loop, the one that makes what the next
  /// trip begins with goes on in the state's own place.
  void keep(const FoldParts& loop) {
    for (std::size_t k = 0; k < loop.nexts.size(); ++k) {
      if (g_.is_scalar(loop.nexts[k])) continue;
      const NodeId state = loop_state(g_, loop.level, k, g_[loop.nexts[k]].type);
      keepers_[state] = first_statement(g_, loop.nexts[k], state);
      // A buffer of the body is no more than a place.
      if (loop.nexts[k] != state) need_last(loop.nexts[k]);
    }
  }

  /// That version is needed when the scope ends.
  void need_last(NodeId array) { last_.push_back(array); }

  std::optional<Conflict> conflict() {
    for (NodeId version : last_) {
      const auto writers = writers_.find(version);
      if (writers != writers_.end()) return Conflict{{writers->second.front(), version}, {}};
    }
    for (const OneSided& one : one_sided_) {
      if (is_needed_beside(one)) return Conflict{{one.by.statement, one.by.version}, {}};
    }
    for (const Choice& choice : choices_) {
      const auto writers = writers_.find(choice.side);
      if (writers == writers_.end()) continue;
      const auto keeper = keepers_.find(choice.side);
      for (NodeId w : writers->second) {
        // What a trip ends with stays in its place: the other side's statement leaves it, below.
        if (keeper != keepers_.end() && keeper->second == w) continue;
        if (!choice.other.contains(w)) return Conflict{{w, choice.side}, {}};
      }
    }
    for (const auto& [version, writers] : writers_) {
      if (is_buffer(g_, version)) continue;  // it holds nothing yet
      for (NodeId w : writers) {
        // Two states of a loop that begin with one array need a place each.
        if (std::ranges::count(writers, w) > 1) return Conflict{{w, version}, {}};
      }
      const bool alternatives = std::ranges::all_of(writers, [&](NodeId w) {
        return alternatives_.of(w) == alternatives_.of(writers.front());
      });
      if (!alternatives) {
        const auto keeper = keepers_.find(version);
        const bool last = keeper == keepers_.end() || keeper->second != writers.back();
        return Conflict{{last ? writers.back() : writers.front(), version}, {}};
      }
      for (NodeId writer : writers) {
        for (NodeId reader : readers_[version]) {
          if (comes_after(reader, writer)) return Conflict{{writer, version}, late(version)};
          needs_[writer].push_back(reader);
        }
      }
    }
    return {};
  }

 private:
  void add(NodeId id) {
    std::vector<NodeId>& needs = needs_[id];
    const auto need = [&](NodeId o) {
      while (g_.op(o) == Op::Final || (g_.op(o) == Op::At && !g_.is_scalar(o))) {
        for (NodeId subscript : g_.operands(o).subspan(1)) {
          if (scope_of(g_, subscript) == level_) needs.push_back(subscript);
        }
        o = g_.operand(o, 0);
      }
      if (scope_of(g_, o) == level_) needs.push_back(o);
    };
    if (g_.op(id) == Op::Fold) {
      for (NodeId o : g_.operands(id).first(g_.outside_operands(id))) need(o);
      for (NodeId o : mentions_.of(id).nodes) need(o);
      for (NodeId read : mentions_.of(id).reads) readers_[read].push_back(id);
    } else {
      for (NodeId o : g_.operands(id)) need(o);
    }
    if (g_.op(id) == Op::At && g_.is_scalar(id)) {
      std::vector<NodeId> indices;
      readers_[array_under(g_, id, indices)].push_back(id);
    }
    for (NodeId version : overwritten_by(g_, id)) writers_[version].push_back(id);
    if (g_.op(id) != Op::If || g_.is_scalar(id)) return;
    for (const std::size_t side : {1, 2}) {
      Choice choice{g_.operand(id, side), {}};
      for (const Overwriting& o : statements_before(g_, g_.operand(id, 3 - side), choice.side)) {
        choice.other.insert(o.statement);
      }
      choices_.push_back(std::move(choice));
    }
    for (const std::size_t side : {1, 2}) {
      std::unordered_set<NodeId> others;
      for (const Overwriting& o : statements_before(g_, g_.operand(id, 3 - side))) {
        others.insert(o.statement);
      }
      for (const Overwriting& o : statements_before(g_, g_.operand(id, side))) {
        if (scope_of(g_, o.statement) != level_ || others.contains(o.statement)) continue;
        one_sided_.push_back({o, g_.operand(id, 0), side});
      }
    }
  }

  /// A statement that makes one side of a choice.
  struct OneSided {
    Overwriting by;
    NodeId condition;
    std::size_t side;
  };

  /// Whether something needs it whatever the condition is: then it runs, and what it writes over is
  /// gone for the other side.
  bool is_needed_beside(const OneSided& one) const {
    std::unordered_set<NodeId> seen;
    std::vector<NodeId> stack;
    const auto visit = [&](NodeId id) {
      if (scope_of(g_, id) == level_ && seen.insert(id).second) stack.push_back(id);
    };
    for (NodeId root : roots_) visit(root);
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (id == one.by.statement) return true;
      const auto o = g_.operands(id);
      if (g_.op(id) == Op::If && o[0] == one.condition) {
        visit(o[0]);
        visit(o[3 - one.side]);
      } else if (g_.op(id) == Op::Fold) {
        for (NodeId outside : o.first(g_.outside_operands(id))) visit(outside);
        for (NodeId mentioned : mentions_.of(id).nodes) visit(mentioned);
      } else {
        for (NodeId operand : o) visit(operand);
      }
    }
    return false;
  }

  bool comes_after(NodeId reader, NodeId writer) const {
    return reader == writer || depends(reader, writer);
  }

  std::vector<NodeId> late(NodeId version) {
    const std::vector<NodeId>& writers = writers_.at(version);
    const auto keeper = keepers_.find(version);
    if (keeper == keepers_.end() || writers != std::vector{keeper->second}) return {};
    std::vector<NodeId> found;
    for (NodeId reader : readers_[version]) {
      if (comes_after(reader, keeper->second)) found.push_back(reader);
    }
    return found;
  }

  bool depends(NodeId from, NodeId on) const {
    std::unordered_set<NodeId> seen{from};
    std::vector<NodeId> stack{from};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (id == on) return true;
      const auto found = needs_.find(id);
      if (found == needs_.end()) continue;
      for (NodeId o : found->second) {
        if (seen.insert(o).second) stack.push_back(o);
      }
    }
    return false;
  }

  /// A version that a choice may hand on, so that only what makes the other side may write over it.
  struct Choice {
    NodeId side;
    std::unordered_set<NodeId> other;
  };

  Graph& g_;
  LoopMentions& mentions_;
  int level_;
  std::vector<NodeId> roots_;
  Alternatives alternatives_;
  std::unordered_map<NodeId, std::vector<NodeId>> needs_;
  std::unordered_map<NodeId, std::vector<NodeId>> readers_;
  std::map<NodeId, std::vector<NodeId>> writers_;
  std::map<NodeId, NodeId> keepers_;
  std::vector<NodeId> last_;
  std::vector<Choice> choices_;
  std::vector<OneSided> one_sided_;
};

std::optional<Conflict> find_conflict(Function& f) {
  Graph& g = f.graph;
  LoopMentions mentions(g);
  const std::vector<NodeId> live = reachable(g, output_values(f));
  ScopeOrder outermost(g, mentions, 0, live, output_values(f));
  for (const Output& o : f.outputs) {
    if (!g.is_scalar(o.value)) outermost.need_last(o.value);
  }
  if (const auto found = outermost.conflict()) return found;
  for (NodeId id : live) {
    if (g.op(id) != Op::Fold) continue;
    const FoldParts parts = g.fold_parts(id);
    const std::vector<NodeId> body = reachable_at(g, parts.nexts, parts.level);
    ScopeOrder order(g, mentions, parts.level, body, {parts.nexts.begin(), parts.nexts.end()});
    order.keep(parts);
    if (const auto found = order.conflict()) return found;
  }
  return {};
}

/// Every statement that begins with a buffer has one of its own, so that no array that is still
/// needed is in the way. What a function hands back stays in its place.
Function with_own_buffers(Function f) {
  Graph& g = f.graph;
  const std::vector<NodeId> live = reachable(g, output_values(f));
  const Alternatives alternatives(g, live);
  std::unordered_map<NodeId, NodeId> keeper;        // by buffer: who begins with it
  std::map<std::pair<NodeId, NodeId>, NodeId> own;  // by buffer and who begins with it
  for (const Buffer& b : f.buffers) {
    if (b.output < 0) continue;
    const NodeId value = f.outputs[static_cast<std::size_t>(b.output)].value;
    keeper[b.input] = alternatives.of(first_statement(g, value, b.input));
  }
  std::unordered_map<NodeId, std::string> names;
  for (const Buffer& b : f.buffers) names[b.input] = b.name;
  ArrayFiller fill(f);
  std::unordered_map<NodeId, NodeId> now;
  for (NodeId id : live) {
    const auto view = g.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    const std::vector<NodeId> view_before = operands;
    const std::vector<NodeId> versions = overwritten_by(g, id);
    const std::size_t last = g.op(id) == Op::Fold ? g.outside_operands(id) : 4;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const NodeId o = operands[k];
      operands[k] = now.at(o);
      if (versions.empty() || k < 3 || k >= last || !names.contains(o)) continue;
      const NodeId begins = alternatives.of(id);
      const bool again =
          std::find(view_before.begin(), view_before.begin() + static_cast<std::ptrdiff_t>(k), o) !=
          view_before.begin() + static_cast<std::ptrdiff_t>(k);
      if (again) {
        operands[k] = fill.new_buffer(g[o].type, 0);
        continue;
      }
      if (keeper.try_emplace(o, begins).first->second == begins) continue;
      const auto [buffer, is_new] = own.try_emplace({o, begins}, kNoNode);
      if (is_new) {
        buffer->second = fill.new_buffer(g[o].type, 0);
        f.buffers.back().name = names.at(o);
      }
      operands[k] = buffer->second;
    }
    now[id] = operands.empty() ? id : g.with_operands(id, operands);
    if (now[id] != id && !g.is_constant(now[id])) f.provenance.carry(id, now[id]);
  }
  for (Output& o : f.outputs) o.value = now.at(o.value);
  return compact(std::move(f));
}

/// Whether a version is in one place whichever sides its choices take.
bool is_in_one_place(const Graph& g, NodeId array) {
  const NodeId first = first_version(g, array);
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> stack{array};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (!seen.insert(id).second) continue;
    const NodeId before = version_before(g, id);
    if (before != kNoNode) stack.push_back(before);
    if (before != kNoNode && g.op(id) == Op::If) stack.push_back(g.operand(id, 2));
    if (before == kNoNode && id != first) return false;
  }
  return true;
}

/// The state of a loop in whose place `next` is to go on.
NodeId state_of(Graph& g, NodeId fold, std::size_t k, NodeId next) {
  return loop_state(g, g[fold].level, k, g[next].type);
}

/// Makes the function anew: `change(id, operands)` may change the operands of a node, which are
/// those of the new one already.
void remake(Function& f, ArrayFiller& fill,
            const std::function<void(NodeId, std::vector<NodeId>&)>& change) {
  Graph& g = f.graph;
  std::unordered_map<NodeId, NodeId> now;
  for (NodeId id : reachable(g, output_values(f))) {
    const auto view = g.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    for (NodeId& o : operands) o = now.at(o);
    change(id, operands);
    NodeId made = id;
    if (g.op(id) == Op::Fold) {
      const auto states = static_cast<std::ptrdiff_t>(g.outside_operands(id)) - 3;
      const std::vector<NodeId> inits(operands.begin() + 3, operands.begin() + 3 + states);
      std::vector<NodeId> nexts(operands.begin() + 3 + states, operands.end());
      for (std::size_t k = 0; k < nexts.size(); ++k) {
        const NodeId place = state_of(g, id, k, nexts[k]);
        if (!g.is_scalar(nexts[k]) && first_version(g, nexts[k]) != place) {
          nexts[k] = fill.assigned(place, {}, nexts[k]);
        }
      }
      made = fill.fold(g[id].level, {operands[0], operands[1], operands[2]}, inits, nexts);
    } else if (!operands.empty()) {
      made = g.with_operands(id, operands);
    }
    if (g.op(made) == Op::If && !g.is_scalar(made) && !is_in_one_place(g, made)) {
      // One of the sides has moved.
      made = fill.assigned(fill.new_buffer(g[made].type, scope_of(g, id)), {}, made);
    }
    now[id] = made;
    if (made != id && !g.is_constant(made)) f.provenance.carry(id, made);
  }
  for (Output& o : f.outputs) o.value = now.at(o.value);
  f = compact(std::move(f));
}

/// The function in which the statement writes over a copy.
Function with_copy(Function f, const ArrayConflict& conflict) {
  Graph& g = f.graph;
  ArrayFiller fill(f);
  remake(f, fill, [&](NodeId id, std::vector<NodeId>& operands) {
    if (id != conflict.statement) return;
    const std::size_t first = 3;  // of the inits, or the base
    const std::size_t last = g.op(id) == Op::Fold ? g.outside_operands(id) : 4;
    // One at a time: of two states that begin with the version, one stays in its place.
    for (std::size_t k = last; k-- > first;) {
      if (g.operand(id, k) != conflict.version) continue;
      const NodeId buffer = fill.new_buffer(g[conflict.version].type, scope_of(g, id));
      const bool holds_nothing = std::ranges::any_of(
          f.buffers, [&](const Buffer& b) { return b.input == conflict.version; });
      operands[k] = holds_nothing ? buffer : fill.assigned(buffer, {}, operands[k]);
      break;
    }
  });
  return f;
}

/// What a loop's body, or a load, reads of an array from around; none where it does more with the
/// array than read numbers.
std::vector<NodeId> numbers_read(const Graph& g, NodeId reader, NodeId array) {
  if (g.op(reader) != Op::Fold) return {};
  const FoldParts parts = g.fold_parts(reader);
  std::vector<NodeId> found;
  for (NodeId id : reachable_at(g, parts.nexts, parts.level)) {
    const auto operands = g.operands(id);
    if (!(g.free(id) & Graph::bit(parts.level)) ||
        std::ranges::find(operands, array) == operands.end()) {
      continue;
    }
    if (g.op(id) != Op::At || !g.is_scalar(id)) return {};
    found.push_back(id);
  }
  return found;
}

/// Whether those who read the version late can read a copy.
bool can_save(const Graph& g, const Conflict& conflict) {
  return !conflict.late.empty() && std::ranges::all_of(conflict.late, [&](NodeId reader) {
    return !numbers_read(g, reader, conflict.found.version).empty();
  });
}

/// What a loop's states become where its body, loops inside among it, reads another array.
void read_instead(Function& f, NodeId loop, std::span<NodeId> nexts, NodeId array, NodeId other) {
  const Graph& g = f.graph;
  const std::vector<NodeId> body = reachable_at(g, nexts, g[loop].level);
  std::unordered_map<NodeId, NodeId> instead;
  for (NodeId id : body) {
    if (g.op(id) == Op::At && g.operand(id, 0) == array) instead[id] = other;
  }
  renew(nexts, reading_instead(f, body, instead));
}

/// The function in which they do.
Function with_saved(Function f, const Conflict& conflict) {
  Graph& g = f.graph;
  ArrayFiller fill(f);
  const NodeId version = conflict.found.version;
  const NodeId buffer = fill.new_buffer(g[version].type, scope_of(g, conflict.found.statement));
  const NodeId saved = fill.assigned(buffer, {}, version);
  remake(f, fill, [&](NodeId id, std::vector<NodeId>& operands) {
    if (std::ranges::find(conflict.late, id) == conflict.late.end()) return;
    read_instead(f, id, std::span(operands).subspan(g.outside_operands(id)), version, saved);
  });
  return f;
}

/// The last version in the place of a parameter: what may be written over there once everybody has
/// read it.
NodeId last_version(const Function& f, NodeId input) {
  const Graph& g = f.graph;
  NodeId last = input;
  for (NodeId id : reachable(g, output_values(f))) {
    const bool is_version = !g.is_scalar(id) && g.op(id) != Op::At && scope_of(g, id) == 0;
    if (is_version && first_version(g, id) == input) last = id;
  }
  return last;
}

/// Where a copy has brought an output to another buffer, that one is the output's memory; what a
/// parameter is to hold is brought back to it.
void follow_outputs(Function& f) {
  for (std::size_t k = 0; k < f.outputs.size(); ++k) {
    const NodeId value = f.outputs[k].value;
    if (f.graph.is_scalar(value)) continue;
    const NodeId first = first_version(f.graph, value);
    if (const NodeId input = written_over(f, f.outputs[k]); input != kNoNode) {
      if (first == input) continue;
      const NodeId last = last_version(f, input);
      f.outputs[k].value = ArrayFiller(f).assigned(last, {}, value);
      continue;
    }
    Buffer* is = nullptr;
    Buffer* was = nullptr;
    for (Buffer& b : f.buffers) {
      if (b.input == first) is = &b;
      if (b.output == static_cast<int>(k)) was = &b;
    }
    if (is == was || !was) continue;
    GRADSMITH_CHECK(is && is->output < 0, "an output lies in no memory of its own");
    is->output = was->output;
    was->output = -1;
  }
}

/// What emission relies on: a loop's array state goes on in its own place.
void check_places(const Function& f) {
  const Graph& g = f.graph;
  for (NodeId id : reachable(g, output_values(f))) {
    if (g.op(id) == Op::If && !g.is_scalar(id)) {
      GRADSMITH_CHECK(is_in_one_place(g, id), "a choice between arrays in two places");
    }
    if (g.op(id) != Op::Fold) continue;
    const FoldParts parts = g.fold_parts(id);
    for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
      if (g.is_scalar(parts.nexts[k])) continue;
      const NodeId first = first_version(g, parts.nexts[k]);
      const bool own = is_state(g, first, parts.level, k);
      GRADSMITH_CHECK(own, "a loop's state goes on in another place, {}", op_name(g.op(first)));
    }
  }
}

}  // namespace

Function copy_version(Function f, const ArrayConflict& conflict) {
  f = with_copy(std::move(f), conflict);
  follow_outputs(f);
  check_places(f);
  return f;
}

Function copy_versions(Function f) {
  f = with_own_buffers(std::move(f));
  // A copy may bring about another one, but not for ever.
  constexpr int kMostCopies = 200;
  for (int copies = 0; const auto conflict = find_conflict(f); ++copies) {
    if (copies == kMostCopies) throw ArrayOrderRefusal(conflict->found, f.where);
    f = can_save(f.graph, *conflict) ? with_saved(std::move(f), *conflict)
                                     : with_copy(std::move(f), conflict->found);
  }
  follow_outputs(f);
  check_places(f);
  return f;
}

}  // namespace gradsmith
