#include "passes/place_signs.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "passes/cost.hpp"
#include "passes/rebuild.hpp"
#include "passes/trial.hpp"

namespace gradsmith {
namespace {

bool is_sum(Op op) { return op == Op::Add || op == Op::Sub; }
bool is_product(Op op) { return op == Op::Mul || op == Op::Div; }

/// A node without the negations at its root.
struct Signed {
  NodeId node = kNoNode;
  bool minus = false;
};

constexpr std::size_t kMostChanges = 100;
constexpr int kDepth = 4;

// No flip reaches a negation that is further away; without one it has nothing to save.
constexpr std::uint32_t kFurthest = (kMostChanges + 2) * kDepth;
constexpr std::uint32_t kNever = 1u << 31;

class Signs {
 public:
  explicit Signs(Function& f)
      : f_(f),
        g_(f.graph),
        live_(reachable(g_, output_values(f))),
        flipped_(g_.size(), 0),
        wants_(g_.size()),
        distance_(g_.size(), kNever),
        operators_(g_.size()) {
    find_operators();
    for (NodeId id : live_) {
      for (NodeId o : g_.operands(id)) note_use(id, o);
    }
    for (NodeId id : output_values(f)) want(id);
  }

  void run() {
    for (NodeId id : live_) {
      if (is_forced(id)) flipped_[id] = forced(id) ? 1 : 0;
    }
    constexpr int kRounds = 3;
    bool better = true;
    for (int round = 0; better && round < kRounds; ++round) {
      better = false;
      for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
        find_distance(*id);
        if (distance_[*id] > kFurthest || !is_choice(*id)) continue;
        better = try_flip(*id) || better;
      }
    }
    write();
  }

 private:
  /// Which signs of a node something needs that does not care for its own.
  struct Wants {
    bool plus = false;
    bool minus = false;
  };

  /// A sum or product: its operands without negations, and whether they enter with a minus.
  struct Operator {
    NodeId part[2] = {kNoNode, kNoNode};
    bool minus[2] = {false, false};
    bool is_signed = false;
    bool is_sum = false;
    bool has_number = false;
    /// The author's sums keep zero's sign too under Strict: only x + -y is x - y then.
    bool is_strict = false;
  };

  void find_operators() {
    const std::vector<bool> pinned = pinned_nodes(f_);
    std::vector<std::uint32_t> count(g_.size() + 1, 0);
    for (NodeId id : live_) {
      const Op op = g_.op(id);
      if (!takes_signs(id) || (!is_sum(op) && !is_product(op))) continue;
      Operator& o = operators_[id];
      o.is_signed = true;
      o.is_sum = is_sum(op);
      o.is_strict = pinned[id] && f_.policy == FpPolicy::Strict;
      any_strict_ = any_strict_ || o.is_strict;
      for (std::size_t k = 0; k < 2; ++k) {
        const Signed s = signed_of(g_.operand(id, k));
        o.part[k] = s.node;
        o.minus[k] = s.minus != (k == 1 && op == Op::Sub);
        o.has_number = o.has_number || is_number(s.node);
        ++count[s.node];
      }
    }
    first_user_.resize(g_.size() + 1, 0);
    for (NodeId id = 0; id < g_.size(); ++id) first_user_[id + 1] = first_user_[id] + count[id];
    users_.resize(first_user_.back());
    std::vector<std::uint32_t> next(first_user_.begin(), first_user_.end() - 1);
    for (NodeId id : live_) {
      if (!operators_[id].is_signed) continue;
      for (NodeId part : operators_[id].part) users_[next[part]++] = id;
    }
  }

  /// The sums and products that a node takes part in, through negations.
  std::span<const NodeId> users(NodeId id) const {
    return std::span(users_).subspan(first_user_[id], first_user_[id + 1] - first_user_[id]);
  }

  bool takes_signs(NodeId id) const {
    return g_.free(id) == 0 && g_.is_scalar(id) && is_floating(g_.element(id));
  }

  Signed signed_of(NodeId id) const {
    Signed s{id, false};
    while (g_.op(s.node) == Op::Neg && takes_signs(s.node)) {
      s = {g_.operand(s.node, 0), !s.minus};
    }
    return s;
  }

  void want(NodeId id) {
    const Signed s = signed_of(id);
    (s.minus ? wants_[s.node].minus : wants_[s.node].plus) = true;
  }

