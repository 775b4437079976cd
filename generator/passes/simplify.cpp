#include "passes/simplify.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "ir/fold_constant.hpp"
#include "passes/array_laws.hpp"
#include "passes/rebuild.hpp"
#include "passes/rewriting.hpp"
#include "support/check.hpp"
#include "support/flat_map.hpp"

namespace gradsmith {
namespace {

constexpr Permission free_rules{Exactness::Rounding, true, RuleSet::All};

/// What a policy allows at the author's own nodes.
Permission of_author(FpPolicy policy) {
  switch (policy) {
    case FpPolicy::Strict:
      return {Exactness::Exact, false, RuleSet::All};
    case FpPolicy::Finite:
      return {Exactness::Finite, false, RuleSet::All};
    case FpPolicy::Fast:
      break;
  }
  return {Exactness::Rounding, false, RuleSet::All};
}

/// Constant folding. What is infinite or NaN without such an operand is left as the author wrote
/// it. Products and quotients that are -0 become 0 where zero's sign is free: nobody wants to read
/// `-0.0`.
std::optional<NodeId> fold(Graph& g, NodeId id, const Permission& permission) {
  const std::optional<NodeId> folded = fold_constant(g, id);
  if (!folded || !is_floating(g.element(id)) || !g.is_constant(*folded)) return folded;
  const auto finite = [&](NodeId c) { return std::isfinite(g.constant_value(c)); };
  if (!finite(*folded) && g.op(id) != Op::If) {
    const auto operands = g.operands(id);
    const bool made_here = std::all_of(operands.begin(), operands.end(), finite);
    if (made_here || std::isnan(g.constant_value(*folded))) return {};
  }
  if (!g.is_constant(*folded, 0) || g.op(id) == Op::If) return folded;
  const bool scales = g.op(id) == Op::Mul || g.op(id) == Op::Div;
  if (permission.free || (scales && permission.exactness >= Exactness::Finite)) {
    return g.number(g.element(id), 0);
  }
  return folded;
}

NormalForm state_of(const Function& f) {
  NormalForm state{output_values(f), {}, f.value_outputs, f.policy};
  for (const Local& l : f.locals) state.locals.push_back(l.value);
  return state;
}

class Simplifier {
 public:
  explicit Simplifier(Function& f)
      : f_(f), g_(f.graph), roots_(roots_of(f)), rewriting_(f.graph, output_values(f)) {}

  /// Rewrites everything. True where another run may find more, now that some nodes are no longer
  /// the author's.
  bool run() {
    const std::vector<bool> pinned = pinned_nodes(f_);
    const std::vector<NodeId> live = reachable(g_, roots_);
    grow();
    for (NodeId id : extents_of_types(g_, live)) settled_[id] = fixed_[id] = true;
    // First everything of the author's, so that free nodes find it as it will be.
    permission_ = of_author(f_.policy);
    for (NodeId id : live) {
      if (pinned[id]) settle(id);
    }
    permission_ = free_rules;
    for (NodeId id : roots_) settle(id);
    while (resume()) {
    }
    rename(f_, live, [&](NodeId id) { return rewriting_.now(id); });
    return author_lost();
  }

 private:
  /// Brings a node to its normal form, operands first. What a rule makes is raw and comes back
  /// here, so that nothing recurses, however deep the graph is.
  void settle(NodeId root) {
    stack_.assign(1, root);
    while (!stack_.empty()) {
      const NodeId id = rewriting_.now(stack_.back());
      grow();
      if (settled_[id]) {
        stack_.pop_back();
        continue;
      }
      const std::size_t before = stack_.size();
      for (NodeId o : g_.operands(id)) {
        if (!settled_[rewriting_.now(o)]) stack_.push_back(o);
      }
      if (stack_.size() != before) continue;
      const NodeId next = improved(id);
      if (next == id) {
        settled_[id] = true;
        author_[id] = !permission_.free;
        stack_.pop_back();
      } else {
        rewriting_.replace(id, next);
      }
    }
  }

  /// One step from a node whose operands are settled; the node itself where there is none.
  NodeId improved(NodeId id) {
    const auto view = g_.operands(id);
    operands_.assign(view.begin(), view.end());
    for (NodeId& o : operands_) o = rewriting_.now(o);
    const NodeId fresh = rebuilt(g_, id, operands_);
    if (fresh != id) return fresh;
    if (const auto value = fold(g_, id, permission_)) return *value;
    if (const auto value = apply_array_law(g_, id, permission_)) return *value;
    const Rewrite rewrite = apply_rules(g_, id, permission_, rewriting_.uses());
    if (rewrite.rule) return rewrite.result;
    if (rewrite.shared) refused_.emplace_back(id, permission_);
    return twin(id);
  }

