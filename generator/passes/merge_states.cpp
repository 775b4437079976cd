#include "passes/merge_states.hpp"

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// A Fold of which each class of states is one, and the slot of each of the states that it had.
struct Merged {
  NodeId fold = kNoNode;
  std::vector<int> slots;
};

class Merger {
 public:
  explicit Merger(Function& f) : f_(f), g_(f.graph) {
    for (NodeId id : reachable(g_, roots_of(f))) {
      if (g_.op(id) == Op::Trace) traced_.insert(g_.operand(id, 0));
    }
  }

  void run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (g_.op(fresh) != Op::Final || g_.op(id) != Op::Final) return fresh;
      return traced_.contains(g_.operand(id, 0)) ? fresh : final_state(fresh);
    });
  }

 private:
  NodeId final_state(NodeId final) {
    const Merged& m = merged(g_.operand(final, 0));
    return g_.final_state(m.fold, m.slots[static_cast<std::size_t>(g_.slot(final))]);
  }

  /// Recursion follows the nesting of loops only.
  const Merged& merged(NodeId fold) {
    if (const auto found = merged_.find(fold); found != merged_.end()) return found->second;
    Merged result{fold, {}};
    const FoldParts view = g_.fold_parts(fold);
    const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    const Range range = view.range;
    const int level = view.level;
    const std::vector<NodeId> own =
        with_constants(inits, {view.nexts.begin(), view.nexts.end()}, view.level);
    std::vector<NodeId> nexts = own;
    std::vector<int> classes(inits.size(), 0);
    std::size_t count = refine(classes, inits);
    for (std::size_t before = 0; before != count && count < inits.size();) {
      before = count;
      nexts = with_classes(own, inits, classes, level);
      count = refine(classes, nexts);
    }
    result.slots.assign(inits.size(), 0);
    if (count == inits.size()) nexts = own;
    if (traced_.contains(fold)) {
      for (std::size_t k = 0; k < inits.size(); ++k) result.slots[k] = static_cast<int>(k);
      return merged_[fold] = std::move(result);
    }
    std::vector<NodeId> first;
    std::vector<NodeId> next;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      result.slots[k] = classes[k];
      if (classes[k] < static_cast<int>(first.size())) continue;
      first.push_back(inits[k]);
      next.push_back(nexts[k]);
    }
    result.fold = g_.fold(level, range, first, next);
    return merged_[fold] = std::move(result);
  }

  /// What follows on each state, with those that never change replaced by what they start with.
  std::vector<NodeId> with_constants(const std::vector<NodeId>& inits, std::vector<NodeId> nexts,
                                     int level) {
    for (bool changed = true; changed;) {
      changed = false;
      std::vector<NodeId> values(inits.size() + 1, kNoNode);
      for (std::size_t k = 0; k < inits.size(); ++k) {
        const NodeId state = g_.bound(level, static_cast<int>(k) + 1, g_[inits[k]].type);
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
    return nexts;
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

  /// What follows on each state, written in one state for each class.
  std::vector<NodeId> with_classes(const std::vector<NodeId>& nexts,
                                   const std::vector<NodeId>& inits,
                                   const std::vector<int>& classes, int level) {
    std::vector<NodeId> states{kNoNode};
    for (std::size_t k = 0; k < inits.size(); ++k) {
      states.push_back(g_.bound(level, classes[k] + 1, g_[inits[k]].type));
    }
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
      NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
      if (g_.op(made) == Op::Final && !traced_.contains(g_.operand(id, 0))) {
        made = final_state(made);
      }
      now_[id] = made;
    }
    return now_.at(root);
  }

  Function& f_;
  Graph& g_;
  std::unordered_set<NodeId> traced_;
  std::unordered_map<NodeId, Merged> merged_;
  std::unordered_map<NodeId, NodeId> now_;
};

}  // namespace

Function merge_states(Function f) {
  Merger(f).run();
  return f;
}

}  // namespace gradsmith
