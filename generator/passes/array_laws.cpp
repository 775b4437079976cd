#include "passes/array_laws.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/conditions.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"

namespace gradsmith {
namespace {

using Indices = std::vector<NodeId>;
using Found = std::optional<NodeId>;

/// A body that may be computed again wherever an element is wanted: a handful of operations of
/// cost 1 that depend on the index.
bool is_cheap(const Graph& g, NodeId body, int level) {
  constexpr std::size_t most = 8;
  Indices stack{body};
  std::unordered_set<NodeId> seen{body};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (!(g.free(id) & Graph::bit(level))) continue;
    const Op op = g.op(id);
    const bool plain = is_operator(op) ? op_row(op).cost == 1
                                       : op == Op::Bound || op == Op::At || op == Op::Convert;
    if (!plain || seen.size() > most) return false;
    for (NodeId o : g.operands(id)) {
      if (seen.insert(o).second) stack.push_back(o);
    }
  }
  return true;
}

bool is_plain_zero(const Graph& g, NodeId id) {
  return g.is_constant(id, 0) && !std::signbit(g.constant_value(id));
}

bool all_constant(const Graph& g, const Indices& indices) {
  return std::all_of(indices.begin(), indices.end(), [&](NodeId i) { return g.is_constant(i); });
}

Indices from(const Indices& indices, std::size_t first) {
  return {indices.begin() + static_cast<std::ptrdiff_t>(first), indices.end()};
}

/// a - b, where that is a number whatever the unknowns are.
std::optional<Rational> difference(const Graph& g, NodeId a, NodeId b) {
  try {
    Polynomials polynomials(g);
    return (polynomials.of(a) - polynomials.of(b)).constant();
  } catch (const PolynomialTooLarge&) {
    return {};
  }
}

/// Are the leading indices the same element? Empty: unknown.
std::optional<bool> same_place(const Graph& g, const Indices& a, const Indices& b) {
  bool known = true;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] == b[k]) continue;
    if (g.is_constant(a[k]) && g.is_constant(b[k])) return false;
    const auto apart = difference(g, a[k], b[k]);
    if (apart && apart->numerator != 0) return false;
    known = known && apart;
  }
  return known ? std::optional(true) : std::nullopt;
}

Found at_pack(Graph& g, NodeId pack, const Indices& indices) {
  const TypeId type = g[pack].type;
  if (!g.has_constant_extents(type) || !all_constant(g, indices)) return {};
  const std::vector<std::int64_t> extents = g.constant_extents(type);
  std::int64_t count = g.element_count(type);
  std::int64_t first = 0;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const std::int64_t i = g.index_value(indices[k]);
    if (i < 0 || i >= extents[k]) return {};
    count /= extents[k];
    first += i * count;
  }
  const auto at = static_cast<std::size_t>(first);
  if (indices.size() == extents.size()) return g.operand(pack, at);
  const auto view = g.operands(pack).subspan(at, static_cast<std::size_t>(count));
  const Indices elements(view.begin(), view.end());
  const std::span<const std::int64_t> rest = std::span(extents).subspan(indices.size());
  return g.pack(g.array_type(g.type(type).element, rest), elements);
}

Found at_map(Graph& g, NodeId map, const Indices& indices) {
  const NodeId extent = g.operand(map, 0);
  const NodeId body = g.operand(map, 1);
  const int level = g[map].level;
  const NodeId i = indices[0];
  if (g.is_constant(i)) {
    if (g.index_value(i) < 0) return {};
    if (g.is_constant(extent) && g.index_value(i) >= g.index_value(extent)) return {};
    if (!g.is_constant(extent) && !is_cheap(g, body, level)) return {};
  } else if (!is_cheap(g, body, level)) {
    return {};
  }
  const NodeId values[] = {i};
  return g.at(substitute(g, body, level, values), from(indices, 1));
}

