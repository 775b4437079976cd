#include "frontend/initial_values.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kMostSteps = 200'000'000;

struct TooLong {};

/// A scalar: an integer or condition that may be known, and the inputs that it depends on, a bit
/// each.
struct Scalar {
  std::int64_t value = 0;
  std::uint64_t from = 0;
  bool known = false;

  bool operator==(const Scalar&) const = default;
};

/// Elements row-major; one for a scalar.
using Elements = std::shared_ptr<const std::vector<Scalar>>;

Elements scalar(Scalar s) { return std::make_shared<const std::vector<Scalar>>(1, s); }

class Follower {
 public:
  /// With `trips`, loops of constant range are followed trip by trip.
  Follower(const Graph& graph, const std::unordered_map<NodeId, std::uint64_t>& bits, bool trips)
      : g_(graph), bits_(bits), trips_(trips), values_(graph.size()) {}

  std::uint64_t follow(std::span<const NodeId> roots) {
    run(nodes_under(roots, 0, 0));
    std::uint64_t from = 0;
    for (NodeId root : roots) from |= all(*values_[root]);
    return from;
  }

 private:
  static std::uint64_t all(const std::vector<Scalar>& elements) {
    std::uint64_t from = 0;
    for (const Scalar& s : elements) from |= s.from;
    return from;
  }

