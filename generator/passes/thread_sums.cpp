#include "passes/thread_sums.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// The operands of a node, of a sum of arrays its two summands.
std::vector<NodeId> edges_of(const Graph& g, NodeId id) {
  if (const ArraySum sum = as_array_sum(g, id); sum.a != kNoNode) return {sum.a, sum.b};
  const auto view = g.operands(id);
  return {view.begin(), view.end()};
}

/// Sums over loops of what holds a loop's result become loops that carry it.
void carry_sums(Function& f) {
  Graph& g = f.graph;
  rebuild(f, [&](NodeId, NodeId fresh) {
    if (g.op(fresh) != Op::Reduce || g.is_scalar(fresh)) return fresh;
    const NodeId roots[] = {g.operand(fresh, 4)};
    const int level = g[fresh].level;
    const auto inside = reachable_at(g, roots, level);
    const bool holds = std::ranges::any_of(
        inside, [&](NodeId id) { return g.op(id) == Op::Final && !g.is_scalar(id); });
    if (!holds) return fresh;
    return g.final_state(as_fold(g, fresh), 0);
  });
}

class Threader {
 public:
  Threader(Function& f, const std::set<NodeId>& banned) : f_(f), g_(f.graph), banned_(banned) {
    live_ = reachable(g_, roots_of(f));
    bodies_ = bodies_with(g_, live_);
    for (NodeId id : live_) {
      if (g_.op(id) == Op::Trace) traces_[g_.operand(id, 0)].push_back(g_.operand(id, 1));
    }
    count_uses();
  }