Found at_one_hot(Graph& g, NodeId id, NodeId hot, const Indices& indices) {
  const auto view = g.operands(hot);
  const Indices place(view.begin(), view.end() - 1);
  const NodeId value = view.back();
  if (indices.size() < place.size()) return {};
  const std::optional<bool> same = same_place(g, place, indices);
  if (same == false) return g.zeros(g[id].type);
  const Indices rest = from(indices, place.size());
  if (same == true) return g.at(value, rest);
  if (!g.is_scalar(id)) return {};
  // An element at a loop's own index, in a loop over the array: the array is added to another one,
  // which is one assignment and no loop (passes/fill_arrays.hpp).
  for (NodeId i : indices) {
    const bool index = g.op(i) == Op::Bound && g.slot(i) == 0;
    if (index && !(g.free(hot) & Graph::bit(g[i].level))) return {};
  }
  NodeId condition = kNoNode;
  for (std::size_t k = 0; k < place.size(); ++k) {
    if (place[k] == indices[k]) continue;
    const NodeId equal = g.apply(Op::Eq, {place[k], indices[k]});
    condition = condition == kNoNode ? equal : g.apply(Op::And, {condition, equal});
  }
  return g.choose(condition, g.at(value, rest), g.number(g.element(id), 0));
}

/// How many single elements make an array that is zero elsewhere; 0: it is not made of so few.
std::size_t single_elements(const Graph& g, NodeId array) {
  constexpr std::size_t most = 64;
  std::size_t count = 0;
  Indices stack{array};
  for (std::size_t seen = 0; !stack.empty(); ++seen) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (seen > 4 * most) return 0;
    if (is_zero_array(g, id)) continue;
    if (const Indices addends = addends_of(g, id); !addends.empty()) {
      stack.insert(stack.end(), addends.begin(), addends.end());
    } else if (g.op(id) == Op::If) {
      stack.insert(stack.end(), {g.operand(id, 1), g.operand(id, 2)});
    } else if (g.op(id) != Op::OneHot || !g.is_scalar(g.operands(id).back()) || ++count > most) {
      return 0;
    }
  }
  return count;
}

/// A row that is made of single elements is set, or added, element by element: it needs no memory
/// of its own and costs nothing where it is zero.
Found one_hot(Graph& g, NodeId id) {
  const auto view = g.operands(id);
  const Indices place(view.begin(), view.end() - 1);
  const NodeId value = view.back();
  const TypeId type = g[id].type;
  if (is_plain_zero(g, value) || is_zero_array(g, value)) return g.zeros(type);
  // The only element there is.
  const bool only = g.has_constant_extents(type) && g.element_count(type) == 1;
  if (only && g.is_scalar(value)) return g.pack(type, {{value}});
  if (g.is_scalar(value) || single_elements(g, value) == 0) return {};
  const auto placed = [&](NodeId row) { return g.one_hot(type, place, row); };
  if (const Indices addends = addends_of(g, value); !addends.empty()) {
    NodeId sum = kNoNode;
    for (NodeId a : addends) {
      const NodeId term = placed(a);
      sum = sum == kNoNode ? term : add_values(g, sum, term);
    }
    return sum;
  }
  if (g.op(value) == Op::If) {
    const NodeId condition = g.operand(value, 0);
    const NodeId otherwise = g.operand(value, 2);
    const NodeId first = placed(g.operand(value, 1));
    return g.choose(condition, first, placed(otherwise));
  }
  const auto inner = g.operands(value);
  Indices all = place;
  all.insert(all.end(), inner.begin(), inner.end() - 1);
  return g.one_hot(type, all, inner.back());
}

/// An element after a single assignment.
Found at_write(Graph& g, NodeId write, const Indices& indices) {
  const Range range = g.range_of(write);
  if (!all_constant(g, {range.begin, range.end, range.step})) return {};
  if (trip_count(g.index_value(range.begin), g.index_value(range.end), g.index_value(range.step)) !=
      1) {
    return {};
  }
  const int level = g[write].level;
  const auto view = g.operands(write);
  const NodeId base = view[3];
  const NodeId value = view[4];
  Indices place(view.begin() + 5, view.end());
  if (indices.size() < place.size()) return {};
  const NodeId trip[] = {range.begin};
  for (NodeId& e : place) e = substitute(g, e, level, trip);
  const std::optional<bool> same = same_place(g, place, indices);
  if (!same) return {};
  if (!*same) return g.at(base, indices);
  return g.at(substitute(g, value, level, trip), from(indices, place.size()));
}