  /// The first node that differs from this one in the order of its operands alone.
  NodeId twin(NodeId id) {
    const Op op = g_.op(id);
    if (op != Op::Add && op != Op::Mul && op != Op::Eq && op != Op::Ne) return id;
    const auto [low, high] = std::minmax({g_.operand(id, 0), g_.operand(id, 1)});
    FlatMap& seen = twins_[op == Op::Add ? 0 : op == Op::Mul ? 1 : op == Op::Eq ? 2 : 3];
    return rewriting_.now(seen.emplace((std::uint64_t{low} << 32) | high, id));
  }

  /// Goes on with the rules that waited for another user to vanish, where it has vanished by now.
  /// False where there are none.
  bool resume() {
    std::vector<NodeId> ready;
    std::erase_if(refused_, [&](const auto& refusal) {
      const auto [id, permission] = refusal;
      if (rewriting_.now(id) != id || rewriting_.uses()[id] == 0) return true;
      if (!apply_rules(g_, id, permission, rewriting_.uses()).rule) return false;
      ready.push_back(id);
      return true;
    });
    if (ready.empty()) return false;
    // What is made of these has to be rebuilt. Operands come before their users.
    grow();
    for (NodeId id : ready) settled_[id] = false;
    std::vector<NodeId> author;
    for (NodeId id = 0; id < settled_.size(); ++id) {
      if (settled_[id] && !fixed_[id]) {
        const auto o = g_.operands(id);
        settled_[id] = std::all_of(o.begin(), o.end(), [&](NodeId operand) {
          return rewriting_.now(operand) == operand && settled_[operand];
        });
      }
      const bool waits = !settled_[id] && rewriting_.now(id) == id && rewriting_.uses()[id] > 0;
      if (waits && author_[id]) author.push_back(id);
    }
    permission_ = of_author(f_.policy);
    for (NodeId id : author) settle(id);
    permission_ = free_rules;
    for (NodeId id : roots_) settle(id);
    return true;
  }

  /// Whether a node in use that was held to the author's rules is no longer the author's: the
  /// condition that needed it has been decided, or another node has taken its place there.
  bool author_lost() const {
    const std::vector<bool> pinned = pinned_nodes(f_);
    const std::vector<NodeId> live = reachable(g_, roots_of(f_));
    return std::any_of(live.begin(), live.end(), [&](NodeId id) {
      return id < author_.size() && author_[id] && !pinned[id] && !g_.operands(id).empty();
    });
  }

  void grow() {
    if (settled_.size() == g_.size()) return;
    settled_.resize(g_.size(), false);
    author_.resize(g_.size(), false);
    fixed_.resize(g_.size(), false);
  }

  Function& f_;
  Graph& g_;
  const std::vector<NodeId> roots_;  ///< outputs and locals
  Rewriting rewriting_;
  Permission permission_;
  std::vector<bool> settled_;  ///< in normal form
  std::vector<bool> author_;   ///< settled by the author's rules
  std::vector<bool> fixed_;    ///< never rewritten
  std::vector<std::pair<NodeId, Permission>> refused_;
  std::vector<NodeId> stack_;     ///< of settle
  std::vector<NodeId> operands_;  ///< of improved
  std::array<FlatMap, 4> twins_;  ///< by operator: nodes by their operands, the lower first
};

}  // namespace

Function simplify(Function f) {
  if (f.simplified == state_of(f)) return f;
  // Again only where rewriting has freed nodes of the author's, of which there are always fewer.
  while (Simplifier(f).run()) {
  }
  f.simplified = state_of(f);
  return f;
}

Function simplify_step(Function f, RuleSet set) {
  Graph& g = f.graph;
  const std::vector<bool> pinned = pinned_nodes(f);
  const std::vector<NodeId> roots = roots_of(f);
  const std::vector<NodeId> live = reachable(g, roots);
  const Rewriting as_it_stands(g, output_values(f));
  const std::vector<std::uint32_t> uses(as_it_stands.uses().begin(), as_it_stands.uses().end());
  std::vector<NodeId> renamed(g.size());
  for (NodeId id = 0; id < renamed.size(); ++id) renamed[id] = id;
  std::vector<bool> fixed(g.size(), false);
  for (NodeId id : extents_of_types(g, live)) fixed[id] = true;

  const auto step = [&](NodeId id) {
    Permission permission = pinned[id] ? of_author(f.policy) : free_rules;
    permission.set = set;
    const auto after = [&](NodeId made) { return made < renamed.size() ? renamed[made] : made; };
    if (const auto value = fold(g, id, permission)) return after(*value);
    if (set == RuleSet::All) {
      if (const auto value = apply_array_law(g, id, permission)) return after(*value);
    }
    const Rewrite rewrite = apply_rules(g, id, permission, uses, &renamed);
    if (rewrite.rule) return rewrite.result;
    const auto view = g.operands(id);
    std::vector<NodeId> operands(view.begin(), view.end());
    for (NodeId& o : operands) o = renamed[o];
    return rebuilt(g, id, operands);
  };
  for (NodeId id : live) {
    if (!fixed[id]) renamed[id] = step(id);
  }
  rename(f, live, [&](NodeId id) { return renamed[id]; });
  return f;
}

}  // namespace gradsmith