  /// The nodes below that depend on `level` (0: on none) and on nothing else outside `outer`.
  std::vector<NodeId> nodes_under(std::span<const NodeId> roots, int level, std::uint64_t outer) {
    const std::uint64_t bit = level == 0 ? 0 : Graph::bit(level);
    std::vector<NodeId> found, stack;
    std::unordered_map<NodeId, bool> seen;
    const auto visit = [&](NodeId id) {
      if (level != 0 && (g_.free(id) & bit) == 0) return;
      if (seen.emplace(id, true).second) stack.push_back(id);
    };
    for (NodeId root : roots) visit(root);
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if ((g_.free(id) & ~(outer | bit)) == 0) found.push_back(id);
      for (NodeId o : g_.operands(id)) visit(o);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  void run(const std::vector<NodeId>& nodes) {
    for (NodeId id : nodes) {
      if (g_.op(id) == Op::Fold) {
        fold(id);
      } else if (g_.op(id) != Op::Bound) {
        values_[id] = evaluate(id);
        spend(static_cast<std::int64_t>(values_[id]->size()));
      }
    }
  }

  void spend(std::int64_t steps) {
    if ((steps_ += steps) > kMostSteps && trips_) throw TooLong{};
  }

  const Scalar& at(NodeId id) const { return (*values_[id])[0]; }

  void fold(NodeId id) {
    const FoldParts parts = g_.fold_parts(id);
    auto& nodes = bodies_[id];
    if (nodes.empty()) nodes = nodes_under(parts.nexts, parts.level, g_.free(id));
    std::vector<Elements> states;
    for (NodeId init : parts.inits) states.push_back(values_[init]);
    const Scalar& begin = at(parts.range.begin);
    const Scalar& end = at(parts.range.end);
    const Scalar& step = at(parts.range.step);
    if (trips_ && begin.known && end.known && step.known) {
      const std::int64_t trips = trip_count(begin.value, end.value, step.value);
      const std::int64_t first = begin.value, by = step.value;
      for (std::int64_t trip = 0; trip < trips; ++trip) {
        states = next_states(nodes, parts, {first + trip * by, 0, true}, states);
      }
    } else {
      // Any number of trips: what one more trip adds is joined until it adds nothing.
      const Scalar index{0, begin.from | end.from | step.from, false};
      for (bool grows = true; grows;) {
        const std::vector<Elements> next = next_states(nodes, parts, index, states);
        grows = false;
        for (std::size_t k = 0; k < states.size(); ++k) {
          const Elements both = choose({0, index.from, false}, states[k], next[k]);
          grows = grows || *both != *states[k];
          states[k] = both;
        }
      }
    }
    finals_[id] = std::move(states);
  }

  std::vector<Elements> next_states(const std::vector<NodeId>& nodes, const FoldParts& parts,
                                    Scalar index, const std::vector<Elements>& states) {
    spend(1);
    for (NodeId n : nodes) {
      if (g_.op(n) != Op::Bound) continue;
      const auto slot = static_cast<std::size_t>(g_.slot(n));
      values_[n] = slot == 0 ? scalar(index) : states[slot - 1];
    }
    run(nodes);
    std::vector<Elements> next;
    for (NodeId id : parts.nexts) next.push_back(values_[id]);
    return next;
  }

  Elements evaluate(NodeId id) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::Constant:
        return scalar({is_floating(g_.element(id)) ? 0 : g_.index_value(id), 0,
                       !is_floating(g_.element(id))});
      case Op::Input: {
        const auto bit = bits_.find(id);
        return spread(id, {0, bit == bits_.end() ? 0 : bit->second, false});
      }
      case Op::If:
        return choose(at(o[0]), values_[o[1]], values_[o[2]]);
      case Op::At:
        return element(o);
      case Op::Pack: {
        std::vector<Scalar> elements;
        for (NodeId e : o) elements.push_back(at(e));
        return std::make_shared<const std::vector<Scalar>>(std::move(elements));
      }
      case Op::Map:
        GRADSMITH_CHECK((g_.free(o[1]) & Graph::bit(g_[id].level)) == 0, "lowering made a Map");
        return repeat(id, *values_[o[1]]);
      case Op::Write:
        return write(id, o);
      case Op::Final:
        return finals_.at(o[0])[static_cast<std::size_t>(g_.slot(id))];
      default:
        GRADSMITH_CHECK(is_operator(g_.op(id)) || g_.op(id) == Op::Convert, "lowering made a {}",
                        op_name(g_.op(id)));
        return operation(id, o);
    }
  }

  Elements spread(NodeId id, Scalar s) { return repeat(id, {s}); }

  Elements repeat(NodeId id, const std::vector<Scalar>& part) {
    const auto count = static_cast<std::size_t>(g_.element_count(g_[id].type));
    spend(static_cast<std::int64_t>(count));
    std::vector<Scalar> elements;
    while (elements.size() < count) elements.insert(elements.end(), part.begin(), part.end());
    return std::make_shared<const std::vector<Scalar>>(std::move(elements));
  }

  static Elements choose(const Scalar& c, const Elements& a, const Elements& b) {
    if (c.known) return c.value != 0 ? a : b;
    std::vector<Scalar> both = *a;
    for (std::size_t i = 0; i < both.size(); ++i) {
      const Scalar& other = (*b)[i];
      both[i].known = both[i].known && other.known && both[i].value == other.value;
      both[i].from |= other.from | c.from;
    }
    return std::make_shared<const std::vector<Scalar>>(std::move(both));
  }

  /// Where an element begins among those of an array, and how many scalars it has; no position
  /// where a subscript is not known or outside.
  struct Part {
    std::optional<std::size_t> begin;
    std::size_t size = 1;
    std::uint64_t from = 0;  ///< of the subscripts
  };

  Part part_of(NodeId array, std::span<const NodeId> subscripts) const {
    const std::vector<std::int64_t> extents = g_.constant_extents(g_[array].type);
    Part part;
    part.begin = 0;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      if (i >= subscripts.size()) {
        part.size *= static_cast<std::size_t>(extents[i]);
        continue;
      }
      const Scalar& s = at(subscripts[i]);
      part.from |= s.from;
      const bool inside = s.known && s.value >= 0 && s.value < extents[i];
      if (!inside) part.begin.reset();
      if (part.begin) {
        part.begin = *part.begin * static_cast<std::size_t>(extents[i]) +
                     static_cast<std::size_t>(s.value);
      }
    }
    if (part.begin) *part.begin *= part.size;
    return part;
  }

  Elements element(std::span<const NodeId> o) const {
    const Part part = part_of(o[0], o.subspan(1));
    const std::vector<Scalar>& whole = *values_[o[0]];
    if (part.begin) {
      const auto first = whole.begin() + static_cast<std::ptrdiff_t>(*part.begin);
      return std::make_shared<const std::vector<Scalar>>(
          first, first + static_cast<std::ptrdiff_t>(part.size));
    }
    return std::make_shared<const std::vector<Scalar>>(
        part.size, Scalar{0, part.from | all(whole), false});
  }

  Elements write(NodeId id, std::span<const NodeId> o) const {
    const Range range = g_.range_of(id);
    const bool once = g_.is_constant(range.begin, 0) && g_.is_constant(range.end, 1);
    GRADSMITH_CHECK(once, "lowering made a Write over a range");
    const Part part = part_of(o[3], o.subspan(5));
    std::vector<Scalar> whole = *values_[o[3]];
    const std::vector<Scalar>& value = *values_[o[4]];
    if (part.begin) {
      std::copy(value.begin(), value.end(),
                whole.begin() + static_cast<std::ptrdiff_t>(*part.begin));
    } else {
      const std::uint64_t from = part.from | all(value);
      for (Scalar& s : whole) s = {0, s.from | from, false};
    }
    return std::make_shared<const std::vector<Scalar>>(std::move(whole));
  }

  Elements operation(NodeId id, std::span<const NodeId> o) const {
    Scalar result;
    bool all_known = true;
    for (NodeId x : o) {
      result.from |= at(x).from;
      all_known = all_known && at(x).known;
    }
    const auto computed = all_known ? integer(id, o) : std::nullopt;
    if (computed) result = {*computed, result.from, true};
    return scalar(result);
  }

  std::optional<std::int64_t> integer(NodeId id, std::span<const NodeId> o) const {
    const std::int64_t x = at(o[0]).value;
    const std::int64_t y = o.size() > 1 ? at(o[1]).value : 0;
    std::int64_t r = 0;
    switch (g_.op(id)) {
      case Op::Convert:
        if (is_floating(g_.element(id)) || is_floating(g_.element(o[0]))) return std::nullopt;
        return g_.element(id) == Element::Bool ? x != 0 : x;
      case Op::Add:
        return __builtin_add_overflow(x, y, &r) ? std::nullopt : std::optional(r);
      case Op::Sub:
        return __builtin_sub_overflow(x, y, &r) ? std::nullopt : std::optional(r);
      case Op::Mul:
        return __builtin_mul_overflow(x, y, &r) ? std::nullopt : std::optional(r);
      case Op::Neg:
        return __builtin_sub_overflow(std::int64_t{0}, x, &r) ? std::nullopt : std::optional(r);
      case Op::Quotient:
      case Op::Remainder:
        if (y == 0 || y == -1) return std::nullopt;
        return g_.op(id) == Op::Quotient ? x / y : x % y;
      case Op::Min:
        return y < x ? y : x;
      case Op::Max:
        return x < y ? y : x;
      case Op::Lt:
        return x < y;
      case Op::Le:
        return x <= y;
      case Op::Gt:
        return x > y;
      case Op::Ge:
        return x >= y;
      case Op::Eq:
        return x == y;
      case Op::Ne:
        return x != y;
      case Op::And:
        return x != 0 && y != 0;
      case Op::Or:
        return x != 0 || y != 0;
      case Op::Not:
        return x == 0;
      default:
        return std::nullopt;
    }
  }

  const Graph& g_;
  const std::unordered_map<NodeId, std::uint64_t>& bits_;
  bool trips_;
  std::vector<Elements> values_;
  std::unordered_map<NodeId, std::vector<Elements>> finals_;
  std::unordered_map<NodeId, std::vector<NodeId>> bodies_;
  std::int64_t steps_ = 0;
};

}  // namespace

std::vector<bool> may_depend(const Graph& graph, std::span<const NodeId> roots,
                             std::span<const NodeId> inputs) {
  std::vector<bool> found;
  // 64 inputs at a time, a bit each.
  for (std::size_t first = 0; first < inputs.size(); first += 64) {
    const auto some = inputs.subspan(first, std::min<std::size_t>(64, inputs.size() - first));
    std::unordered_map<NodeId, std::uint64_t> bits;
    for (std::size_t i = 0; i < some.size(); ++i) bits[some[i]] = std::uint64_t{1} << i;
    std::uint64_t from = 0;
    try {
      from = Follower(graph, bits, /*trips=*/true).follow(roots);
    } catch (const TooLong&) {
      from = Follower(graph, bits, /*trips=*/false).follow(roots);
    }
    for (std::size_t i = 0; i < some.size(); ++i) found.push_back(((from >> i) & 1) != 0);
  }
  return found;
}

}  // namespace gradsmith::frontend