/// An element of a choice between arrays, where both sides know their elements.
Found at_choice(Graph& g, NodeId choice, const Indices& indices) {
  if (!all_constant(g, indices)) return {};
  const NodeId condition = g.operand(choice, 0);
  const NodeId a = g.operand(choice, 1);
  const NodeId b = g.operand(choice, 2);
  for (NodeId side : {a, b}) {
    const Op op = g.op(side);
    if (op == Op::Write && is_assignment(g, side)) continue;
    if (op != Op::Pack && op != Op::Map && op != Op::OneHot && op != Op::If && op != Op::Input) {
      return {};
    }
  }
  const NodeId at_a = g.at(a, indices);
  return g.choose(condition, at_a, g.at(b, indices));
}

Found at(Graph& g, NodeId id) {
  const auto view = g.operands(id);
  const NodeId array = view[0];
  const Indices indices(view.begin() + 1, view.end());
  switch (g.op(array)) {
    case Op::At: {
      const auto inner = g.operands(array);
      Indices all(inner.begin() + 1, inner.end());
      all.insert(all.end(), indices.begin(), indices.end());
      return g.at(inner[0], all);
    }
    case Op::Pack:
      return at_pack(g, array, indices);
    case Op::Map:
      return at_map(g, array, indices);
    case Op::OneHot:
      return at_one_hot(g, id, array, indices);
    case Op::Write:
      return at_write(g, array, indices);
    case Op::If:
      return at_choice(g, array, indices);
    default:
      return {};
  }
}

Found convert(Graph& g, NodeId id) {
  const NodeId middle = g.operand(id, 0);
  if (g.op(middle) != Op::Convert) return {};
  const NodeId x = g.operand(middle, 0);
  const Element first = g.element(x);
  const Element between = g.element(middle);
  const bool lossless =
      first == Element::Bool || (first == Element::F32 && between == Element::F64);
  return lossless ? Found(g.convert(g.element(id), x)) : Found();
}

/// How often a loop runs, where it is known that it does so once at most.
std::optional<int> few_trips(const Graph& g, const Range& r) {
  if (!g.is_constant(r.begin) || !g.is_constant(r.end) || !g.is_constant(r.step)) return {};
  const std::int64_t trips =
      trip_count(g.index_value(r.begin), g.index_value(r.end), g.index_value(r.step));
  return trips <= 1 ? std::optional(static_cast<int>(trips)) : std::nullopt;
}

/// A state that every trip leaves as it was, or of a loop of a single trip.
Found final_state(Graph& g, NodeId id) {
  const FoldParts fold = g.fold_parts(g.operand(id, 0));
  const auto k = static_cast<std::size_t>(g.slot(id));
  const NodeId next = fold.nexts[k];
  if (const auto trips = few_trips(g, fold.range)) {
    if (*trips == 0) return fold.inits[k];
    Indices values{fold.range.begin};
    values.insert(values.end(), fold.inits.begin(), fold.inits.end());
    return substitute(g, next, fold.level, values);
  }
  // A copy of it is no change.
  return is_state(g, copied_by(g, next), fold.level, k) ? Found(fold.inits[k]) : Found();
}

/// The array whose elements, one after the other, a Map's are; kNoNode where they are none's.
NodeId copied(const Graph& g, NodeId extent, NodeId body, int level) {
  if (g.op(body) != Op::At) return kNoNode;
  const NodeId array = g.operand(body, 0);
  const auto indices = g.operands(body).subspan(1);
  const NodeId last = indices.back();
  if (g.op(last) != Op::Bound || g[last].level != level || g.slot(last) != 0) return kNoNode;
  for (NodeId o : g.operands(body).first(indices.size())) {
    if (g.free(o) & Graph::bit(level)) return kNoNode;
  }
  if (g.type_of(array).extents[indices.size() - 1] != extent) return kNoNode;
  return array;
}

