#include "commands/not_finite_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/status.hpp"
#include "ir/substitute.hpp"

namespace gradsmith {
namespace {

// As many numbers may be gone through again for the trips of one loop; a few seconds.
constexpr double kMostNumbers = 3e8;

/// A node's value, or one element of it, in row-major order.
struct Target {
  NodeId id = kNoNode;
  std::optional<std::size_t> element;
};

/// A loop in one of whose trips the search is. Inside, its index and states are inputs of the
/// environment.
struct RunningLoop {
  NodeId binder = kNoNode;
  int level = 0;
  std::int64_t begin = 0;
  std::int64_t step = 1;
  std::int64_t trips = 0;
  std::int64_t trip = 0;
  std::vector<NodeId> inputs;  ///< by slot of Bound; kNoNode: not mentioned
  std::vector<NodeId> inits;
  std::vector<NodeId> body;
  std::size_t names = 0;  ///< how many scopes of names there are inside
};

class Search {
 public:
  Search(Function f, Environment environment, const std::string& sample_count)
      : f_(std::move(f)),
        g_(f_.graph),
        environment_(std::move(environment)),
        sample_count_(sample_count) {}

  FirstNotFinite run() {
    FirstNotFinite found;
    Target at{f_.outputs.front().value, {}};
    if (is_finite(value(at.id), at)) return found;
    std::string name;
    SourceLocation where;
    while (true) {
      const Origin* origin = named(at.id);
      if (origin) name = origin->name;
      if (const SourceLocation here = place(at.id); here.known()) where = here;
      const Target next = cause(at);
      if (next.id == kNoNode) break;
      at = next;
    }
    found.sentence = sentence(at, name, where);
    for (const RunningLoop& loop : loops_) {
      if (!is_over_samples(loop)) continue;
      found.sample = static_cast<std::size_t>(loop.trip);
      break;
    }
    return found;
  }

 private:
  static bool is_finite(const Value& v, const Target& t) {
    if (t.element) return std::isfinite(v.numbers.at(*t.element));
    return std::ranges::all_of(v.numbers, [](long double x) { return std::isfinite(x); });
  }
  bool is_finite(const Target& t) { return is_finite(value(t.id), t); }

  /// With the indices and states of the loops that the search is in.
  NodeId closed(NodeId id) {
    for (std::size_t k = loops_.size(); k-- > 0;) {
      const RunningLoop& loop = loops_[k];
      if (g_.free(id) & Graph::bit(loop.level)) {
        id = substitute(g_, id, loop.level, loop.inputs);
      }
    }
    if (g_.free(id) != 0) throw EvaluationError("a loop that is not entered");
    return id;
  }
  Value value(NodeId id) { return evaluate<double>(g_, closed(id), environment_); }
  std::int64_t integer(NodeId id) { return static_cast<std::int64_t>(value(id).number()); }

  std::string number(NodeId id) {
    const auto x = static_cast<double>(value(id).number());
    return std::isnan(x) ? "nan" : fmt::format("{}", x);
  }

  const Origin* named(NodeId id) const {
    for (std::size_t k = scopes_.size(); k-- > 0;) {
      if (const Origin* origin = f_.provenance.named(id, scopes_[k])) return origin;
    }
    return nullptr;
  }
  SourceLocation place(NodeId id) const {
    for (std::size_t k = scopes_.size(); k-- > 0;) {
      const SourceLocation where = f_.provenance.where(id, scopes_[k]);
      if (where.known()) return where;
    }
    return {};
  }

  std::string sentence(const Target& at, const std::string& name, SourceLocation where) {
    const double x = static_cast<double>(value(at.id).numbers.at(at.element.value_or(0)));
    std::string text = name.empty() ? "an intermediate quantity" : "'" + name + "'";
    text += std::isnan(x) ? " is nan" : fmt::format(" is {}", x);
    if (where.known() && where.file < f_.files.size()) {
      text += fmt::format(" at {}:{}", f_.files[where.file], where.line);
    }
    const bool read = g_.op(at.id) == Op::At && g_.op(g_.operand(at.id, 0)) == Op::Input;
    if (read || g_.op(at.id) == Op::Input) return text + ": it is an argument";
    if (!is_operator(g_.op(at.id))) return text;
    const OpRow& row = op_row(g_.op(at.id));
    const std::vector<NodeId> nodes = operands(at.id);
    std::vector<std::string> numbers;
    for (const NodeId o : nodes) {
      if (g_.is_scalar(o)) numbers.push_back(number(o));
    }
    if (numbers.size() != static_cast<std::size_t>(row.operands)) return text;
    if (numbers.size() == 2 && row.spelling.size() == 1) {
      return text + fmt::format(": {} {} {}", numbers[0], row.spelling, numbers[1]);
    }
    return text + fmt::format(": {}({})", row.spelling, join(numbers));
  }

