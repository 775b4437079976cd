#include "passes/fill_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/arrays.hpp"
#include "ir/growth.hpp"
#include "ir/substitute.hpp"
#include "passes/array_uses.hpp"
#include "passes/largest_extent.hpp"
#include "support/check.hpp"
#include "support/refusal.hpp"

namespace gradsmith {
namespace {

std::vector<NodeId> extended(std::vector<NodeId> place, std::span<const NodeId> more) {
  place.insert(place.end(), more.begin(), more.end());
  return place;
}

/// Largest of largest ones of triangles in triangles grow when they are written out.
constexpr std::int64_t kMostWritten = 400;

/// How many numbers and operators an expression has where it is written out.
std::int64_t written_size(const Graph& g, NodeId root) {
  std::unordered_map<NodeId, std::int64_t> sizes;
  for (NodeId id : reachable(g, {{root}})) {
    std::int64_t size = 1;
    const bool twice = g.op(id) == Op::Min || g.op(id) == Op::Max;  // in `x < y ? y : x`
    for (NodeId o : g.operands(id)) {
      size = std::min(size + (twice ? 2 : 1) * sizes.at(o), kMostWritten + 1);
    }
    sizes[id] = size;
  }
  return sizes.at(root);
}

/// Bounds of a body's buffers, until its loop is closed: above all slots of states.
constexpr int kFirstBufferSlot = 1000;

}  // namespace

bool ArrayFiller::is_version(NodeId array) const {
  switch (g_.op(array)) {
    case Op::Input:
    case Op::Bound:
    case Op::At:
    case Op::Final:
    case Op::Write:
      return true;
    case Op::If: {
      const NodeId a = first_version(g_, g_.operand(array, 1));
      const NodeId b = first_version(g_, g_.operand(array, 2));
      return a == b && is_version(a);
    }
    default:
      return false;
  }
}

ArrayFiller::ArrayFiller(Function& f) : f_(f), g_(f.graph) {
  for (const Buffer& b : f.buffers) {
    const std::string& name = g_.input_name(b.input);
    next_number_ = std::max(next_number_, std::stoi(name.substr(1)) + 1);
  }
  for (NodeId id : reachable(g_, output_values(f))) {
    const Op op = g_.op(id);
    if (!is_binder(op) || op == Op::Trace) continue;
    ranges_[g_[id].level].push_back(op == Op::Map ? g_.range(g_.operand(id, 0)) : g_.range_of(id));
  }
}

/// An extent over all trips of the loops around, and of what loops may count.
NodeId ArrayFiller::largest(NodeId extent) {
  bool inner = false;
  bool counted = false;
  for (;;) {
    const NodeId most = largest_count(g_, extent);
    counted = counted || most != extent;
    if (most != kNoNode) extent = most;
    const int level = scope_of(g_, extent);
    if (written_size(g_, extent) > kMostWritten) break;
    if (level == 0 && most == kNoNode) break;
    if (level == 0) return counted ? short_extent(g_, extent) : extent;
    inner = true;
    extent = largest_extent(g_, extent, level, ranges_[level]);
    if (extent == kNoNode) break;
  }
  if (inner) {
    throw Refusal("gs-trip-count",
                  "what an inner loop computes has to be kept, and how many trips it makes at most "
                  "is not known before the outer loop",
                  "give the inner loop a bound that is linear in the index of the outer one",
                  f_.where);
  }
  throw Refusal("gs-trip-count",
                "what a loop computes has to be kept, and how many trips it makes at most follows "
                "from what the function computes before",
                "let it run to a bound that parameters give, and skip the rest by a condition",
                f_.where);
}

TypeId ArrayFiller::buffer_type(TypeId type) {
  Type bounded = g_.type(type);
  for (NodeId& e : bounded.extents) {
    e = largest(e);
  }
  return g_.intern(bounded);
}

NodeId ArrayFiller::new_buffer(TypeId type, int level) {
  const int number = next_number_++;
  const NodeId input = g_.input(fmt::format("#{}", number), buffer_type(type));
  inputs_[number] = input;
  f_.buffers.push_back({input, -1, {}});
  return level == 0 ? input : g_.bound(level, kFirstBufferSlot + number, g_[input].type);
}

/// A version of a state that holds an array, nothing being written where it stays as it is.
/// Recursion follows the choices that the author makes for it.
NodeId ArrayFiller::in_place_of(NodeId state, NodeId array) {
  if (first_version(g_, array) == state) return array;
  if (g_.op(array) == Op::If) {
    const NodeId condition = g_.operand(array, 0);
    const NodeId sides[] = {g_.operand(array, 1), g_.operand(array, 2)};
    if (first_version(g_, sides[0]) == state || first_version(g_, sides[1]) == state) {
      const NodeId yes = in_place_of(state, sides[0]);
      return g_.choose(condition, yes, in_place_of(state, sides[1]));
    }
  }
  return assigned(state, {}, array);
}

NodeId ArrayFiller::fold(int level, const Range& range, std::vector<NodeId> inits,
                         std::vector<NodeId> nexts) {
  // What a state becomes has to be in its place at the end of the trip.
  for (std::size_t k = 0; k < inits.size(); ++k) {
    if (g_.is_scalar(nexts[k])) continue;
    const NodeId state = loop_state(g_, level, k, g_[inits[k]].type);
    nexts[k] = in_place_of(state, nexts[k]);
  }
  std::vector<NodeId> values;
  for (NodeId id : reachable_at(g_, nexts, level)) {
    if (g_.op(id) != Op::Bound || g_[id].level != level || g_.slot(id) < kFirstBufferSlot) continue;
    const auto slot = static_cast<std::size_t>(g_.slot(id));
    if (values.size() <= slot) values.resize(slot + 1, kNoNode);
    const auto own = static_cast<int>(inits.size()) + 1;
    values[slot] = g_.bound(level, own, g_[id].type);
    inits.push_back(inputs_.at(g_.slot(id) - kFirstBufferSlot));
    nexts.push_back(values[slot]);
  }
  if (values.empty()) return g_.fold(level, range, inits, nexts);
  for (NodeId& next : nexts) {
    const NodeId fresh = substitute(g_, next, level, values);
    carry_names(f_, next, fresh);
    next = fresh;
  }
  return g_.fold(level, range, inits, nexts);
}

std::uint64_t ArrayFiller::free_of(NodeId base, const std::vector<NodeId>& place,
                                   NodeId value) const {
  std::uint64_t mask = g_.free(base) | g_.free(value);
  for (NodeId i : place) mask |= g_.free(i);
  return mask;
}

template <class Next>
NodeId ArrayFiller::looped(NodeId base, const Range& range, std::uint64_t mentioned, int own_level,
                           Next next) {
  mentioned |= g_.free(base) | g_.free(range.begin) | g_.free(range.end);
  const int level = std::max(own_level, Graph::level_above(mentioned));
  const NodeId state = g_.bound(level, 1, g_[base].type);
  const NodeId after = next(state, level);
  return g_.final_state(fold(level, range, {base}, {after}), 0);
}

/// Visits the elements of an array that is a Map or a version.
template <class Element>
NodeId ArrayFiller::by_element(NodeId base, const std::vector<NodeId>& place, NodeId value,
                               Element element) {
  const NodeId extent = g_.type_of(value).extents[0];
  const bool map = g_.op(value) == Op::Map;
  // A Map's own level is free in its body only.
  const int own = map ? g_[value].level : 0;
  const std::uint64_t body = map ? g_.free(g_.operand(value, 1)) & ~Graph::bit(own) : 0;
  return looped(base, g_.range(extent), free_of(base, place, value) | body, own,
                [&](NodeId state, int level) {
                  const NodeId i = g_.bound(level, 0, scalar_type(gradsmith::Element::Index));
                  const NodeId at =
                      map ? relevel_named(f_, g_.operand(value, 1), own, level) : g_.at(value, {i});
                  return element(state, extended(place, {{i}}), at);
                });
}

NodeId ArrayFiller::reduced(NodeId base, const std::vector<NodeId>& place, NodeId reduce) {
  GRADSMITH_CHECK(g_.reducer(reduce) == Op::Add, "arrays are only added");
  const auto view = g_.operands(reduce);
  const std::vector<NodeId> o(view.begin(), view.end());
  const int own = g_[reduce].level;
  const std::uint64_t body = g_.free(o[4]) & ~Graph::bit(own);
  return looped(base, {o[0], o[1], o[2]}, free_of(base, place, reduce) | body, own,
                [&](NodeId state, int level) {
                  return added(state, place, relevel_named(f_, o[4], own, level));
                });
}

NodeId ArrayFiller::packed(NodeId base, const std::vector<NodeId>& place, NodeId pack, bool add) {
  const std::vector<std::int64_t> extents = g_.constant_extents(g_[pack].type);
  const auto view = g_.operands(pack);
  const std::vector<NodeId> values(view.begin(), view.end());
  std::vector<std::int64_t> at(extents.size(), 0);
  for (NodeId v : values) {
    std::vector<NodeId> indices;
    for (std::int64_t i : at) indices.push_back(g_.index(i));
    const std::vector<NodeId> full = extended(place, indices);
    base = add ? added(base, full, v) : assigned(base, full, v);
    for (std::size_t k = at.size(); k-- > 0 && ++at[k] == extents[k];) at[k] = 0;
  }
  return base;
}

NodeId ArrayFiller::chosen(NodeId base, const std::vector<NodeId>& place, NodeId choice, bool add) {
  const NodeId condition = g_.operand(choice, 0);
  const NodeId sides[] = {g_.operand(choice, 1), g_.operand(choice, 2)};
  const NodeId yes = add ? added(base, place, sides[0]) : assigned(base, place, sides[0]);
  const NodeId no = add ? added(base, place, sides[1]) : assigned(base, place, sides[1]);
  return g_.choose(condition, yes, no);
}

NodeId ArrayFiller::assigned(NodeId base, const std::vector<NodeId>& place, NodeId value) {
  if (g_.is_scalar(value)) return g_.set(base, place, value);
  const auto element = [&](NodeId state, const std::vector<NodeId>& at, NodeId v) {
    return assigned(state, at, v);
  };
  if (is_version(value)) return by_element(base, place, value, element);
  switch (g_.op(value)) {
    case Op::Pack:
      return packed(base, place, value, false);
    case Op::If:
      return chosen(base, place, value, false);
    case Op::Map: {
      const std::vector<NodeId> terms = summands_of(g_, value);
      if (terms.size() == 1) return by_element(base, place, value, element);
      // The first one that can be assigned as it is saves the zeros.
      auto first = std::ranges::find_if(terms, [&](NodeId t) {
        return is_version(t) || (g_.op(t) == Op::Map && !is_zero_array(g_, t));
      });
      if (first == terms.end()) first = terms.begin();
      base = assigned(base, place, *first);
      for (auto t = terms.begin(); t != terms.end(); ++t) {
        if (t != first) base = added(base, place, *t);
      }
      return base;
    }
    case Op::Reduce: {
      const NodeId init = g_.operand(value, 3);
      return reduced(assigned(base, place, init), place, value);
    }
    default: {
      GRADSMITH_CHECK(g_.op(value) == Op::OneHot, "{} is no array to write", op_name(g_.op(value)));
      base = assigned(base, place, g_.zeros(g_[value].type));
      const auto view = g_.operands(value);
      const std::vector<NodeId> o(view.begin(), view.end());
      return assigned(base, extended(place, std::span(o).first(o.size() - 1)), o.back());
    }
  }
}

NodeId ArrayFiller::replaced(NodeId base, NodeId map) {
  // The single number that is added to a renewed array may have become a version by now.
  if (ArraySum sum = as_array_sum(g_, map); sum.a != kNoNode) {
    if (g_.op(sum.a) != Op::Map) std::swap(sum.a, sum.b);
    if (g_.op(sum.a) == Op::Map && g_.op(sum.b) != Op::Map) {
      return added(replaced(base, sum.a), {}, sum.b);
    }
  }
  return by_element(base, {}, map, [&](NodeId state, const std::vector<NodeId>& at, NodeId v) {
    const NodeId before[] = {g_.at(base, at)};
    const NodeId now[] = {g_.at(state, at)};
    const NodeId value = replace(g_, v, before, now);
    carry_names(f_, v, value);
    return assigned(state, at, value);
  });
}

NodeId ArrayFiller::added(NodeId base, const std::vector<NodeId>& place, NodeId value) {
  if (g_.is_scalar(value)) {
    const NodeId sum = g_.apply(Op::Add, {g_.at(base, place), value});
    return g_.set(base, place, sum);
  }
  if (is_zero_array(g_, value)) return base;
  const auto element = [&](NodeId state, const std::vector<NodeId>& at, NodeId v) {
    return added(state, at, v);
  };
  if (is_version(value)) return by_element(base, place, value, element);
  switch (g_.op(value)) {
    case Op::Pack:
      return packed(base, place, value, true);
    case Op::If:
      return chosen(base, place, value, true);
    case Op::Map: {
      const std::vector<NodeId> terms = summands_of(g_, value);
      if (terms.size() == 1) return by_element(base, place, value, element);
      for (NodeId t : terms) base = added(base, place, t);
      return base;
    }
    case Op::Reduce: {
      const NodeId init = g_.operand(value, 3);
      return reduced(added(base, place, init), place, value);
    }
    default: {
      GRADSMITH_CHECK(g_.op(value) == Op::OneHot, "{} is no array to add", op_name(g_.op(value)));
      const auto view = g_.operands(value);
      const std::vector<NodeId> o(view.begin(), view.end());
      return added(base, extended(place, std::span(o).first(o.size() - 1)), o.back());
    }
  }
}

NodeId ArrayFiller::assigned_anywhere(NodeId array) {
  const std::vector<NodeId> terms = summands_of(g_, array);
  // What stands outside the loop is needed in its next trip as it is.
  const int scope = scope_of(g_, array);
  const auto is_own = [&](NodeId t) {
    const Op op = g_.op(t);
    if (scope_of(g_, t) != scope) return false;
    return op == Op::Bound || op == Op::Write || op == Op::Final || (op == Op::If && is_version(t));
  };
  // A loop that adds to an array goes on in its place.
  if (g_.op(array) == Op::Reduce && is_own(g_.operand(array, 3))) {
    return reduced(g_.operand(array, 3), {}, array);
  }
  const auto own = std::ranges::find_if(terms, is_own);
  if (terms.size() == 1 || own == terms.end()) {
    return assigned(new_buffer(g_[array].type, scope), {}, array);
  }
  NodeId base = *own;
  for (auto t = terms.begin(); t != terms.end(); ++t) {
    if (t != own) base = added(base, {}, *t);
  }
  return base;
}

}  // namespace gradsmith