  void note_use(NodeId user, NodeId operand) {
    if (g_.op(user) == Op::Neg && takes_signs(user)) return;
    if (!operators_[user].is_signed) want(operand);
  }

  /// A number whose sign is anything's to choose.
  bool is_number(NodeId id) const {
    if (!g_.is_constant(id)) return false;
    const double c = g_.constant_value(id);
    return std::isfinite(c) && c != 0;
  }

  /// Whether what is computed for the k-th operand enters with a minus.
  bool enters_negated(const Operator& o, std::size_t k) const {
    return o.minus[k] != (flipped_[o.part[k]] != 0);
  }

  /// A node that has the sign that its operands give it.
  bool is_forced(NodeId id) const {
    const Operator& o = operators_[id];
    if (!o.is_signed || o.has_number) return false;
    return !o.is_sum || (!o.is_strict && enters_negated(o, 0) == enters_negated(o, 1));
  }

  bool forced(NodeId id) const {
    const Operator& o = operators_[id];
    const bool first = enters_negated(o, 0);
    return o.is_sum ? first : first != enters_negated(o, 1);
  }

  /// A node that has either sign for the same price.
  bool is_choice(NodeId id) const {
    const Operator& o = operators_[id];
    return o.is_signed && !is_forced(id) && !(o.is_sum && o.is_strict);
  }

  /// How many negations the node needs.
  int negations(NodeId id) const {
    const Operator& o = operators_[id];
    const bool flipped = flipped_[id] != 0;
    return (wants_[id].plus && flipped ? 1 : 0) + (wants_[id].minus && !flipped ? 1 : 0) +
           (o.is_sum && o.is_strict && !o.has_number && enters_negated(o, 0) && enters_negated(o, 1)
                ? 1
                : 0);
  }

  void find_distance(NodeId id) {
    distance_[id] = negations(id) > 0 ? 0 : kNever;
    for (NodeId user : users(id)) distance_[id] = std::min(distance_[id], distance_[user] + 1);
  }

  /// The same for all that is below nodes that have changed.
  void find_distances_below(std::vector<NodeId> changed) {
    if (any_strict_) {
      for (std::size_t k = changed.size(); k-- > 0;) {
        for (NodeId user : users(changed[k])) changed.push_back(user);
      }
    }
    std::erase_if(changed, [&](NodeId id) { return negations(id) == 0 || distance_[id] == 0; });
    for (NodeId id : changed) distance_[id] = 0;
    for (std::size_t next = 0; next < changed.size(); ++next) {
      const NodeId id = changed[next];
      if (!operators_[id].is_signed || distance_[id] >= kFurthest) continue;
      for (NodeId part : operators_[id].part) {
        if (distance_[part] <= distance_[id] + 1) continue;
        distance_[part] = distance_[id] + 1;
        changed.push_back(part);
      }
    }
  }

  /// Flips a node and all that this forces; returns by how many negations more there are then, or
  /// nothing where too much would change. Appends what was flipped, and what has a choice now.
  std::optional<int> flip(NodeId root, std::vector<NodeId>& trail, std::vector<NodeId>& freed) {
    const std::size_t start = trail.size();
    int more = 0;
    waiting_.clear();  // a heap, the least on top
    const auto change = [&](NodeId id) {
      const auto count = [&] {
        int n = negations(id);
        if (!any_strict_) return n;
        for (NodeId user : users(id)) n += operators_[user].is_strict ? negations(user) : 0;
        return n;
      };
      const int before = count();
      flipped_[id] ^= 1;
      more += count() - before;
      trail.push_back(id);
      for (NodeId user : users(id)) {
        waiting_.push_back(user);
        std::push_heap(waiting_.begin(), waiting_.end(), std::greater<>());
      }
    };
    change(root);
    while (!waiting_.empty()) {
      std::pop_heap(waiting_.begin(), waiting_.end(), std::greater<>());
      const NodeId id = waiting_.back();
      waiting_.pop_back();
      if (trail.size() - start > kMostChanges || users(id).size() > kMostChanges) return {};
      if (!is_forced(id)) {
        if (is_choice(id)) freed.push_back(id);
      } else if ((flipped_[id] != 0) != forced(id)) {
        change(id);
      }
    }
    return more;
  }

