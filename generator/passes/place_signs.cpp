#include "passes/place_signs.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "passes/cost.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

bool is_sum(Op op) { return op == Op::Add || op == Op::Sub; }
bool is_product(Op op) { return op == Op::Mul || op == Op::Div; }

/// A node without the negations at its root.
struct Signed {
  NodeId node = kNoNode;
  bool minus = false;
};

class Signs {
 public:
  explicit Signs(Function& f)
      : f_(f),
        g_(f.graph),
        live_(reachable(g_, output_values(f))),
        pinned_(pinned_nodes(f)),
        flipped_(g_.size(), false),
        wants_(g_.size()),
        users_(g_.size()) {
    for (NodeId id : live_) {
      for (NodeId o : g_.operands(id)) note_use(id, o);
    }
    for (NodeId id : output_values(f)) want(id);
  }

  void run() {
    const auto is_negation = [&](NodeId id) { return g_.op(id) == Op::Neg; };
    if (std::none_of(live_.begin(), live_.end(), is_negation)) return;
    for (NodeId id : live_) {
      if (is_forced(id)) flipped_[id] = forced(id);
    }
    constexpr int kRounds = 3;
    bool better = true;
    for (int round = 0; better && round < kRounds; ++round) {
      better = false;
      for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
        if (is_choice(*id)) better = try_flip(*id) || better;
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

  bool takes_signs(NodeId id) const {
    return g_.free(id) == 0 && g_.is_scalar(id) && is_floating(g_.element(id));
  }
  bool is_signed_operator(NodeId id) const {
    return takes_signs(id) && (is_sum(g_.op(id)) || is_product(g_.op(id)));
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
    if (is_signed_operator(user)) {
      users_[signed_of(operand).node].push_back(user);
    } else {
      want(operand);
    }
  }

  /// A number whose sign is anything's to choose.
  bool is_number(NodeId id) const {
    if (!g_.is_constant(id)) return false;
    const double c = g_.constant_value(id);
    return std::isfinite(c) && c != 0;
  }

  bool has_number(NodeId id) const {
    return is_number(signed_of(g_.operand(id, 0)).node) ||
           is_number(signed_of(g_.operand(id, 1)).node);
  }

  /// Whether what is computed for the k-th operand enters with a minus.
  bool enters_negated(NodeId id, std::size_t k) const {
    const Signed s = signed_of(g_.operand(id, k));
    return (s.minus != flipped_[s.node]) != (k == 1 && g_.op(id) == Op::Sub);
  }

  /// The author's sums keep zero's sign too under Strict: only x + -y is x - y then.
  bool is_strict(NodeId id) const { return pinned_[id] && f_.policy == FpPolicy::Strict; }

  /// A node that has the sign that its operands give it.
  bool is_forced(NodeId id) const {
    if (!is_signed_operator(id)) return false;
    if (is_product(g_.op(id))) return !has_number(id);
    return !is_strict(id) && !has_number(id) && enters_negated(id, 0) == enters_negated(id, 1);
  }

  bool forced(NodeId id) const {
    const bool first = enters_negated(id, 0);
    return is_product(g_.op(id)) ? first != enters_negated(id, 1) : first;
  }

  /// A node that has either sign for the same price.
  bool is_choice(NodeId id) const {
    if (!is_signed_operator(id) || is_forced(id)) return false;
    return is_product(g_.op(id)) || !is_strict(id);
  }

  /// How many negations the node needs.
  int negations(NodeId id) const {
    return (wants_[id].plus && flipped_[id] ? 1 : 0) + (wants_[id].minus && !flipped_[id] ? 1 : 0) +
           (is_signed_operator(id) && is_strict(id) && is_sum(g_.op(id)) && !has_number(id) &&
                    enters_negated(id, 0) && enters_negated(id, 1)
                ? 1
                : 0);
  }

  /// Flips a node and all that this forces; returns by how many negations more there are then, or
  /// nothing where too much would change. Appends what was flipped, and what has a choice now.
  std::optional<int> flip(NodeId root, std::vector<NodeId>& trail, std::vector<NodeId>& freed) {
    constexpr std::size_t kMostChanges = 100;
    const std::size_t start = trail.size();
    int more = 0;
    std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> waiting;
    const auto change = [&](NodeId id) {
      const auto count = [&] {
        int n = negations(id);
        for (NodeId user : users_[id]) n += is_strict(user) ? negations(user) : 0;
        return n;
      };
      const int before = count();
      flipped_[id] = !flipped_[id];
      more += count() - before;
      trail.push_back(id);
      for (NodeId user : users_[id]) waiting.push(user);
    };
    change(root);
    while (!waiting.empty()) {
      const NodeId id = waiting.top();
      waiting.pop();
      if (trail.size() - start > kMostChanges || users_[id].size() > kMostChanges) return {};
      if (!is_forced(id)) {
        if (is_choice(id)) freed.push_back(id);
      } else if (flipped_[id] != forced(id)) {
        change(id);
      }
    }
    return more;
  }

  /// Flips a node, and then those that have a choice only since, where that saves negations.
  bool try_flip(NodeId id) {
    constexpr int kDepth = 4;
    constexpr int kMostFlips = 64;
    std::vector<NodeId> trail;
    int budget = kMostFlips;
    return flip_and_follow(id, trail, kDepth, budget) < 0;
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
      flipped_[trail.back()] = !flipped_[trail.back()];
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
    for (std::size_t k = 0; k < 2; ++k) {
      part[k] = now_[signed_of(g_.operand(id, k)).node];
      minus[k] = enters_negated(id, k);
    }
    const auto flip_number = [&] {
      const std::size_t k = g_.is_constant(part[0]) ? 0 : 1;
      part[k] = negated(part[k]);
      minus[k] = !minus[k];
    };
    if (is_product(op)) {
      if ((minus[0] != minus[1]) != flipped_[id]) flip_number();
      return g_.apply(op, {part[0], part[1]});
    }
    for (bool& m : minus) m = m != flipped_[id];
    if (minus[0] && minus[1] && has_number(id)) flip_number();
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
        return s.minus != flipped_[s.node] ? negated(now_[s.node]) : now_[s.node];
      }
      const bool ours = is_signed_operator(id) && (!users_[id].empty() || wants_[id].plus || wants_[id].minus);
      now_[id] = ours ? operator_of(id) : fresh;
      return flipped_[id] ? negated(now_[id]) : now_[id];
    });
  }

  Function& f_;
  Graph& g_;
  const std::vector<NodeId> live_;
  const std::vector<bool> pinned_;
  std::vector<bool> flipped_;  ///< computed with the opposite sign
  std::vector<Wants> wants_;
  std::vector<std::vector<NodeId>> users_;  ///< sums and products, through negations
  std::vector<NodeId> now_;                 ///< what is computed, by the ids before
};

}  // namespace

Function place_signs(Function f) {
  Function placed = f;
  Signs(placed).run();
  return counted_cost(placed) < counted_cost(f) ? placed : f;
}

}  // namespace gradsmith
