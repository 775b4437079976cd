#include "passes/nest_returns.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// One return: where `condition` holds, and none before did, the result is `value`.
struct Return {
  NodeId flag;  ///< whether this one or one before happened
  NodeId condition;
  NodeId value;
};

/// The returns that a choice decides among, the last first; the rest is its other side.
std::vector<Return> returns_of(const Graph& g, NodeId choice) {
  std::vector<Return> found;
  NodeId flag = g.operand(choice, 0);
  NodeId value = g.operand(choice, 1);
  while (g.op(flag) == Op::Or && g.op(value) == Op::If &&
         g.operand(value, 0) == g.operand(flag, 0)) {
    found.push_back({flag, g.operand(flag, 1), g.operand(value, 2)});
    flag = g.operand(flag, 0);
    value = g.operand(value, 1);
  }
  found.push_back({flag, flag, value});
  return found;
}

/// A graph in which some conditions are known to be false.
class WithoutFlags {
 public:
  /// `returns` are in the order in which they happen.
  WithoutFlags(Graph& g, const std::vector<Return>& returns) : g_(g) {
    for (std::size_t k = 0; k < returns.size(); ++k) {
      first_ = std::min(first_, returns[k].flag);
      latest_[returns[k].flag] = static_cast<int>(k) + 1;
      replaced_[returns[k].flag] = g.boolean(false);
    }
  }

  /// The number of the last flag that the node depends on, from 1; 0 for none.
  int latest(NodeId root) {
    walk(root, latest_, [&](NodeId id) {
      int latest = 0;
      for (NodeId o : g_.operands(id)) latest = std::max(latest, o < first_ ? 0 : latest_.at(o));
      return latest;
    });
    return root < first_ ? 0 : latest_.at(root);
  }

  /// The node with all flags false.
  NodeId operator()(NodeId root) {
    walk(root, replaced_, [&](NodeId id) {
      const auto view = g_.operands(id);
      std::vector<NodeId> o(view.begin(), view.end());
      for (NodeId& operand : o) operand = operand < first_ ? operand : replaced_.at(operand);
      if (g_.op(id) == Op::If && g_.is_constant(o[0])) return o[g_.index_value(o[0]) ? 1 : 2];
      if (g_.op(id) == Op::Or && g_.is_constant(o[0], 0)) return o[1];
      if (g_.op(id) == Op::Or && g_.is_constant(o[1], 0)) return o[0];
      return rebuilt(g_, id, o);
    });
    return root < first_ ? root : replaced_.at(root);
  }

 private:
  /// Fills `known` for what `root` is made of, operands first. Nothing before the first flag
  /// depends on one.
  template <class T, class Make>
  void walk(NodeId root, std::unordered_map<NodeId, T>& known, const Make& make) {
    std::vector<NodeId> stack{root};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      if (id < first_ || known.contains(id)) {
        stack.pop_back();
        continue;
      }
      const std::size_t before = stack.size();
      for (NodeId o : g_.operands(id)) {
        if (o >= first_ && !known.contains(o)) stack.push_back(o);
      }
      if (stack.size() != before) continue;
      stack.pop_back();
      const T made = make(id);
      known.emplace(id, made);
    }
  }

  Graph& g_;
  NodeId first_ = kNoNode;
  std::unordered_map<NodeId, int> latest_;
  std::unordered_map<NodeId, NodeId> replaced_;
};

/// The chain of choices that stands for a choice; the choice itself where it is none of returns.
NodeId nested(Graph& g, NodeId choice) {
  std::vector<Return> returns = returns_of(g, choice);
  if (returns.size() < 2) return choice;
  std::reverse(returns.begin(), returns.end());
  WithoutFlags without(g, returns);
  // What a return gives, and when, must not look at the flags of later ones.
  for (std::size_t k = 0; k < returns.size(); ++k) {
    const int before = static_cast<int>(k);
    if (without.latest(returns[k].value) > before) return choice;
    if (k > 0 && without.latest(returns[k].condition) > before) return choice;
  }
  NodeId chain = without(g.operand(choice, 2));
  for (std::size_t k = returns.size(); k-- > 0;) {
    const NodeId condition = k == 0 ? returns[0].condition : without(returns[k].condition);
    chain = g.choose(condition, without(returns[k].value), chain);
  }
  return chain;
}

}  // namespace

Function nest_returns(Function f) {
  Graph& g = f.graph;
  const auto is_choice = [&](NodeId id) {
    return g.op(id) == Op::If && g.is_scalar(id) && g.free(id) == 0;
  };
  std::vector<bool> inner(g.size(), false);  // part of the chain of a choice further out
  const std::vector<NodeId> live = reachable(g, roots_of(f));
  if (std::ranges::none_of(live, is_choice)) return f;
  for (auto id = live.rbegin(); id != live.rend(); ++id) {
    if (!is_choice(*id)) continue;
    const NodeId flag = g.operand(*id, 0);
    const NodeId value = g.operand(*id, 1);
    if (g.op(flag) == Op::Or && g.op(value) == Op::If &&
        g.operand(value, 0) == g.operand(flag, 0)) {
      inner[value] = true;
    }
  }
  std::unordered_map<NodeId, NodeId> now;
  rebuild(f, [&](NodeId id, NodeId fresh) {
    NodeId result = fresh;
    if (is_choice(fresh) && !inner[id]) {
      // The rest may ask for the flag once more, before it is a chain of its own.
      NodeId rest = g.operand(id, 2);
      while (g.op(rest) == Op::If && g.operand(rest, 0) == g.operand(id, 0)) {
        rest = g.operand(rest, 2);
      }
      if (rest != g.operand(id, 2)) {
        const auto found = now.find(rest);  // not there: an extent, which stays
        fresh = g.choose(g.operand(fresh, 0), g.operand(fresh, 1),
                         found == now.end() ? rest : found->second);
      }
      result = g.op(fresh) == Op::If ? nested(g, fresh) : fresh;
    }
    now[id] = result;
    return result;
  });
  return f;
}

}  // namespace gradsmith