  /// The sum that stands in the way of going on from one another, where there is one.
  std::optional<NodeId> plan() {
    for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
      if (is_whole_sum(*id) && !taken_.contains(*id) && !banned_.contains(*id)) plan_sum(*id);
    }
    return circle();
  }

  bool empty() const { return starts_.empty(); }

  void run() {
    for (NodeId id : extents_of_types(g_, live_)) now_[id] = id;
    for (NodeId root : roots_of(f_)) {
      walk(root, [&](Item item) { build(item); });
    }
    rename(f_, live_, [&](NodeId id) {
      const auto found = now_.find(id);
      return found == now_.end() ? id : found->second;
    });
  }

 private:
  /// What a sum holds after some of its terms: `before`, gone on with.
  struct Stage {
    enum class Kind : std::uint8_t { Term, Loop, Choice };
    Kind kind = Kind::Term;
    NodeId sum = kNoNode;   ///< whose stage it is
    int before = -1;        ///< -1: nothing
    NodeId term = kNoNode;  ///< added; or the Final, or the choice
    int yes = -1;           ///< of a choice: the stage at the end of either side
    int no = -1;
  };
  /// A node, or a stage: stages come after all nodes.
  using Item = std::int64_t;

  void count_uses() {
    std::unordered_set<NodeId> seen;
    std::vector<NodeId> stack;
    const auto visit = [&](NodeId id, NodeId by) {
      ++uses_[id];
      if (by != kNoNode) users_[id].push_back(by);
      if (seen.insert(id).second) stack.push_back(id);
    };
    for (NodeId root : roots_of(f_)) {
      results_.insert(root);
      visit(root, kNoNode);
    }
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      for (NodeId o : edges_of(g_, id)) visit(o, id);
    }
  }

  bool is_sum(NodeId id) const { return as_array_sum(g_, id).a != kNoNode; }
  bool used_once(NodeId id) const { return uses_.contains(id) && uses_.at(id) == 1; }
  /// A sum that is no summand.
  bool is_whole_sum(NodeId id) const {
    if (g_.is_scalar(id) || !uses_.contains(id) || !is_sum(id)) return false;
    const auto users = users_.find(id);
    return !used_once(id) || users == users_.end() || !is_sum(users->second.front());
  }

  std::vector<NodeId> terms_of(NodeId sum) const {
    std::vector<NodeId> found;
    std::vector<NodeId> stack{sum};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const ArraySum parts = as_array_sum(g_, id);
      if (parts.a == kNoNode || (id != sum && !used_once(id))) {
        if (!is_zero_array(g_, id)) found.push_back(id);
        continue;
      }
      stack.push_back(parts.b);
      stack.push_back(parts.a);
    }
    return found;
  }

  /// A side of a choice that is wanted elsewhere, too, stays as it is.
  std::vector<NodeId> terms_of_side(NodeId side) const {
    return is_sum(side) && !used_once(side) ? std::vector{side} : terms_of(side);
  }

  /// How often a loop's body mentions each of its states.
  const std::vector<int>& mentions(NodeId fold) {
    if (const auto found = mentions_.find(fold); found != mentions_.end()) return found->second;
    const FoldParts view = g_.fold_parts(fold);
    std::vector<int> count(view.inits.size(), 0);
    std::unordered_set<NodeId> seen;
    std::vector<NodeId> stack;
    const auto visit = [&](NodeId id) {
      if (!(g_.free(id) & Graph::bit(view.level))) return;
      if (g_.op(id) == Op::Bound && g_[id].level == view.level && g_.slot(id) > 0) {
        ++count[static_cast<std::size_t>(g_.slot(id)) - 1];
      }
      if (seen.insert(id).second) stack.push_back(id);
    };
    for (NodeId next : view.nexts) visit(next);
    if (const auto traced = traces_.find(fold); traced != traces_.end()) {
      for (NodeId body : traced->second) visit(body);
    }
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      for (NodeId o : edges_of(g_, id)) visit(o);
    }
    return mentions_[fold] = std::move(count);
  }

  /// Whether a term is the final state of a loop that only adds to it, wanted nowhere else. A loop
  /// that stands further out than the sum is none: it would have to run again in each trip.
  bool is_going_on(NodeId term, NodeId sum) {
    if (g_.op(term) != Op::Final || !used_once(term) || scope_of(g_, term) != scope_of(g_, sum)) {
      return false;
    }
    const NodeId fold = g_.operand(term, 0);
    // Another body with the same loop has no such sum to go on with.
    if (bodies_[fold] != bodies_[sum]) return false;
    const FoldParts parts = g_.fold_parts(fold);
    const auto k = static_cast<std::size_t>(g_.slot(term));
    if (!is_zero_array(g_, parts.inits[k]) || mentions(fold)[k] != 1) return false;
    const std::vector<NodeId> terms = terms_of(parts.nexts[k]);
    return std::ranges::any_of(terms, [&](NodeId t) { return is_state(g_, t, parts.level, k); });
  }

  bool has_going_on(NodeId term, NodeId sum) {
    if (g_.op(term) == Op::If && used_once(term)) {
      for (const std::size_t side : {1, 2}) {
        for (NodeId t : terms_of_side(g_.operand(term, side))) {
          if (g_.op(t) == Op::Final && !runs_only(g_.operand(t, 0), term, side)) continue;
          if (has_going_on(t, sum)) return true;
        }
      }
      return false;
    }
    return is_going_on(term, sum);
  }

  /// Whether a loop runs for one side of a choice alone, or of others by the same condition. One
  /// that runs for both would write over what the other side goes on with.
  bool runs_only(NodeId fold, NodeId choice, std::size_t side) const {
    const NodeId condition = g_.operand(choice, 0);
    std::vector<NodeId> stack{fold};
    std::unordered_set<NodeId> seen;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const auto users = users_.find(id);
      if (users == users_.end() || results_.contains(id)) return false;
      for (NodeId user : users->second) {
        const bool inside = g_.op(user) == Op::If && g_.operand(user, 0) == condition &&
                            g_.operand(user, side) == id && g_.operand(user, 3 - side) != id;
        if (inside) continue;
        const Op op = g_.op(user);
        if (op != Op::Final && op != Op::Convert && !is_operator(op) && !is_sum(user)) return false;
        if (seen.insert(user).second) stack.push_back(user);
      }
    }
    return true;
  }

  /// The highest loop in a term: loops go on from ones that are lower, which cannot need them.
  NodeId rank(NodeId term) const {
    if (g_.op(term) == Op::Final) return g_.operand(term, 0);
    const NodeId roots[] = {g_.operand(term, 1), g_.operand(term, 2)};
    NodeId most = 0;
    for (NodeId id : reachable(g_, roots)) {
      if (g_.op(id) == Op::Fold) most = std::max(most, id);
    }
    return most;
  }

  int add(Stage stage) {
    stages_.push_back(stage);
    return static_cast<int>(stages_.size()) - 1;
  }

  void plan_sum(NodeId sum) {
    std::vector<NodeId> terms = terms_of(sum);
    const bool any = std::ranges::any_of(terms, [&](NodeId t) { return has_going_on(t, sum); });
    if (!any) return;
    // The array that is gone on with: the state of the loop around, wanted for nothing else.
    const auto base = std::ranges::find_if(
        terms, [&](NodeId t) { return g_.op(t) == Op::Write || is_own_state(t, sum); });
    int before = -1;
    if (base != terms.end()) {
      before = add({Stage::Kind::Term, sum, -1, *base});
      terms.erase(base);
    } else if (terms.size() == 1) {
      return;
    }
    ends_[sum] = continued(before, terms, {sum, kNoNode, 0});
  }
  /// A state of the loop around that is mentioned only in the sum.
  bool is_own_state(NodeId term, NodeId sum) {
    if (g_.op(term) != Op::Bound) return false;
    const auto users = users_.find(sum);
    return users != users_.end() && std::ranges::all_of(users->second, [&](NodeId user) {
             const auto k = static_cast<std::size_t>(g_.slot(term)) - 1;
             return g_.op(user) == Op::Fold && g_[user].level == g_[term].level &&
                    mentions(user)[k] == 1;
           });
  }

  /// Where terms stand: in a sum, and there on a side of a choice, if any.
  struct Where {
    NodeId sum;
    NodeId choice;
    std::size_t side;
  };

  int continued(int before, const std::vector<NodeId>& terms, const Where& where) {
    const NodeId sum = where.sum;
    std::vector<NodeId> loops;
    std::vector<NodeId> rest;
    for (NodeId t : terms) {
      const bool shared = where.choice != kNoNode && g_.op(t) == Op::Final &&
                          !runs_only(g_.operand(t, 0), where.choice, where.side);
      (!shared && has_going_on(t, sum) ? loops : rest).push_back(t);
    }
    std::ranges::sort(loops, {}, [&](NodeId t) { return std::pair(rank(t), t); });
    std::map<NodeId, int> own;  // the slot of each loop that the sum goes through
    for (NodeId t : loops) {
      if (g_.op(t) == Op::If) {
        taken_.insert(g_.operand(t, 1));
        taken_.insert(g_.operand(t, 2));
        const int yes = continued(before, terms_of_side(g_.operand(t, 1)), {sum, t, 1});
        const int no = continued(before, terms_of_side(g_.operand(t, 2)), {sum, t, 2});
        before = add({Stage::Kind::Choice, sum, before, t, yes, no});
        continue;
      }
      const NodeId fold = g_.operand(t, 0);
      const auto [entry, first] = own.try_emplace(fold, g_.slot(t));
      if (!first) {
        joined_[fold][g_.slot(t)] = entry->second;
        continue;
      }
      if (before >= 0) starts_[fold][g_.slot(t)] = before;
      before = add({Stage::Kind::Loop, sum, before, t});
    }
    for (NodeId t : rest) before = add({Stage::Kind::Term, sum, before, t});
    return before;
  }

  Item item_of(int stage) const { return static_cast<Item>(g_size_) + stage; }
  const Stage* stage_of(Item item) const {
    return item < g_size_ ? nullptr : &stages_[static_cast<std::size_t>(item - g_size_)];
  }

  std::vector<Item> needs(Item item) const {
    std::vector<Item> result;
    if (const Stage* s = stage_of(item)) {
      if (s->kind == Stage::Kind::Loop) {
        result.push_back(g_.operand(s->term, 0));
        return result;
      }
      if (s->before >= 0) result.push_back(item_of(s->before));
      if (s->kind == Stage::Kind::Term) {
        result.push_back(s->term);
      } else {
        result.push_back(g_.operand(s->term, 0));
        for (const int side : {s->yes, s->no}) {
          if (side >= 0) result.push_back(item_of(side));
        }
      }
      return result;
    }
    const auto id = static_cast<NodeId>(item);
    if (const auto end = ends_.find(id); end != ends_.end()) return {item_of(end->second)};
    for (NodeId o : g_.operands(id)) result.push_back(o);
    if (const auto starts = starts_.find(id); starts != starts_.end()) {
      for (const auto& [slot, stage] : starts->second) result.push_back(item_of(stage));
    }
    return result;
  }

  /// Visits what an item needs, and then the item; false where an item needs itself, and `path_`
  /// then ends with the way from it to itself.
  template <class Visit>
  bool walk(Item root, Visit visit) {
    path_.clear();
    if (done_.contains(root)) return true;
    std::vector<Item> stack{root};
    while (!stack.empty()) {
      const Item item = stack.back();
      if (done_.contains(item)) {
        stack.pop_back();
      } else if (!path_.empty() && path_.back() == item) {
        path_.pop_back();
        on_path_.erase(item);
        done_.insert(item);
        visit(item);
      } else {
        path_.push_back(item);
        on_path_.insert(item);
        for (Item need : needs(item)) {
          if (on_path_.contains(need)) {
            path_.erase(path_.begin(), std::ranges::find(path_, need));
            return false;
          }
          if (!done_.contains(need)) stack.push_back(need);
        }
      }
    }
    return true;
  }

  std::optional<NodeId> circle() {
    for (NodeId root : roots_of(f_)) {
      if (walk(root, [](Item) {})) continue;
      for (Item item : path_) {
        if (const Stage* s = stage_of(item)) return s->sum;
      }
    }
    done_.clear();
    return {};
  }

  void build(Item item) {
    if (const Stage* s = stage_of(item)) {
      stage_now_[static_cast<int>(item - g_size_)] = staged(*s);
      return;
    }
    const auto id = static_cast<NodeId>(item);
    if (now_.contains(id)) return;
    if (const auto end = ends_.find(id); end != ends_.end()) {
      now_[id] = stage_now_.at(end->second);
    } else {
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      for (NodeId& o : operands) o = now_.at(o);
      if (g_.op(id) == Op::Fold) change_states(id, operands);
      now_[id] = operands.empty() ? id : rebuilt(g_, id, operands);
    }
    if (now_[id] != id && !g_.is_constant(now_[id])) f_.provenance.carry(id, now_[id]);
  }

  NodeId staged(const Stage& s) {
    const auto stage = [&](int k) { return stage_now_.at(k); };
    switch (s.kind) {
      case Stage::Kind::Term: {
        const NodeId term = now_.at(s.term);
        return s.before < 0 ? term : add_values(g_, stage(s.before), term);
      }
      case Stage::Kind::Loop:
        return g_.final_state(now_.at(g_.operand(s.term, 0)), g_.slot(s.term));
      case Stage::Kind::Choice:
        break;
    }
    const NodeId zero = g_.zeros(g_[s.term].type);
    const NodeId yes = s.yes < 0 ? zero : stage(s.yes);
    return g_.choose(now_.at(g_.operand(s.term, 0)), yes, s.no < 0 ? zero : stage(s.no));
  }

  /// What a loop starts with, and the states that end in one sum made one.
  void change_states(NodeId fold, std::vector<NodeId>& operands) {
    const FoldParts parts = g_.fold_parts(fold);
    const int level = parts.level;
    const std::size_t states = parts.inits.size();
    if (const auto starts = starts_.find(fold); starts != starts_.end()) {
      for (const auto& [slot, stage] : starts->second) {
        operands[3 + static_cast<std::size_t>(slot)] = stage_now_.at(stage);
      }
    }
    const auto joined = joined_.find(fold);
    if (joined == joined_.end()) return;
    for (const auto& [from, to] : joined->second) {
      NodeId& gone = operands[3 + states + static_cast<std::size_t>(from)];
      NodeId& kept = operands[3 + states + static_cast<std::size_t>(to)];
      const NodeId state = g_.bound(level, from + 1, g_[gone].type);
      std::vector<NodeId> values(static_cast<std::size_t>(from) + 2, kNoNode);
      // The other one goes on from this one's next.
      values.back() = kept;
      kept = substitute(g_, gone, level, values);
      gone = state;
    }
  }

  Function& f_;
  Graph& g_;
  const std::set<NodeId>& banned_;
  const Item g_size_ = static_cast<Item>(g_.size());
  std::vector<NodeId> live_;
  std::unordered_map<NodeId, std::vector<NodeId>> traces_;  // what is traced, by Fold
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  std::unordered_map<NodeId, int> uses_;
  std::unordered_map<NodeId, std::vector<NodeId>> users_;
  std::unordered_set<NodeId> results_;
  std::unordered_map<NodeId, std::vector<int>> mentions_;
  std::unordered_set<NodeId> taken_;  // sides of choices that are gone through
  std::vector<Stage> stages_;
  std::map<NodeId, int> ends_;                   // by sum
  std::map<NodeId, std::map<int, int>> starts_;  // by Fold and slot
  std::map<NodeId, std::map<int, int>> joined_;  // by Fold: slots, to the one that takes them in
  std::vector<Item> path_;
  std::unordered_set<Item> on_path_;
  std::unordered_set<Item> done_;
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_map<int, NodeId> stage_now_;
};

}  // namespace

Function thread_sums(Function f) {
  carry_sums(f);
  std::set<NodeId> banned;
  for (;;) {
    Threader threader(f, banned);
    if (const auto in_the_way = threader.plan()) {
      banned.insert(*in_the_way);
      continue;
    }
    if (!threader.empty()) threader.run();
    return f;
  }
}

}  // namespace gradsmith
