#include "passes/fuse_rows.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/compact.hpp"
#include "passes/rebuild.hpp"
#include "passes/written_rows.hpp"

namespace gradsmith {
namespace {

// Each row is a stream of its own, of which processors follow a dozen or two.
constexpr std::size_t kMostRows = 4;
constexpr std::size_t kMostBetween = 64;

class RowFuser {
 public:
  explicit RowFuser(Function& f) : f_(f), g_(f.graph), polynomials_(f.graph) {
    for (NodeId id : reachable(g_, roots_of(f))) {
      for (NodeId o : g_.operands(id)) users_[o].push_back(id);
    }
  }

  void run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      return g_.op(fresh) == Op::Final && follows_alone(id) ? fused(fresh) : fresh;
    });
  }

 private:
  std::vector<NodeId> place_of(NodeId assignment) const {
    const auto view = g_.operands(assignment);
    return {view.begin() + 5, view.end()};
  }
  bool is_element(NodeId id, NodeId array, const std::vector<NodeId>& place) const {
    if (g_.op(id) != Op::At) return false;
    std::vector<NodeId> indices;
    return array_under(g_, id, indices) == array && indices == place;
  }

  /// Whether nobody but the loop of a final state wants the versions before it, back to the loop
  /// that made them.
  bool follows_alone(NodeId final) const {
    const FoldParts loop = g_.fold_parts(g_.operand(final, 0));
    if (loop.inits.size() != 1) return false;
    NodeId version = loop.inits[0];
    if (users_.at(version).size() != 1) return false;
    while (is_assignment(g_, version)) {
      const NodeId base = g_.operand(version, 3);
      const std::vector<NodeId> place = place_of(version);
      const bool alone = std::ranges::all_of(users_.at(base), [&](NodeId user) {
        return user == version || (is_element(user, base, place) && users_.at(user).size() == 1);
      });
      if (!alone) return false;
      version = base;
    }
    return g_.op(version) == Op::Final;
  }

  /// The statements of a loop with one state, where each sets an element of it and none reads it;
  /// none where a loop does anything else.
  std::vector<NodeId> statements(const FoldParts& loop) const {
    std::vector<NodeId> found;
    if (loop.nexts.size() != 1) return {};
    NodeId version = loop.nexts[0];
    while (is_assignment(g_, version)) {
      found.push_back(version);
      for (NodeId o : g_.operands(version).subspan(4)) {
        if (mentions_state(g_, o, loop.level, 0)) return {};
      }
      version = g_.operand(version, 3);
    }
    if (!is_state(g_, version, loop.level, 0)) return {};
    return found;
  }

  /// Whether an assignment may as well follow a loop that writes those rows after it.
  bool may_follow(NodeId assignment, const std::vector<NodeId>& rows) {
    const NodeId base = g_.operand(assignment, 3);
    const std::vector<NodeId> place = place_of(assignment);
    if (!all_differ(polynomials_, rows, place[0])) return false;
    std::vector<NodeId> stack{g_.operand(assignment, 4)};
    std::unordered_set<NodeId> seen;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (id == base) return false;
      if (is_element(id, base, place) || !seen.insert(id).second) continue;
      for (NodeId o : g_.operands(id)) stack.push_back(o);
    }
    return true;
  }

  /// A loop's final state, or what it is where the loop goes on with the one before it.
  NodeId fused(NodeId final) {
    const FoldParts second = g_.fold_parts(g_.operand(final, 0));
    const int scope = scope_of(g_, final);
    const std::vector<NodeId> after = statements(second);
    if (after.empty()) return final;
    const Rows rows = rows_in(g_, second, 0, scope);
    if (!rows) return final;
    std::vector<NodeId> between;
    NodeId version = second.inits[0];
    while (is_assignment(g_, version)) {
      if (between.size() == kMostBetween || !may_follow(version, *rows)) return final;
      between.push_back(version);
      version = g_.operand(version, 3);
    }
    if (g_.op(version) != Op::Final) return final;
    const FoldParts first = g_.fold_parts(g_.operand(version, 0));
    const std::vector<NodeId> before = statements(first);
    const bool alike = first.level == second.level && first.range.begin == second.range.begin &&
                       first.range.end == second.range.end && first.range.step == second.range.step;
    if (before.empty() || !alike || before.size() + after.size() > kMostRows) return final;
    std::vector<NodeId> values;
    for (NodeId statement : after) {
      for (NodeId o : g_.operands(statement).subspan(4)) values.push_back(o);
    }
    const std::vector<NodeId> needed = reachable(g_, values);
    between.push_back(version);
    for (NodeId v : between) {
      if (std::ranges::binary_search(needed, v)) return final;
    }
    between.pop_back();
    return joined(first, second, between);
  }

  NodeId joined(const FoldParts& first, const FoldParts& second,
                const std::vector<NodeId>& between) {
    const Range range = first.range;
    const NodeId init = first.inits[0];
    const int level = first.level;
    const NodeId state[] = {kNoNode, first.nexts[0]};
    const NodeId next = substitute(g_, second.nexts[0], level, state);
    NodeId now = g_.final_state(g_.fold(level, range, std::span(&init, 1), std::span(&next, 1)), 0);
    for (std::size_t k = between.size(); k-- > 0;) {
      const std::vector<NodeId> place = place_of(between[k]);
      const std::vector<NodeId> from{g_.at(g_.operand(between[k], 3), place)};
      const std::vector<NodeId> to{g_.at(now, place)};
      const NodeId value = replace(g_, g_.operand(between[k], 4), from, to);
      carry_names(f_, g_.operand(between[k], 4), value);
      now = g_.set(now, place, value);
    }
    return now;
  }

  Function& f_;
  Graph& g_;
  Polynomials polynomials_;
  std::unordered_map<NodeId, std::vector<NodeId>> users_;
};

}  // namespace

Function fuse_rows(Function f) {
  RowFuser(f).run();
  return compact(std::move(f));
}

}  // namespace gradsmith
