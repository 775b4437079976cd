#include "passes/opposite_differences.hpp"

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class Finder {
 public:
  explicit Finder(const Function& f)
      : g_(f.graph), live_(reachable(g_, roots_of(f))), regions_(g_, roots_of(f), live_) {
    for (NodeId id : roots_of(f)) roots_.insert(id);
    for (NodeId id : live_) {
      for (NodeId o : g_.operands(id)) users_[o].push_back(id);
    }
  }

  /// The differences that their opposites stand for.
  std::unordered_set<NodeId> find() {
    std::map<std::pair<NodeId, NodeId>, NodeId> known;
    std::unordered_set<NodeId> found;
    for (NodeId id : live_) {
      if (g_.op(id) != Op::Sub || !is_floating(g_.element(id))) continue;
      const NodeId x = g_.operand(id, 0);
      const NodeId y = g_.operand(id, 1);
      const auto opposite = known.find({y, x});
      if (opposite == known.end()) {
        known.emplace(std::pair(x, y), id);
      } else if (may_replace(opposite->second, id)) {
        found.insert(id);
      } else if (may_replace(id, opposite->second)) {
        found.insert(opposite->second);
      }
    }
    return found;
  }

 private:
  /// Whether one is there wherever the other is asked for, and its sign costs nothing there.
  bool may_replace(NodeId one, NodeId other) {
    return regions_.encloses(regions_.of(one), regions_.of(other)) && takes_sign(other);
  }

  /// Whether all that is made of a value has its sign for free.
  bool takes_sign(NodeId id) {
    if (roots_.contains(id)) return false;
    const auto [known, first] = takes_sign_.try_emplace(id, true);
    if (!first) return known->second;
    bool takes = true;
    for (NodeId user : users_.at(id)) takes = takes && is_free_in(id, user);
    return takes_sign_[id] = takes;
  }

  bool is_free_in(NodeId id, NodeId user) {
    switch (g_.op(user)) {
      case Op::Add:
      case Op::Sub:
      case Op::Neg:
        return true;
      case Op::Mul:
      case Op::Div:
        return takes_sign(user);
      case Op::OneHot:
        return g_.operands(user).back() == id;
      default:
        return false;
    }
  }

  const Graph& g_;
  std::vector<NodeId> live_;
  Regions regions_;
  std::unordered_set<NodeId> roots_;
  std::unordered_map<NodeId, std::vector<NodeId>> users_;
  std::unordered_map<NodeId, bool> takes_sign_;
};

/// Moves the negations of such differences to where they cost nothing.
class Mover {
 public:
  Mover(Graph& g, std::unordered_set<NodeId> opposites) : g_(g), opposites_(std::move(opposites)) {}

  NodeId moved(NodeId id, NodeId fresh) {
    const Op op = g_.op(fresh);
    if (opposites_.contains(id)) return negated(g_.apply(Op::Sub, {second(fresh), first(fresh)}));
    if (op == Op::Neg && is_moved(first(fresh))) return first(first(fresh));
    if (op != Op::Add && op != Op::Sub && op != Op::Mul && op != Op::Div) return fresh;
    const bool a = is_moved(first(fresh));
    const bool b = is_moved(second(fresh));
    if (!a && !b) return fresh;
    const NodeId x = a ? first(first(fresh)) : first(fresh);
    const NodeId y = b ? first(second(fresh)) : second(fresh);
    if (op == Op::Mul || op == Op::Div) {
      const NodeId made = g_.apply(op, {x, y});
      return a == b ? made : negated(made);
    }
    const bool minus = (op == Op::Sub) != b;  // between |first| and |second|
    if (!a) return g_.apply(minus ? Op::Sub : Op::Add, {x, y});
    // -x + y and -(x + y).
    return minus ? negated(g_.apply(Op::Add, {x, y})) : g_.apply(Op::Sub, {y, x});
  }

 private:
  NodeId first(NodeId id) const { return g_.operand(id, 0); }
  NodeId second(NodeId id) const { return g_.operand(id, 1); }
  bool is_moved(NodeId id) const { return moved_.contains(id); }
  NodeId negated(NodeId value) {
    const NodeId made = g_.apply(Op::Neg, {value});
    moved_.insert(made);
    return made;
  }

  Graph& g_;
  std::unordered_set<NodeId> opposites_;
  std::unordered_set<NodeId> moved_;
};

}  // namespace

Function opposite_differences(Function f) {
  if (f.policy == FpPolicy::Strict) return f;
  std::unordered_set<NodeId> opposites = Finder(f).find();
  if (opposites.empty()) return f;
  Mover mover(f.graph, std::move(opposites));
  rebuild(f, [&](NodeId id, NodeId fresh) { return mover.moved(id, fresh); });
  return f;
}

}  // namespace gradsmith
