#include "frontend/written_before_read.hpp"

#include <algorithm>
#include <bit>

namespace gradsmith::frontend {
namespace {

constexpr std::int64_t kMostSteps = 5'000'000;

constexpr std::size_t kMostEarlier = 4;

struct TooMany {};

std::uint64_t key(int level, int slot, TypeId type) {
  return (static_cast<std::uint64_t>(level) << 48) | (static_cast<std::uint64_t>(slot) << 16) |
         type;
}

}  // namespace

WrittenBeforeRead::WrittenBeforeRead(const Function& f, NodeId first_contents)
    : f_(f), g_(f.graph), first_contents_(first_contents), polynomials_(f.graph) {
  for (NodeId id = 0; id < g_.size(); ++id) {
    if (g_.op(id) == Op::Bound) bounds_[key(g_[id].level, g_.slot(id), g_[id].type)] = id;
  }
  std::vector<NodeId> roots = output_values(f_);
  for (const Local& local : f_.locals) {
    if (local.cut) roots.push_back(local.value);
  }
  try {
    scope(roots, 0, {}, true);
  } catch (const TooMany&) {
    holds_ = false;
  } catch (const PolynomialTooLarge&) {
    holds_ = false;
  }
}

bool WrittenBeforeRead::covers(NodeId value, NodeId length) {
  const MaybeRegion all = region(value);
  if (!holds_ || !all || all->empty || all->base != first_contents_) return false;
  try {
    std::int64_t stride = 1;
    const auto& extents = g_.type_of(first_contents_).extents;
    for (std::size_t k = 1; k < extents.size(); ++k) stride *= g_.index_value(extents[k]);
    std::vector<NodeId> largest{length};  // of several lengths, each must be covered
    for (std::size_t k = 0; k < largest.size(); ++k) {
      const NodeId one = largest[k];
      if (g_.op(one) == Op::Max) {
        largest.insert(largest.end(), {g_.operand(one, 0), g_.operand(one, 1)});
      } else if (!contains(*all, Polynomial(), polynomials_.of(one).scaled({stride, 1}), {})) {
        return false;
      }
    }
    return true;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

NodeId WrittenBeforeRead::bound(int level, int slot, TypeId type) const {
  const auto found = bounds_.find(key(level, slot, type));
  return found == bounds_.end() ? kNoNode : found->second;
}

WrittenBeforeRead::MaybeRegion WrittenBeforeRead::region(NodeId id) const {
  const auto found = regions_.find(id);
  return found == regions_.end() ? std::nullopt : MaybeRegion(found->second);
}

void WrittenBeforeRead::scope(std::span<const NodeId> roots, int level, const LoopNest& nest,
                              bool check) {
  const std::vector<NodeId> nodes =
      level == 0 ? reachable(g_, roots) : reachable_at(g_, roots, level);
  if ((steps_ += static_cast<std::int64_t>(nodes.size())) > kMostSteps) throw TooMany{};
  for (NodeId id : nodes) {
    const auto innermost = static_cast<int>(std::bit_width(g_.free(id))) - 1;
    if (std::max(innermost, 0) == level) visit(id, nest, check);
  }
}

void WrittenBeforeRead::visit(NodeId id, const LoopNest& nest, bool check) {
  MaybeRegion found;
  switch (g_.op(id)) {
    case Op::Fold:
      return fold(id, nest, check);
    case Op::At:
      if (check) read(id, nest);
      return;
    case Op::Bound:
      return;  // its loop has said what it holds
    case Op::Input:
      if (id == first_contents_) found = Region{id, true, {}, {}};
      break;
    case Op::If: {
      const MaybeRegion a = region(g_.operand(id, 1)), b = region(g_.operand(id, 2));
      found = a ? a : b;
      const bool same = a && b && a->base == b->base && a->empty == b->empty &&
                        a->from == b->from && a->to == b->to;
      if (a && b) found->earlier.clear();
      if (a && b && !same) found = Region{a->base == b->base ? a->base : kNoNode, true, {}, {}};
      break;
    }
    case Op::Write:
      found = written(id, nest);
      break;
    case Op::Final: {
      const auto finals = finals_.find(g_.operand(id, 0));
      if (finals != finals_.end()) found = finals->second[static_cast<std::size_t>(g_.slot(id))];
      break;
    }
    default:
      break;
  }
  regions_.erase(id);
  if (found) regions_.emplace(id, std::move(*found));
}

std::pair<Polynomial, std::int64_t> WrittenBeforeRead::place(NodeId array,
                                                             std::span<const NodeId> subscripts) {
  Polynomial at;
  std::int64_t count = 1;
  const auto& extents = g_.type_of(array).extents;
  for (std::size_t k = 0; k < extents.size(); ++k) {
    const std::int64_t extent = k == 0 ? 1 : g_.index_value(extents[k]);
    if (k < subscripts.size()) {
      at = at.scaled({extent, 1}) + polynomials_.of(subscripts[k]);
    } else {
      at = at.scaled({extent, 1});
      count *= extent;
    }
  }
  return {at, count};
}

WrittenBeforeRead::MaybeRegion WrittenBeforeRead::written(NodeId id, const LoopNest& nest) {
  const auto o = g_.operands(id);
  const MaybeRegion before = region(o[3]);
  if (!before) return std::nullopt;
  const auto [at, count] = place(o[3], o.subspan(5));
  return joined(*before, {before->base, false, at, at + Polynomial(count)}, nest);
}

/// A part of both that is all that intervals can say; `before` where that is less.
WrittenBeforeRead::Region WrittenBeforeRead::joined(const Region& before, const Region& more,
                                                    const LoopNest& nest) const {
  if (more.empty) return before;
  Region both{before.base, false, more.from, more.to};
  if (before.empty) return both;
  both = before;
  const auto keep_earlier = [&] {
    if (both.earlier.size() < kMostEarlier) both.earlier.emplace_back(before.from, before.to);
  };
  if (before.to == more.from) {
    keep_earlier();
    both.to = more.to;
  } else if (more.to == before.from) {
    keep_earlier();
    both.from = more.from;
  } else if (nest.never_negative(before.from - more.from) &&
             nest.never_negative(more.to - before.to)) {
    both.from = more.from;
    both.to = more.to;
  }
  return both;
}

bool WrittenBeforeRead::contains(const Region& region, const Polynomial& first,
                                 const Polynomial& end, const LoopNest& nest) {
  const auto reaches = [&](const Polynomial& from, const Polynomial& to) {
    return nest.never_negative(first - from) && nest.never_negative(to - end);
  };
  return !region.empty && (reaches(region.from, region.to) ||
                           std::ranges::any_of(region.earlier, [&](const auto& interval) {
                             return reaches(interval.first, interval.second);
                           }));
}

void WrittenBeforeRead::read(NodeId id, const LoopNest& nest) {
  const auto o = g_.operands(id);
  const MaybeRegion known = region(o[0]);
  if (!known) return;
  const auto [at, count] = place(o[0], o.subspan(1));
  holds_ = holds_ && contains(*known, at, at + Polynomial(count), nest);
}

std::pair<WrittenBeforeRead::Region, WrittenBeforeRead::Region> WrittenBeforeRead::over_trips(
    const Region& once, const LoopNest& inner, NodeId index, std::int64_t step) const {
  const Region nothing{once.base, true, {}, {}};
  if (once.empty) return {nothing, nothing};
  const auto shifted = [&](const Polynomial& p, const Polynomial& to) {
    return index == kNoNode ? p : p.with(index, to);
  };
  if (index == kNoNode || (!once.from.mentions(index) && !once.to.mentions(index))) {
    // Every trip writes the same elements. Whether there is a trip is known of constants.
    const LoopNest none;
    const Polynomial length =
        step > 0 ? inner.last() - inner.first() : inner.first() - inner.last();
    Region all = once;
    all.earlier.clear();
    return {nothing, none.never_negative(length) ? all : nothing};
  }
  const Polynomial here = Polynomial::unknown(index);
  const Polynomial next = here + Polynomial(step);
  if (!inner.is_exact()) return {nothing, nothing};
  Region before = once, all = once;
  before.earlier.clear();
  all.earlier.clear();
  if (step > 0 && once.to == shifted(once.from, next)) {
    before.from = all.from = shifted(once.from, inner.first());
    before.to = once.from;
    all.to = shifted(once.to, inner.last());
    return {before, all};
  }
  if (step < 0 && once.from == shifted(once.to, next)) {
    before.to = all.to = shifted(once.to, inner.first());
    before.from = once.to;
    all.from = shifted(once.from, inner.last());
    return {before, all};
  }
  return {nothing, nothing};
}

void WrittenBeforeRead::fold(NodeId id, const LoopNest& nest, bool check) {
  const FoldParts parts = g_.fold_parts(id);
  const int level = parts.level;
  const NodeId index = bound(level, 0, scalar_type(Element::Index));
  LoopNest inner = nest;
  const bool opened = inner.enter(g_, polynomials_, level, index, parts.range);
  const std::vector<NodeId> nexts(parts.nexts.begin(), parts.nexts.end());
  const std::size_t count = nexts.size();

  std::vector<NodeId> states;
  bool any = false;
  for (std::size_t k = 0; k < count; ++k) {
    const NodeId init = parts.inits[k];
    states.push_back(bound(level, static_cast<int>(k) + 1, g_[init].type));
    if (states[k] == kNoNode) continue;
    regions_.erase(states[k]);
    if (!region(init)) continue;
    any = true;
    regions_.emplace(states[k], Region{states[k], true, {}, {}});
  }
  std::vector<MaybeRegion> finals(count);
  std::vector<MaybeRegion> during(count);
  if (any) {
    // What one trip adds to whatever was there.
    scope(nexts, level, inner, false);
    for (std::size_t k = 0; k < count; ++k) {
      const MaybeRegion init = region(parts.inits[k]);
      const MaybeRegion once = region(nexts[k]);
      if (!init) {
        // A state that begins as another array, and may become this one, is not followed.
        if (once) finals[k] = during[k] = Region{kNoNode, true, {}, {}};
        continue;
      }
      finals[k] = during[k] = Region{init->base, true, {}, {}};
      if (!opened || !once || once->base != states[k]) continue;
      const auto [before, all] = over_trips(*once, inner, index, g_.index_value(parts.range.step));
      during[k] = joined(*init, before, inner);
      finals[k] = joined(*init, all, nest);
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    if (states[k] == kNoNode) continue;
    regions_.erase(states[k]);
    if (during[k]) regions_.emplace(states[k], *during[k]);
  }
  if (check || !any) scope(nexts, level, inner, check);
  finals_[id] = std::move(finals);
}

}  // namespace gradsmith::frontend