/// A Map that copies this or that array, whichever a condition says that is the same for all
/// elements, is a choice between arrays: what makes them is then run for the one alone that is
/// chosen.
Found map(Graph& g, NodeId id) {
  const NodeId extent = g.operand(id, 0);
  const NodeId body = g.operand(id, 1);
  const int level = g[id].level;
  if (g.op(body) != Op::If || (g.free(g.operand(body, 0)) & Graph::bit(level))) return {};
  const NodeId condition = g.operand(body, 0);
  const NodeId a = g.operand(body, 1);
  const NodeId b = g.operand(body, 2);
  bool made = false;
  for (NodeId side : {a, b}) {
    const NodeId from = copied(g, extent, side, level);
    if (from == kNoNode) return {};
    made = made || g.op(from) == Op::Final;
  }
  if (!made) return {};
  const auto whole = [&](NodeId at) {
    const auto indices = g.operands(at).subspan(1);
    return g.at(g.operand(at, 0), Indices(indices.begin(), indices.end() - 1));
  };
  const NodeId first = whole(a);
  return g.choose(condition, first, whole(b));
}

/// Whether a condition may be asked for anywhere: a few operations that load nothing and divide
/// nothing.
bool never_fails(const Graph& g, NodeId condition) {
  constexpr std::size_t most = 32;
  Indices stack{condition};
  for (std::size_t seen = 0; !stack.empty(); ++seen) {
    const NodeId id = stack.back();
    stack.pop_back();
    const Op op = g.op(id);
    const bool leaf = op == Op::Constant || op == Op::Input || op == Op::Bound;
    if (seen > most || !g.is_scalar(id)) return false;
    if (leaf) continue;
    if (!is_operator(op) || op_row(op).cost > 1) return false;
    for (NodeId o : g.operands(id)) stack.push_back(o);
  }
  return true;
}

/// A choice inside a side of another one that decides it is the side that it then takes.
Found choice(Graph& g, NodeId id) {
  const NodeId condition = g.operand(id, 0);
  const NodeId yes = g.operand(id, 1);
  const NodeId no = g.operand(id, 2);
  if (g.op(yes) == Op::If) {
    if (const auto known = decided(g, g.operand(yes, 0), condition)) {
      return g.choose(condition, g.operand(yes, *known ? 1 : 2), no);
    }
  }
  if (g.op(no) == Op::If) {
    const NodeId inner = g.operand(no, 0);
    if (inner == condition) return g.choose(condition, yes, g.operand(no, 2));
    if (are_opposite(g, inner, condition)) return g.choose(condition, yes, g.operand(no, 1));
    // The same for either reason, as where a loop has ended or ends now.
    if (g.operand(no, 1) == yes) {
      const NodeId otherwise = g.operand(no, 2);
      const NodeId either = never_fails(g, inner) ? g.apply(Op::Or, {condition, inner})
                                                  : g.choose(condition, g.boolean(true), inner);
      return g.choose(either, yes, otherwise);
    }
  }
  return {};
}

}  // namespace

std::optional<NodeId> apply_array_law(Graph& g, NodeId id, const Permission& permission) {
  switch (g.op(id)) {
    case Op::At:
      return at(g, id);
    case Op::Convert:
      return convert(g, id);
    case Op::OneHot:
      return one_hot(g, id);
    case Op::Final:
      return final_state(g, id);
    case Op::Map:
      return map(g, id);
    case Op::If:
      return choice(g, id);
    case Op::Reduce: {
      if (const auto trips = few_trips(g, g.range_of(id))) {
        const NodeId init = g.operand(id, 3);
        if (*trips == 0) return init;
        const NodeId begin[] = {g.operand(id, 0)};
        const NodeId term = substitute(g, g.operand(id, 4), g[id].level, begin);
        const bool sum = g.reducer(id) == Op::Add;
        return sum ? add_values(g, init, term) : g.apply(g.reducer(id), {init, term});
      }
      const bool sums_zeros = g.reducer(id) == Op::Add && g.is_constant(g.operand(id, 4), 0);
      const bool allowed = !is_floating(g.element(id)) || permission.exactness >= Exactness::Finite;
      return sums_zeros && allowed ? Found(g.operand(id, 3)) : Found();
    }
    default:
      return {};
  }
}

std::optional<NodeId> at_assignment(Graph& g, NodeId at) {
  if (g.op(at) != Op::At || g.op(g.operand(at, 0)) != Op::Write) return {};
  const auto view = g.operands(at);
  return at_write(g, view[0], Indices(view.begin() + 1, view.end()));
}

}  // namespace gradsmith
