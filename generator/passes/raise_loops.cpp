#include "passes/raise_loops.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/loop_states.hpp"
#include "passes/rebuild.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// What one state of a Fold turns out to be.
struct Raised {
  enum class Kind : std::uint8_t { Carried, Sum, Best, Write };
  Kind kind = Kind::Carried;
  NodeId value = kNoNode;  ///< the term, the candidate, or the element's value
  std::vector<NodeId> place;
  Op reducer = Op::Add;
};

class Raiser {
 public:
  explicit Raiser(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    find_needed();
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (g_.op(id) != Op::Final || g_.op(fresh) != Op::Final) return fresh;
      return raised(id, fresh);
    });
  }

 private:
  /// Which states of each Fold the function asks for; a Fold that is traced is left alone.
  void find_needed() {
    for (NodeId id : reachable(g_, roots_of(f_))) {
      if (g_.op(id) == Op::Trace) traced_.insert(g_.operand(id, 0));
      if (g_.op(id) == Op::Final) asked_[g_.operand(id, 0)].insert(g_.slot(id));
    }
  }

  /// How often the states' nodes occur as operands in the bodies, by state.
  std::vector<int> count_uses(const FoldParts& fold) const {
    std::vector<int> uses(fold.inits.size(), 0);
    const auto count = [&](NodeId o) {
      if (g_.op(o) == Op::Bound && g_[o].level == fold.level && g_.slot(o) > 0) {
        ++uses[static_cast<std::size_t>(g_.slot(o)) - 1];
      }
    };
    for (NodeId next : fold.nexts) count(next);
    for (NodeId id : reachable_at(g_, fold.nexts, fold.level)) {
      for (NodeId o : g_.operands(id)) count(o);
    }
    return uses;
  }

  /// `s + v`, `v + s`, `s - v` with s used nowhere else.
  std::optional<Raised> as_sum(const FoldParts& fold, std::size_t k, int uses) {
    const NodeId next = fold.nexts[k];
    if (uses != 1 || !g_.is_scalar(next) || !is_floating(g_.element(next))) return {};
    if (g_.op(next) != Op::Add && g_.op(next) != Op::Sub) return {};
    const NodeId x = g_.operand(next, 0);
    const NodeId y = g_.operand(next, 1);
    if (is_state(g_, x, fold.level, k)) {
      return Raised{Raised::Kind::Sum, g_.op(next) == Op::Add ? y : g_.apply(Op::Neg, {y}), {}};
    }
    if (g_.op(next) == Op::Add && is_state(g_, y, fold.level, k)) {
      return Raised{Raised::Kind::Sum, x, {}};
    }
    return {};
  }

  /// The least or greatest so far, by the author's own comparison, with s used nowhere else. A
  /// candidate that takes its place at a tie is not one of these.
  std::optional<Raised> as_best(const FoldParts& fold, std::size_t k, int uses) {
    const NodeId next = fold.nexts[k];
    if (!g_.is_scalar(next) || !is_floating(g_.element(next))) return {};
    const Op op = g_.op(next);
    const bool direct = op == Op::Fmin || op == Op::Fmax || op == Op::Min || op == Op::Max;
    if (direct && uses == 1 && is_state(g_, g_.operand(next, 0), fold.level, k)) {
      return Raised{Raised::Kind::Best, g_.operand(next, 1), {}, op};
    }
    if (op != Op::If || uses != 2 || !is_state(g_, g_.operand(next, 2), fold.level, k)) return {};
    const NodeId condition = g_.operand(next, 0);
    const NodeId v = g_.operand(next, 1);
    if (g_.op(condition) != Op::Lt && g_.op(condition) != Op::Gt) return {};
    const bool less = g_.op(condition) == Op::Lt;
    const NodeId below = g_.operand(condition, less ? 0 : 1);
    const NodeId above = g_.operand(condition, less ? 1 : 0);
    if (below == v && is_state(g_, above, fold.level, k)) {
      return Raised{Raised::Kind::Best, v, {}, Op::Min};
    }
    if (above == v && is_state(g_, below, fold.level, k)) {
      return Raised{Raised::Kind::Best, v, {}, Op::Max};
    }
    return {};
  }

  /// A single assignment `a[e] = v`: its place and value.
  std::optional<Raised> single_write(NodeId write) {
    if (g_.op(write) != Op::Write) return {};
    const Range range = g_.range_of(write);
    if (!g_.is_constant(range.begin, 0) || !g_.is_constant(range.end, 1)) return {};
    const auto view = g_.operands(write);
    const std::vector<NodeId> operands(view.begin(), view.end());
    const NodeId trip[] = {range.begin};
    Raised r{Raised::Kind::Write, substitute(g_, operands[4], g_[write].level, trip), {}};
    for (std::size_t i = 5; i < operands.size(); ++i) {
      r.place.push_back(substitute(g_, operands[i], g_[write].level, trip));
    }
    return r;
  }

  /// An array state that one assignment per trip changes.
  std::optional<Raised> as_array(const FoldParts& fold, std::size_t k, int uses) {
    const NodeId next = fold.nexts[k];
    if (g_.is_scalar(next) || !is_floating(g_.element(next))) return {};
    if (g_.op(next) != Op::Write || !is_state(g_, g_.operand(next, 3), fold.level, k)) return {};
    const int level = fold.level;
    const NodeId state = g_.operand(next, 3);
    const auto write = single_write(next);
    if (!write) return {};
    if (uses == 1) {
      return is_injective(write->place, level) ? write : std::nullopt;
    }
    // a[e] = a[e] + v: the element itself is the only other use.
    const NodeId element = g_.at(state, write->place);
    const NodeId v = write->value;
    if (uses != 2 || !mentions(v, element)) return {};
    if (g_.op(v) != Op::Add && g_.op(v) != Op::Sub) return of_own_elements(fold, k, *write);
    const NodeId x = g_.operand(v, 0);
    const NodeId y = g_.operand(v, 1);
    NodeId term = kNoNode;
    if (x == element && y != element) term = g_.op(v) == Op::Add ? y : g_.apply(Op::Neg, {y});
    if (g_.op(v) == Op::Add && y == element && x != element) term = x;
    if (term == kNoNode || mentions(term, element) || uses_of(v, element) != 1) return {};
    return Raised{Raised::Kind::Sum, g_.one_hot(g_[state].type, write->place, term), {}};
  }

  /// `a[i] = f(a[i])` for all i: each trip finds its element as it was before the loop.
  std::optional<Raised> of_own_elements(const FoldParts& fold, std::size_t k, Raised write) {
    if (!covers(fold.level, fold.range, g_.type_of(fold.inits[k]).extents, write)) return {};
    std::vector<NodeId> values(k + 2, kNoNode);
    values.back() = fold.inits[k];
    write.value = substitute(g_, write.value, fold.level, values);
    return write;
  }

  /// Whether an assignment goes over all elements of an array, in their order.
  bool covers(int level, const Range& range, const std::vector<NodeId>& extents,
              const Raised& write) const {
    return write.place.size() == 1 && is_state_index(write.place[0], level) &&
           g_.is_constant(range.begin, 0) && g_.is_constant(range.step, 1) &&
           range.end == extents[0];
  }

  bool mentions(NodeId root, NodeId wanted) const {
    const NodeId roots[] = {root};
    const auto found = reachable(g_, roots);
    return std::binary_search(found.begin(), found.end(), wanted);
  }
  int uses_of(NodeId root, NodeId wanted) const {
    const auto o = g_.operands(root);
    return static_cast<int>(std::count(o.begin(), o.end(), wanted));
  }

  /// Whether no two trips write one place: some subscript is the loop's index, plus or minus what
  /// does not change in the loop, times a constant.
  bool is_injective(const std::vector<NodeId>& place, int level) const {
    return std::any_of(place.begin(), place.end(), [&](NodeId e) {
      while (!is_state_index(e, level)) {
        const Op op = g_.op(e);
        if (op != Op::Add && op != Op::Sub && op != Op::Mul) return false;
        const NodeId x = g_.operand(e, 0);
        const NodeId y = g_.operand(e, 1);
        const bool in_x = (g_.free(x) & Graph::bit(level)) != 0;
        const bool in_y = (g_.free(y) & Graph::bit(level)) != 0;
        if (in_x == in_y) return false;
        const NodeId other = in_x ? y : x;
        if (op == Op::Mul && (!g_.is_constant(other) || g_.is_constant(other, 0))) return false;
        e = in_x ? x : y;
      }
      return true;
    });
  }
  bool is_state_index(NodeId e, int level) const {
    return g_.op(e) == Op::Bound && g_[e].level == level && g_.slot(e) == 0;
  }

  /// Arrays that every trip writes anew, at the places of the trip before, with nobody having read
  /// them in between: elsewhere they hold what they did before the loop. Written on that, they are
  /// no longer carried from trip to trip.
  void renew_arrays(int level, const std::vector<NodeId>& inits, std::vector<NodeId>& nexts) {
    for (std::size_t k = 0; k < inits.size(); ++k) {
      if (g_.is_scalar(inits[k])) continue;
      const std::vector<int> uses = count_uses({level, {}, inits, nexts});
      if (uses[k] != 1) continue;
      const NodeId write = only_user(nexts, level, k);
      // What later writes of a trip change, the next trip finds changed.
      if (write == kNoNode || write != nexts[k] || !is_renewing(write, level, k)) continue;
      std::vector<NodeId> values(k + 2, kNoNode);
      values.back() = inits[k];
      for (NodeId& next : nexts) {
        const NodeId made = substitute(g_, next, level, values);
        carry_names(f_, next, made);
        next = made;
      }
    }
  }

  /// In `for i: a[i] = f(a[i]); s += a[i]` over all of an array each trip finds its element as it
  /// was before the loop, whoever reads it. Where there are several arrays they stay in one loop.
  void read_own_elements(int level, const Range& range, const std::vector<NodeId>& inits,
                         std::vector<NodeId>& nexts) {
    if (std::ranges::count_if(inits, [&](NodeId id) { return !g_.is_scalar(id); }) != 1) return;
    for (std::size_t k = 0; k < inits.size(); ++k) {
      const NodeId next = nexts[k];
      if (g_.is_scalar(next) || g_.op(next) != Op::Write) continue;
      const NodeId state = g_.operand(next, 3);
      const auto write = is_state(g_, state, level, k) ? single_write(next) : std::nullopt;
      if (!write || !covers(level, range, g_.type_of(inits[k]).extents, *write)) continue;
      const NodeId element[] = {g_.at(state, write->place)};
      const bool others = std::ranges::any_of(
          nexts, [&](NodeId other) { return other != next && mentions(other, element[0]); });
      if (!others || count_uses({level, range, inits, nexts})[k] != 2) continue;
      const NodeId before[] = {g_.at(inits[k], write->place)};
      for (NodeId& other : nexts) {
        const NodeId made = replace(g_, other, element, before);
        carry_names(f_, other, made);
        other = made;
      }
    }
  }
  NodeId only_user(const std::vector<NodeId>& nexts, int level, std::size_t k) const {
    for (NodeId id : reachable_at(g_, nexts, level)) {
      for (NodeId o : g_.operands(id)) {
        if (is_state(g_, o, level, k)) return id;
      }
    }
    return kNoNode;
  }
  /// Whether a Write goes over a state, at places that are the same in every trip.
  bool is_renewing(NodeId write, int level, std::size_t k) const {
    if (g_.op(write) != Op::Write || !is_state(g_, g_.operand(write, 3), level, k)) return false;
    const auto o = g_.operands(write);
    const auto fixed = [&](NodeId id) { return (g_.free(id) & Graph::bit(level)) == 0; };
    return fixed(o[0]) && fixed(o[1]) && fixed(o[2]) && std::all_of(o.begin() + 5, o.end(), fixed);
  }

  /// Takes a Fold apart, once: what stands for each of its final states.
  const std::vector<NodeId>& parts(NodeId original, const std::set<int>& asked) {
    if (const auto found = parts_.find(original); found != parts_.end()) return found->second;
    NodeId fold = original;
    const FoldParts view = g_.fold_parts(fold);
    const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
    const Range range = view.range;
    const int level = view.level;
    const std::size_t count = inits.size();
    renew_arrays(level, inits, nexts);
    read_own_elements(level, range, inits, nexts);
    const NodeId renewed = g_.fold(level, range, inits, nexts);
    GRADSMITH_CHECK_EQ(g_[renewed].level, level);
    fold = renewed;
    const FoldParts own{level, range, inits, nexts};

    const std::vector<int> uses = count_uses(own);
    std::vector<Raised> raised(count);
    for (std::size_t k = 0; k < count; ++k) {
      if (const auto sum = as_sum(own, k, uses[k])) raised[k] = *sum;
      if (const auto best = as_best(own, k, uses[k])) raised[k] = *best;
      if (const auto array = as_array(own, k, uses[k])) raised[k] = *array;
    }
    // A term that hangs on a state that is carried stays with it.
    for (std::size_t k = 0; k < count; ++k) {
      if (raised[k].kind == Raised::Kind::Carried) continue;
      std::vector<NodeId> values = raised[k].place;
      values.push_back(raised[k].value);
      for (NodeId v : values) {
        const std::vector<bool> states = states_in(g_, v, level, count);
        if (std::find(states.begin(), states.end(), true) != states.end()) raised[k] = {};
      }
    }
    std::vector<NodeId> result(count, kNoNode);
    for (std::size_t k = 0; k < count; ++k) {
      if (raised[k].kind == Raised::Kind::Sum) {
        result[k] = g_.reduce(Op::Add, level, range, inits[k], raised[k].value);
      } else if (raised[k].kind == Raised::Kind::Best) {
        result[k] = g_.reduce(raised[k].reducer, level, range, inits[k], raised[k].value);
      } else if (raised[k].kind == Raised::Kind::Write) {
        result[k] = written(level, range, inits[k], raised[k]);
      }
    }
    std::set<int> carried;
    for (const int k : asked) {
      if (result[static_cast<std::size_t>(k)] == kNoNode) carried.insert(k);
    }
    for (const auto& [k, final] : finals_of(f_, fold, carried)) {
      result[static_cast<std::size_t>(k)] = final;
    }
    return parts_[original] = std::move(result);
  }

  NodeId written(int level, const Range& range, NodeId base, const Raised& r) {
    const std::vector<NodeId> extents = g_.type_of(base).extents;
    if (covers(level, range, extents, r)) return g_.map(level, extents[0], r.value);
    return g_.write(level, range, base, r.value, r.place);
  }

  NodeId raised(NodeId id, NodeId fresh) {
    const NodeId fold = g_.operand(fresh, 0);
    if (traced_.contains(g_.operand(id, 0)) || traced_.contains(fold)) return fresh;
    return parts(fold, asked_.at(g_.operand(id, 0)))[static_cast<std::size_t>(g_.slot(fresh))];
  }

  Function& f_;
  Graph& g_;
  std::unordered_set<NodeId> traced_;
  std::unordered_map<NodeId, std::set<int>> asked_;  // slots, by Fold
  std::unordered_map<NodeId, std::vector<NodeId>> parts_;
};

}  // namespace

Function raise_loops(Function f) {
  Raiser(f).run();
  return f;
}

}  // namespace gradsmith
