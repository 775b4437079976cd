#include "frontend/follow_inputs.hpp"

#include <algorithm>
#include <optional>

#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kMostSteps = 200'000'000;

/// What an operator gives for integers and conditions (0 or 1); empty where C++ leaves it undefined
/// or the operator is none of integers.
std::optional<std::int64_t> integer(Op op, std::int64_t x, std::int64_t y) {
  std::int64_t r = 0;
  switch (op) {
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
      return op == Op::Quotient ? x / y : x % y;
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

bool is_state(const Graph& g, NodeId id, const FoldParts& parts, std::size_t k) {
  return g.op(id) == Op::Bound && g[id].level == parts.level &&
         static_cast<std::size_t>(g.slot(id)) == k + 1;
}

}  // namespace

InputFollower::InputFollower(const Graph& graph,
                             const std::unordered_map<NodeId, std::uint64_t>& bits, bool trips)
    : g_(graph), bits_(bits), trips_(trips), values_(graph.size()) {}

std::vector<std::uint64_t> InputFollower::follow(std::span<const NodeId> roots) {
  run(body_under(roots, 0, 0));
  std::vector<std::uint64_t> from;
  for (NodeId root : roots) from.push_back(all(*values_[root]));
  return from;
}

std::optional<std::pair<NodeId, NodeId>> InputFollower::parts_of(NodeId id, Op op) const {
  const auto o = g_.operands(id);
  if (g_.op(id) == op) return std::pair{o[0], o[1]};
  if (g_.op(id) != Op::If || g_.element(id) != Element::Bool) return std::nullopt;
  if (op == Op::And && g_.is_constant(o[2], 0)) return std::pair{o[0], o[1]};
  if (op == Op::Or && g_.is_constant(o[1], 1)) return std::pair{o[0], o[2]};
  return std::nullopt;
}

void InputFollower::assume(NodeId condition, bool value) {
  if (!assumed_.emplace(condition, value).second) return;
  const auto o = g_.operands(condition);
  switch (g_.op(condition)) {
    case Op::Not:
      assume(o[0], !value);
      return;
    case Op::And:
    case Op::Or:
    case Op::If:
      // a && b and a || b, also where they are written as choices.
      if (const auto both = parts_of(condition, value ? Op::And : Op::Or)) {
        assume(both->first, value);
        assume(both->second, value);
      }
      return;
    case Op::Final: {
      // A flag that is false after the loop, and only ever set, was false in every trip.
      const FoldParts parts = g_.fold_parts(o[0]);
      const auto k = static_cast<std::size_t>(g_.slot(condition));
      const NodeId next = parts.nexts[k];
      const auto set = parts_of(next, Op::Or);
      const bool only_set = set && is_state(g_, set->first, parts, k);
      if (!value && only_set) assume(next, false);
      return;
    }
    default:
      return;
  }
}

InputFollower::Elements InputFollower::scalar(Scalar s) {
  return std::make_shared<std::vector<Scalar>>(1, s);
}

std::uint64_t InputFollower::all(const std::vector<Scalar>& elements) {
  std::uint64_t from = 0;
  for (const Scalar& s : elements) from |= s.from;
  return from;
}

/// The nodes below that depend on `level` (0: on none) and on nothing else outside `outer`.
InputFollower::Body InputFollower::body_under(std::span<const NodeId> roots, int level,
                                              std::uint64_t outer) const {
  const std::uint64_t bit = level == 0 ? 0 : Graph::bit(level);
  Body body;
  std::vector<NodeId> stack;
  std::unordered_map<NodeId, NodeId> last_user;  // kNoNode: a root, or used in an inner loop
  const auto visit = [&](NodeId id, NodeId user) {
    if (level != 0 && (g_.free(id) & bit) == 0) return;
    const auto [found, is_new] = last_user.emplace(id, user);
    if (is_new) stack.push_back(id);
    found->second = std::max(found->second, user);
  };
  for (NodeId root : roots) visit(root, kNoNode);
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    const bool here = (g_.free(id) & ~(outer | bit)) == 0;
    if (here) body.nodes.push_back(id);
    for (NodeId o : g_.operands(id)) visit(o, here ? id : kNoNode);
  }
  std::sort(body.nodes.begin(), body.nodes.end());
  for (NodeId id : body.nodes) {
    if (g_.op(id) != Op::Write) continue;
    const auto base = last_user.find(g_.operand(id, 3));
    if (base != last_user.end() && base->second == id) body.last_uses.insert(id);
  }
  return body;
}