  /// Flips a node, and then those that have a choice only since, where that saves negations.
  bool try_flip(NodeId id) {
    constexpr int kMostFlips = 64;
    std::vector<NodeId> trail;
    int budget = kMostFlips;
    if (flip_and_follow(id, trail, kDepth, budget) >= 0) return false;
    find_distances_below(std::move(trail));
    return true;
  }

  /// The same; returns how many negations more there are, and leaves nothing flipped where that is
  /// not less than none.
  int flip_and_follow(NodeId id, std::vector<NodeId>& trail, int depth, int& budget) {
    const std::size_t here = trail.size();
    std::vector<NodeId> freed;
    std::optional<int> more = flip(id, trail, freed);
    --budget;
    for (std::size_t k = 0; more && depth > 1 && k < freed.size() && budget > 0; ++k) {
      if (is_choice(freed[k])) *more += flip_and_follow(freed[k], trail, depth - 1, budget);
    }
    if (more && *more < 0) return *more;
    for (; trail.size() > here; trail.pop_back()) {
      flipped_[trail.back()] ^= 1;
    }
    return 0;
  }

  NodeId negated(NodeId id) {
    if (g_.is_constant(id)) return g_.number(g_.element(id), -g_.constant_value(id));
    return g_.apply(Op::Neg, {id});
  }

  NodeId operator_of(NodeId id) {
    const Op op = g_.op(id);
    NodeId part[2];
    bool minus[2];
    const bool flipped = flipped_[id] != 0;
    const bool has_number = operators_[id].has_number;
    for (std::size_t k = 0; k < 2; ++k) {
      part[k] = now_[operators_[id].part[k]];
      minus[k] = enters_negated(operators_[id], k);
    }
    const auto flip_number = [&] {
      const std::size_t k = g_.is_constant(part[0]) ? 0 : 1;
      part[k] = negated(part[k]);
      minus[k] = !minus[k];
    };
    if (is_product(op)) {
      if ((minus[0] != minus[1]) != flipped) flip_number();
      return g_.apply(op, {part[0], part[1]});
    }
    for (bool& m : minus) m = m != flipped;
    if (minus[0] && minus[1] && has_number) flip_number();
    if (minus[0] && minus[1]) {
      part[0] = negated(part[0]);
      minus[0] = false;
    }
    if (minus[0]) return g_.apply(Op::Sub, {part[1], part[0]});
    return g_.apply(minus[1] ? Op::Sub : Op::Add, {part[0], part[1]});
  }

  /// Makes the nodes anew.
  void write() {
    now_.assign(g_.size(), kNoNode);
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (id >= flipped_.size()) return fresh;
      const Signed s = signed_of(id);
      if (s.node != id && now_[s.node] != kNoNode) {
        return s.minus != (flipped_[s.node] != 0) ? negated(now_[s.node]) : now_[s.node];
      }
      const bool ours =
          operators_[id].is_signed && (!users(id).empty() || wants_[id].plus || wants_[id].minus);
      now_[id] = ours ? operator_of(id) : fresh;
      return flipped_[id] != 0 ? negated(now_[id]) : now_[id];
    });
  }

  Function& f_;
  Graph& g_;
  const std::vector<NodeId> live_;
  std::vector<std::uint8_t> flipped_;  ///< computed with the opposite sign
  std::vector<Wants> wants_;
  /// How many steps through users the next negation is away, or one that was there, at least.
  std::vector<std::uint32_t> distance_;
  std::vector<Operator> operators_;  ///< by node
  bool any_strict_ = false;
  std::vector<NodeId> users_;  ///< of all nodes, one node's behind another's
  std::vector<std::uint32_t> first_user_;
  std::vector<NodeId> waiting_;  ///< of flip
  std::vector<NodeId> now_;      ///< what is computed, by the ids before
};

}  // namespace

Function place_signs(Function f) {
  const std::vector<NodeId> live = reachable(f.graph, output_values(f));
  if (std::ranges::none_of(live, [&](NodeId id) { return f.graph.op(id) == Op::Neg; })) return f;
  const std::int64_t cost = counted_cost(f);
  Trial trial(f);
  Signs(f).run();
  if (counted_cost(f) >= cost) std::move(trial).take_back(f);
  return f;
}

}  // namespace gradsmith