  /// A copy: the graph grows while they are gone through.
  std::vector<NodeId> operands(NodeId id) const {
    const auto o = g_.operands(id);
    return {o.begin(), o.end()};
  }

  /// What is not finite already where the target is computed; kNoNode: nothing, or it cannot be
  /// told.
  Target cause(const Target& at) {
    switch (g_.op(at.id)) {
      case Op::If: {
        const NodeId condition = g_.operand(at.id, 0);
        const NodeId taken = g_.operand(at.id, value(condition).number() != 0 ? 1 : 2);
        scopes_.push_back(at.id);
        return {taken, at.element};
      }
      case Op::Final:
        return cause_of_state(g_.operand(at.id, 0), g_.slot(at.id), at.element);
      case Op::Bound:
        return cause_of_bound(at);
      case Op::At:
        return element_read(at);
      case Op::Write:
        return cause_of_write(at);
      case Op::Pack:
        return at.element ? Target{g_.operand(at.id, *at.element), {}} : Target{};
      case Op::Map:
        return cause_of_map(at);
      case Op::Reduce:
        return cause_of_reduce(at);
      default:
        return cause_among_operands(at);
    }
  }

  Target cause_among_operands(const Target& at) {
    if (!g_.is_scalar(at.id)) return {};
    for (const NodeId o : operands(at.id)) {
      if (!g_.is_scalar(o) || !is_floating(g_.element(o))) continue;
      if (!is_finite({o, {}})) return {o, {}};
    }
    return {};
  }

  /// The place of an element in an array of these extents; nothing for a part of it.
  std::optional<std::size_t> flat(const std::vector<std::int64_t>& extents,
                                  std::span<const NodeId> indices) {
    if (indices.size() != extents.size()) return {};
    std::int64_t at = 0;
    for (std::size_t k = 0; k < indices.size(); ++k) at = at * extents[k] + integer(indices[k]);
    return static_cast<std::size_t>(at);
  }

  Target element_read(const Target& at) {
    const std::vector<NodeId> o = operands(at.id);
    if (g_.op(o[0]) == Op::Input) return {};
    const auto element = flat(value(o[0]).extents, std::span(o).subspan(1));
    return element ? Target{o[0], element} : Target{};
  }

  bool is_over_samples(const RunningLoop& loop) const {
    if (g_.op(loop.binder) != Op::Fold || loop.begin != 0 || loop.step != 1) return false;
    const NodeId end = g_.fold_parts(loop.binder).range.end;
    return g_.op(end) == Op::Input && g_.input_name(end) == sample_count_;
  }

  /// Goes into a loop; its body is what stands behind `outside` operands.
  RunningLoop& enter(NodeId binder) {
    RunningLoop loop;
    loop.binder = binder;
    loop.level = g_[binder].level;
    const std::vector<NodeId> o = operands(binder);
    const std::size_t outside = g_.outside_operands(binder);
    if (g_.op(binder) == Op::Map) {
      loop.trips = integer(o[0]);
    } else {
      loop.begin = integer(o[0]);
      loop.step = integer(o[2]);
      loop.trips = trip_count(loop.begin, integer(o[1]), loop.step);
      loop.inits.assign(o.begin() + 3, o.begin() + static_cast<std::ptrdiff_t>(outside));
    }
    loop.body.assign(o.begin() + static_cast<std::ptrdiff_t>(outside), o.end());
    for (const NodeId id : reachable_at(g_, loop.body, loop.level)) {
      if (g_.op(id) != Op::Bound || g_[id].level != loop.level) continue;
      const auto slot = static_cast<std::size_t>(g_.slot(id));
      if (loop.inputs.size() <= slot) loop.inputs.resize(slot + 1, kNoNode);
      const std::string name = fmt::format("#{}.{}.{}", loops_.size(), slot, g_[id].type);
      loop.inputs[slot] = g_.input(name, g_[id].type);
    }
    double numbers = 0;
    for (const auto& [name, v] : environment_) numbers += static_cast<double>(v.numbers.size());
    if (numbers * static_cast<double>(loop.trips) > kMostNumbers) {
      throw EvaluationError("a loop of too many trips");
    }
    loops_.push_back(std::move(loop));
    scopes_.push_back(binder);
    loops_.back().names = scopes_.size();
    return loops_.back();
  }

  void leave(std::size_t loops) {
    while (loops_.size() > loops) {
      scopes_.resize(loops_.back().names - 1);
      loops_.pop_back();
    }
  }

  void set_trip(RunningLoop& loop, std::int64_t trip, const std::vector<Value>& states) {
    loop.trip = trip;
    const auto set = [&](std::size_t slot, const Value& v) {
      if (slot >= loop.inputs.size() || loop.inputs[slot] == kNoNode) return;
      environment_.insert_or_assign(g_.input_name(loop.inputs[slot]), v);
    };
    set(0, Value::index(loop.begin + trip * loop.step));
    for (std::size_t k = 0; k < states.size(); ++k) set(k + 1, states[k]);
  }