void InputFollower::spend(std::int64_t steps) {
  if ((steps_ += steps) > kMostSteps && trips_) throw TooLong{};
}

void InputFollower::run(const Body& body) {
  for (NodeId id : body.nodes) {
    spend(1);
    if (const auto assumed = assumed_.find(id); assumed != assumed_.end()) {
      values_[id] = scalar({assumed->second, 0, true});
    } else if (g_.op(id) == Op::Fold) {
      fold(id);
    } else if (g_.op(id) != Op::Bound) {
      values_[id].reset();
      values_[id] = evaluate(id, body.last_uses.contains(id));
    }
  }
}

void InputFollower::fold(NodeId id) {
  const FoldParts parts = g_.fold_parts(id);
  Body& body = bodies_[id];
  if (body.nodes.empty()) body = body_under(parts.nexts, parts.level, g_.free(id));
  std::vector<Elements> states;
  for (NodeId init : parts.inits) states.push_back(values_[init]);
  const Scalar& begin = at(parts.range.begin);
  const Scalar& end = at(parts.range.end);
  const Scalar& step = at(parts.range.step);
  if (trips_ && begin.known && end.known && step.known) {
    const std::int64_t trips = trip_count(begin.value, end.value, step.value);
    const std::int64_t first = begin.value, by = step.value;
    for (std::int64_t trip = 0; trip < trips; ++trip) {
      states = next_states(body, parts, {first + trip * by, 0, true}, std::move(states));
    }
  } else {
    // Any number of trips: what one more trip adds is joined until it adds nothing.
    const Scalar index{0, begin.from | end.from | step.from, false};
    for (bool grows = true; grows;) {
      const std::vector<Elements> next = next_states(body, parts, index, states);
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

std::vector<InputFollower::Elements> InputFollower::next_states(const Body& body,
                                                                const FoldParts& parts,
                                                                Scalar index,
                                                                std::vector<Elements> states) {
  spend(1);
  for (NodeId n : body.nodes) {
    if (g_.op(n) != Op::Bound || assumed_.contains(n)) continue;
    const auto slot = static_cast<std::size_t>(g_.slot(n));
    values_[n] = slot == 0 ? scalar(index) : std::move(states[slot - 1]);
  }
  run(body);
  // Handed over where nobody else can ask for it, so that a Write may go on in place.
  std::unordered_map<NodeId, int> wanted;
  for (NodeId id : parts.nexts) ++wanted[id];
  std::vector<Elements> next;
  for (NodeId id : parts.nexts) {
    const bool alone = g_.op(id) == Op::Write && (g_.free(id) & Graph::bit(parts.level)) != 0;
    if (alone && wanted[id] == 1) {
      next.push_back(std::move(values_[id]));
    } else {
      next.push_back(values_[id]);
    }
  }
  return next;
}

InputFollower::Elements InputFollower::evaluate(NodeId id, bool in_place) {
  const auto o = g_.operands(id);
  switch (g_.op(id)) {
    case Op::Constant:
      return scalar(
          {is_floating(g_.element(id)) ? 0 : g_.index_value(id), 0, !is_floating(g_.element(id))});
    case Op::Input: {
      const auto bit = bits_.find(id);
      return repeat(id, {{0, bit == bits_.end() ? 0 : bit->second, false}});
    }
    case Op::If:
      return choose(at(o[0]), values_[o[1]], values_[o[2]]);
    case Op::At:
      return element(o);
    case Op::Pack: {
      std::vector<Scalar> elements;
      for (NodeId e : o) elements.push_back(at(e));
      return std::make_shared<std::vector<Scalar>>(std::move(elements));
    }
    case Op::Map:
      GRADSMITH_CHECK((g_.free(o[1]) & Graph::bit(g_[id].level)) == 0, "lowering made a Map");
      return repeat(id, *values_[o[1]]);
    case Op::Write:
      return write(id, o, in_place);
    case Op::Final:
      return finals_.at(o[0])[static_cast<std::size_t>(g_.slot(id))];
    default:
      GRADSMITH_CHECK(is_operator(g_.op(id)) || g_.op(id) == Op::Convert, "lowering made a {}",
                      op_name(g_.op(id)));
      return operation(id, o);
  }
}

InputFollower::Elements InputFollower::repeat(NodeId id, const std::vector<Scalar>& part) {
  const std::size_t count = count_of(g_[id].type);
  spend(static_cast<std::int64_t>(count));
  std::vector<Scalar> elements;
  while (elements.size() < count) elements.insert(elements.end(), part.begin(), part.end());
  return std::make_shared<std::vector<Scalar>>(std::move(elements));
}

InputFollower::Elements InputFollower::choose(const Scalar& c, const Elements& a,
                                              const Elements& b) {
  if (c.known) return c.value != 0 ? a : b;
  spend(static_cast<std::int64_t>(a->size()));
  std::vector<Scalar> both = *a;
  for (std::size_t i = 0; i < both.size(); ++i) {
    const Scalar& other = (*b)[i];
    both[i].known = both[i].known && other.known && both[i].value == other.value;
    both[i].from |= other.from | c.from;
  }
  return std::make_shared<std::vector<Scalar>>(std::move(both));
}

InputFollower::Part InputFollower::part_of(NodeId array, std::span<const NodeId> subscripts) const {
  const std::vector<NodeId>& extents = g_.type_of(array).extents;
  Part part;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    // Of an array of unknown length one element stands for all.
    const bool constant = g_.is_constant(extents[i]);
    const std::int64_t extent = constant ? g_.index_value(extents[i]) : 1;
    const auto stride = static_cast<std::size_t>(extent);
    if (i >= subscripts.size()) {
      part.size *= stride;
      continue;
    }
    const Scalar& s = at(subscripts[i]);
    part.from |= s.from;
    part.known = part.known && constant && s.known && s.value >= 0 && s.value < extent;
    if (part.known) part.begin = part.begin * stride + static_cast<std::size_t>(s.value);
  }
  part.begin *= part.size;
  return part;
}

std::size_t InputFollower::count_of(TypeId type) const {
  std::size_t count = 1;
  for (NodeId extent : g_.type(type).extents) {
    if (g_.is_constant(extent)) count *= static_cast<std::size_t>(g_.index_value(extent));
  }
  return count;
}

InputFollower::Elements InputFollower::element(std::span<const NodeId> o) {
  const Part part = part_of(o[0], o.subspan(1));
  const std::vector<Scalar>& whole = *values_[o[0]];
  spend(static_cast<std::int64_t>(part.known ? part.size : whole.size()));
  if (part.known) {
    const auto first = whole.begin() + static_cast<std::ptrdiff_t>(part.begin);
    return std::make_shared<std::vector<Scalar>>(first,
                                                 first + static_cast<std::ptrdiff_t>(part.size));
  }
  return std::make_shared<std::vector<Scalar>>(part.size, Scalar{0, part.from | all(whole), false});
}

InputFollower::Elements InputFollower::write(NodeId id, std::span<const NodeId> o, bool in_place) {
  const Range range = g_.range_of(id);
  GRADSMITH_CHECK(g_.is_constant(range.begin, 0) && g_.is_constant(range.end, 1),
                  "lowering made a Write over a range");
  const Part part = part_of(o[3], o.subspan(5));
  Elements whole = in_place ? std::move(values_[o[3]]) : values_[o[3]];
  if (!in_place || whole.use_count() > 1) {
    spend(static_cast<std::int64_t>(whole->size()));
    whole = std::make_shared<std::vector<Scalar>>(*whole);
  }
  const std::vector<Scalar>& value = *values_[o[4]];
  if (part.known) {
    std::copy(value.begin(), value.end(), whole->begin() + static_cast<std::ptrdiff_t>(part.begin));
  } else {
    const std::uint64_t from = part.from | all(value);
    for (Scalar& s : *whole) s = {0, s.from | from, false};
  }
  return whole;
}

InputFollower::Elements InputFollower::operation(NodeId id, std::span<const NodeId> o) const {
  Scalar result;
  bool all_known = true;
  for (NodeId x : o) {
    result.from |= at(x).from;
    all_known = all_known && at(x).known;
  }
  std::optional<std::int64_t> computed;
  if (all_known && g_.op(id) == Op::Convert) {
    if (g_.element(id) == Element::Index) computed = at(o[0]).value;
    if (g_.element(id) == Element::Bool) computed = at(o[0]).value != 0;
  } else if (all_known) {
    computed = integer(g_.op(id), at(o[0]).value, o.size() > 1 ? at(o[1]).value : 0);
  }
  if (computed) result = {*computed, result.from, true};
  return scalar(result);
}

}  // namespace gradsmith::frontend
