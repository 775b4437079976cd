#include "passes/merge_states.hpp"

#include <map>
#include <unordered_map>
#include <utility>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// A Fold of which each class of states is one.
struct Merged {
  NodeId fold = kNoNode;
  std::vector<int> slots;         ///< of each of the states that it had
  std::vector<NodeId> constants;  ///< by Bound slot: what never changes, as `substitute` takes it
  std::vector<NodeId> states;     ///< by Bound slot: the state of the class
};

class Merger {
 public:
  explicit Merger(Function& f) : f_(f), g_(f.graph) {}

  struct Classes {
    std::vector<int> of_states;
    std::vector<NodeId> nexts;  ///< of the states, in one state for each class
  };
  /// Those of one class are equal in every trip.
  Classes classes(int level, const std::vector<NodeId>& inits, const std::vector<NodeId>& own) {
    Classes found{std::vector<int>(inits.size(), 0), own};
    std::size_t count = refine(found.of_states, inits);
    for (std::size_t before = 0; before != count && count < inits.size();) {
      before = count;
      found.nexts = with_classes(own, states_of(found.of_states, inits, level), level);
      count = refine(found.of_states, found.nexts);
    }
    if (count == inits.size()) found.nexts = own;
    return found;
  }

  void run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (g_.op(id) != g_.op(fresh)) return fresh;
      return of_merged(fresh);
    });
  }

 private:
  /// A Final or a Trace of a Fold as one of the Fold with its states merged.
  NodeId of_merged(NodeId id) {
    if (g_.op(id) == Op::Final) {
      const Merged& m = merged(g_.operand(id, 0));
      return g_.final_state(m.fold, m.slots[static_cast<std::size_t>(g_.slot(id))]);
    }
    if (g_.op(id) != Op::Trace) return id;
    const Merged m = merged(g_.operand(id, 0));
    const int level = g_[id].level;
    const NodeId body = g_.operand(id, 1);
    const NodeId made =
        simplified(substitute(g_, substitute(g_, body, level, m.constants), level, m.states));
    carry_names(f_, body, made);
    return g_.trace(m.fold, made);
  }

  /// Recursion follows the nesting of loops only.
  const Merged& merged(NodeId fold) {
    if (const auto found = merged_.find(fold); found != merged_.end()) return found->second;
    Merged result;
    const FoldParts view = g_.fold_parts(fold);
    const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    const Range range = view.range;
    const int level = view.level;
    std::vector<NodeId> own(view.nexts.begin(), view.nexts.end());
    result.constants = replace_constants(inits, own, level);
    auto [of_states, nexts] = classes(level, inits, own);
    std::vector<NodeId> first;
    std::vector<NodeId> next;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      if (of_states[k] < static_cast<int>(first.size())) continue;
      first.push_back(inits[k]);
      // An array that never changes is handed on, not begun again in each trip.
      const bool stays = result.constants[k + 1] != kNoNode && !g_.is_scalar(inits[k]);
      next.push_back(stays ? g_.bound(level, of_states[k] + 1, g_[inits[k]].type) : nexts[k]);
    }
    result.fold = g_.fold(level, range, first, next);
    result.states = states_of(of_states, inits, level);
    result.slots = std::move(of_states);
    return merged_[fold] = std::move(result);
  }

  /// Whether a state is room that a trip's own arrays have: what it holds after a trip does not
  /// count.
  bool is_room(NodeId init) const {
    return !g_.is_scalar(init) && is_buffer(g_, first_version(g_, init));
  }

  /// Writes states that never change as what they start with; gives those, by Bound slot.
  std::vector<NodeId> replace_constants(const std::vector<NodeId>& inits,
                                        std::vector<NodeId>& nexts, int level) {
    std::vector<NodeId> values(inits.size() + 1, kNoNode);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t k = 0; k < inits.size(); ++k) {
        if (is_room(inits[k])) continue;
        const NodeId state = loop_state(g_, level, k, g_[inits[k]].type);
        if (nexts[k] == state || nexts[k] == inits[k]) values[k + 1] = inits[k];
      }
      for (NodeId& next : nexts) {
        const NodeId made = substitute(g_, next, level, values);
        if (made == next) continue;
        carry_names(f_, next, made);
        next = made;
        changed = true;
      }
    }
    return values;
  }

  /// Splits classes by a value of each state; classes are numbered as they come. How many there
  /// are.
  static std::size_t refine(std::vector<int>& classes, const std::vector<NodeId>& values) {
    std::map<std::pair<int, NodeId>, int> numbers;
    for (std::size_t k = 0; k < classes.size(); ++k) {
      const int next = static_cast<int>(numbers.size());
      classes[k] = numbers.try_emplace({classes[k], values[k]}, next).first->second;
    }
    return numbers.size();
  }

  /// By Bound slot, the state of its class.
  std::vector<NodeId> states_of(const std::vector<int>& classes, const std::vector<NodeId>& inits,
                                int level) {
    std::vector<NodeId> states{kNoNode};
    for (std::size_t k = 0; k < inits.size(); ++k) {
      states.push_back(g_.bound(level, classes[k] + 1, g_[inits[k]].type));
    }
    return states;
  }

  /// What follows on each state, written in one state for each class.
  std::vector<NodeId> with_classes(const std::vector<NodeId>& nexts,
                                   const std::vector<NodeId>& states, int level) {
    std::vector<NodeId> result;
    for (NodeId next : nexts) {
      const NodeId made = simplified(substitute(g_, next, level, states));
      carry_names(f_, next, made);
      result.push_back(made);
    }
    return result;
  }

  /// A node in which the loops inside, too, have no two equal states.
  NodeId simplified(NodeId root) {
    const NodeId roots[] = {root};
    for (NodeId id : reachable(g_, roots)) {
      if (now_.contains(id)) continue;
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      for (NodeId& o : operands) o = now_.at(o);
      const NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
      now_[id] = g_.op(made) == g_.op(id) ? of_merged(made) : made;
    }
    return now_.at(root);
  }

  Function& f_;
  Graph& g_;
  std::unordered_map<NodeId, Merged> merged_;
  std::unordered_map<NodeId, NodeId> now_;
};

}  // namespace

Function merge_states(Function f) {
  Merger(f).run();
  return f;
}

std::vector<int> equal_states(Function& f, int level, const std::vector<NodeId>& inits,
                              const std::vector<NodeId>& nexts) {
  return Merger(f).classes(level, inits, nexts).of_states;
}

}  // namespace gradsmith