  /// Of the trips before `end` the one since which the state is not finite; -1: always. The loop is
  /// left in that trip.
  std::int64_t since_when(std::size_t state, std::optional<std::size_t> element, std::int64_t end) {
    RunningLoop& loop = loops_.back();
    std::vector<Value> states = initial_states(loop);
    std::vector<NodeId> nexts;
    for (const NodeId id : loop.body) nexts.push_back(closed(id));
    const Target target{kNoNode, element};
    bool was_finite = is_finite(states[state], target);
    std::int64_t since = -1;
    std::vector<Value> before;
    for (std::int64_t t = 0; t < end; ++t) {
      set_trip(loop, t, states);
      std::vector<Value> next = evaluate<double>(g_, nexts, environment_);
      const bool finite = is_finite(next[state], target);
      if (!finite && was_finite) {
        since = t;
        before = states;
      }
      was_finite = finite;
      states = std::move(next);
    }
    if (since >= 0) set_trip(loop, since, before);
    return since;
  }

  std::vector<Value> initial_states(const RunningLoop& loop) {
    std::vector<NodeId> inits;
    for (const NodeId id : loop.inits) inits.push_back(closed(id));
    return evaluate<double>(g_, inits, environment_);
  }

  Target into_trip(std::size_t state, std::optional<std::size_t> element, std::int64_t end) {
    const std::int64_t since = since_when(state, element, end);
    if (since >= 0) return {loops_.back().body[state], element};
    const NodeId init = loops_.back().inits[state];
    leave(loops_.size() - 1);
    return {init, element};
  }

  Target cause_of_state(NodeId fold, int state, std::optional<std::size_t> element) {
    const RunningLoop& loop = enter(fold);
    return into_trip(static_cast<std::size_t>(state), element, loop.trips);
  }

  /// A state, as the trip found it.
  Target cause_of_bound(const Target& at) {
    std::size_t k = loops_.size();
    while (k > 0 && loops_[k - 1].level != g_[at.id].level) --k;
    if (k == 0 || g_.slot(at.id) == 0 || g_.op(loops_[k - 1].binder) != Op::Fold) return {};
    leave(k);
    scopes_.resize(loops_.back().names);
    return into_trip(static_cast<std::size_t>(g_.slot(at.id) - 1), at.element, loops_.back().trip);
  }

  Target cause_of_write(const Target& at) {
    const NodeId base = g_.operand(at.id, 3);
    const std::vector<std::int64_t> extents = value(base).extents;
    RunningLoop& loop = enter(at.id);
    const std::span<const NodeId> indices = std::span(loop.body).subspan(1);
    for (std::int64_t t = loop.trips; t-- > 0;) {
      set_trip(loop, t, {});
      const bool here = !at.element || flat(extents, indices) == at.element;
      if (here && !is_finite({loop.body[0], {}})) return {loop.body[0], {}};
      if (here && at.element) return {};
    }
    leave(loops_.size() - 1);
    return {base, at.element};
  }

  Target cause_of_map(const Target& at) {
    const Value whole = value(at.id);
    RunningLoop& loop = enter(at.id);
    const std::size_t each = whole.numbers.size() / static_cast<std::size_t>(loop.trips);
    const auto first =
        std::ranges::find_if(whole.numbers, [](long double x) { return !std::isfinite(x); });
    const std::size_t element =
        at.element.value_or(static_cast<std::size_t>(first - whole.numbers.begin()));
    set_trip(loop, static_cast<std::int64_t>(element / each), {});
    return {loop.body[0], each == 1 && g_.is_scalar(loop.body[0])
                              ? std::optional<std::size_t>()
                              : std::optional<std::size_t>(element % each)};
  }

  Target cause_of_reduce(const Target& at) {
    const NodeId init = g_.operand(at.id, 3);
    RunningLoop& loop = enter(at.id);
    for (std::int64_t t = 0; t < loop.trips; ++t) {
      set_trip(loop, t, {});
      if (!is_finite({loop.body[0], at.element})) return {loop.body[0], at.element};
    }
    leave(loops_.size() - 1);
    return is_finite({init, at.element}) ? Target{} : Target{init, at.element};
  }

  Function f_;
  Graph& g_;
  Environment environment_;
  const std::string& sample_count_;
  std::vector<RunningLoop> loops_;                  ///< from the outermost one in
  std::vector<ScopeId> scopes_ = {kFunctionScope};  ///< of names
};

}  // namespace

FirstNotFinite search_not_finite(Function f, Environment environment,
                                 const std::string& sample_count) {
  return Search(std::move(f), std::move(environment), sample_count).run();
}

}  // namespace gradsmith
