#include "passes/guard_loops.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "ir/regions.hpp"
#include "passes/compact.hpp"
#include "passes/cost.hpp"
#include "passes/read_by_loops.hpp"
#include "passes/read_where.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class LoopGuard {
 public:
  explicit LoopGuard(Function& f)
      : f_(f),
        g_(f.graph),
        roots_(roots_of(f)),
        live_(reachable(g_, roots_)),
        regions_(g_, roots_, live_),
        mentions_(g_) {}

  void run() {
    failing_ = nodes_that_may_fail(f_, g_, roots_);
    for (NodeId id : live_) {
      for (NodeId version : overwritten_by(g_, id)) changed_.insert(version);
    }
    if (failing_.empty()) return;
    for (NodeId id : live_) {
      if (g_.op(id) == Op::Fold) find_guarded(id);
    }
    guard_reads();
    if (sides_.empty()) return;
    for (NodeId id : live_) make(id);
    rename(f_, live_, [&](NodeId id) { return now_.at(id); });
  }

 private:
  using Sides = std::vector<Regions::Side>;

  /// Notes what the loop's body asks for on sides of conditions only that hold for the whole loop.
  void find_guarded(NodeId loop) {
    const int scope = scope_of(g_, loop);
    const LoopMentions::Mentioned& mentioned = mentions_.of(loop);
    std::vector<NodeId> stack = mentioned.nodes;
    stack.insert(stack.end(), mentioned.reads.begin(), mentioned.reads.end());
    std::unordered_set<NodeId> seen;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (scope_of(g_, id) != scope || !seen.insert(id).second) continue;
      if (g_.op(id) == Op::Fold || is_own_load(id) || is_assignment(g_, id)) {
        note(id, loop);
      } else {
        const auto operands = g_.operands(id);
        stack.insert(stack.end(), operands.begin(), operands.end());
      }
    }
  }

  void note(NodeId made, NodeId reader) {
    const Regions::Id around = regions_.of(reader);
    if (!regions_.encloses(around, regions_.of(made)) || around == regions_.of(made)) return;
    if (!failing_.contains(made) && !may_fail(g_, made, failing_)) return;
    Sides sides = regions_.around(made);
    sides.resize(sides.size() - regions_.around(reader).size());
    Sides& known = sides_[made];
    if (sides.size() > known.size()) known = std::move(sides);
  }

  /// Notes what is computed before loops and for these loops alone: as arrays have changed by then,
  /// or as it costs much and each trip needs it.
  void guard_reads() {
    const std::unordered_set<NodeId> early =
        made_with([&](NodeId id) { return is_changed_load(id); });
    const std::unordered_set<NodeId> dear =
        made_with([&](NodeId id) { return costs_a_call(g_.op(id)) || g_.op(id) == Op::Div; });
    ReadWhere read(g_, regions_, live_, roots_, ReadWhere::Others::None);
    ReadWhere any(g_, regions_, live_, roots_, ReadWhere::Others::OnSides);
    for (NodeId id : live_) {
      if (!failing_.contains(id) || !g_.is_scalar(id)) continue;
      NodeId asked = early.contains(id) ? read.of(id) : kNoNode;
      if (asked == kNoNode && dear.contains(id)) {
        // What only some trips read stays for these.
        asked = any.of(id);
        if (asked != kNoNode && where_loops_read(g_, live_, id) != asked) asked = kNoNode;
      }
      if (asked != kNoNode) sides_[id].push_back({asked, true});
    }
  }

  /// The values of which a scope makes such ones, and those that hang on them.
  template <typename IsSuch>
  std::unordered_set<NodeId> made_with(const IsSuch& is_such) const {
    std::unordered_set<NodeId> hanging;
    const auto is_here = [&](NodeId o, NodeId id) {
      return is_value(id) && is_value(o) && scope_of(g_, o) == scope_of(g_, id);
    };
    for (NodeId id : live_) {
      const bool hangs = is_such(id) || std::ranges::any_of(g_.operands(id), [&](NodeId o) {
                           return is_here(o, id) && hanging.contains(o);
                         });
      if (hangs) hanging.insert(id);
    }
    std::unordered_set<NodeId> found = hanging;
    for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
      if (!found.contains(*id)) continue;
      for (NodeId o : g_.operands(*id)) {
        if (is_here(o, *id)) found.insert(o);
      }
    }
    return found;
  }

  bool is_value(NodeId id) const {
    const Op op = g_.op(id);
    return g_.is_scalar(id) && (is_operator(op) || op == Op::At || op == Op::If);
  }

  bool is_changed_load(NodeId id) const {
    if (g_.op(id) != Op::At || !g_.is_scalar(id)) return false;
    std::vector<NodeId> indices;
    return changed_.contains(array_under(g_, id, indices));
  }

  /// Whether a node reads an element of an array that the function changes. Those of others may be
  /// read in the loop that needs them; these may have changed by then.
  bool is_own_load(NodeId id) const {
    if (g_.op(id) != Op::At || !g_.is_scalar(id)) return false;
    std::vector<NodeId> indices;
    const NodeId array = array_under(g_, id, indices);
    return g_.op(array) != Op::Input || changed_.contains(array);
  }

  /// What a place holds where a statement does not run: the version before all that only the
  /// statement needs.
  NodeId base_of(NodeId statement, NodeId version) const {
    const Regions::Id region = regions_.of(statement);
    while (scope_of(g_, version) == scope_of(g_, statement) &&
           regions_.encloses(region, regions_.of(version))) {
      const NodeId before = version_before(g_, version);
      if (before == kNoNode) break;
      version = before;
    }
    return version;
  }

  /// What an assignment, or a Final of a guarded loop, is where it does not run.
  NodeId otherwise(NodeId version) const {
    if (g_.is_scalar(version)) return kNoNode;
    return base_of(statement_of(version), version_before(g_, version));
  }

  /// The loop of a Final; others make what they are.
  NodeId statement_of(NodeId id) const { return g_.op(id) == Op::Final ? g_.operand(id, 0) : id; }

  std::vector<NodeId> needs(NodeId id) const {
    const auto view = g_.operands(id);
    std::vector<NodeId> found(view.begin(), view.end());
    if (const Sides* sides = sides_of(id)) {
      for (const Regions::Side& side : *sides) found.push_back(side.condition);
      if (const NodeId base = otherwise(id); base != kNoNode) found.push_back(base);
    }
    return found;
  }

  const Sides* sides_of(NodeId id) const {
    if (g_.op(id) == Op::Fold) return nullptr;
    const auto found = sides_.find(statement_of(id));
    return found == sides_.end() ? nullptr : &found->second;
  }

  /// Makes what stands for a node, after all that it needs.
  void make(NodeId root) {
    std::vector<NodeId> stack{root};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      if (now_.contains(id)) {
        stack.pop_back();
        continue;
      }
      bool ready = true;
      for (NodeId need : needs(id)) {
        if (now_.contains(need)) continue;
        stack.push_back(need);
        ready = false;
      }
      if (!ready) continue;
      stack.pop_back();
      now_[id] = made(id);
    }
  }

  NodeId made(NodeId id) {
    const auto view = g_.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    for (NodeId& o : operands) o = now_.at(o);
    // A version has one node, by which its readers and who writes over it know each other.
    for (const std::size_t side : {1, 2}) {
      while (g_.op(id) == Op::If && g_.op(operands[side]) == Op::If &&
             g_.operand(operands[side], 0) == operands[0]) {
        operands[side] = g_.operand(operands[side], side);
      }
    }
    const Sides* sides = sides_of(id);
    const NodeId base = sides ? otherwise(id) : kNoNode;
    NodeId result = operands.empty() ? id : rebuilt(g_, id, operands);
    if (!sides) return result;
    const NodeId other = base == kNoNode ? g_.number(g_.element(id), 0) : now_.at(base);
    for (const Regions::Side& side : *sides) {
      const NodeId condition = now_.at(side.condition);
      result =
          side.holds ? g_.choose(condition, result, other) : g_.choose(condition, other, result);
    }
    return result;
  }

  Function& f_;
  Graph& g_;
  std::vector<NodeId> roots_;
  std::vector<NodeId> live_;
  Regions regions_;
  LoopMentions mentions_;
  std::unordered_set<NodeId> changed_;       // versions, parameters among them
  std::unordered_set<NodeId> failing_;       // ask for what may not be there, or divide by zero
  std::unordered_map<NodeId, Sides> sides_;  // of what has guards, innermost first
  std::unordered_map<NodeId, NodeId> now_;
};

}  // namespace

Function guard_loops(Function f) {
  LoopGuard(f).run();
  return compact(std::move(f));
}

}  // namespace gradsmith
