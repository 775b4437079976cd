#include "passes/trips_apart.hpp"

#include <algorithm>
#include <map>

#include "ir/arrays.hpp"

namespace gradsmith {
namespace {

/// How many trips apart two trips are, from 0 on; no node has that number.
constexpr NodeId kTrips = kNoNode;
/// Indices of loops inside another trip than the reader's, downwards from here.
constexpr NodeId kFirstOther = kNoNode - 1;
constexpr std::size_t kMostLoops = 16;
constexpr std::size_t kMostPaths = 8;

/// At least how large unknowns are.
using Least = std::map<NodeId, std::int64_t>;

/// Whether a polynomial cannot be below zero: no factor is once all unknowns count from their least.
bool is_natural(Polynomial p, const Least& least) {
  for (NodeId u : p.unknowns()) {
    const auto known = least.find(u);
    if (known == least.end()) return false;
    p = p.with(u, Polynomial::unknown(u) + Polynomial(known->second));
  }
  return std::ranges::all_of(p.terms(), [](const auto& t) { return t.second.numerator >= 0; });
}

/// `low` <= `high` bounds an unknown from below where it says no more than that.
void learn(const Polynomial& low, const Polynomial& high, Least& least) {
  const Polynomial difference = high - low;
  const std::vector<NodeId> unknowns = difference.unknowns();
  if (unknowns.size() != 1) return;
  const Polynomial rest = difference - Polynomial::unknown(unknowns[0]);
  const auto number = rest.constant();
  if (!number || number->denominator != 1) return;
  const auto [known, is_new] = least.try_emplace(unknowns[0], -number->numerator);
  if (!is_new) known->second = std::max(known->second, -number->numerator);
}

}  // namespace

TripsApart::TripsApart(const Graph& g, std::span<const NodeId> live)
    : g_(g), polynomials_(g), bodies_(bodies_with(g, live)) {}

/// The places that the statements write which lead from the k-th state of the loop of that level to
/// `version`.
bool TripsApart::collect(NodeId version, int level, std::size_t k, std::vector<NodeId>& loops,
                         std::vector<Written>& found) const {
  while (!is_state(g_, version, level, k)) {
    const bool writes = g_.op(version) == Op::Write;
    const NodeId before = writes ? g_.operand(version, 3) : version_before(g_, version);
    if (before == kNoNode || g_.op(version) == Op::If) return false;
    if (!writes && g_.op(version) != Op::Final) return false;
    if (!writes) {
      const NodeId fold = g_.operand(version, 0);
      const auto slot = static_cast<std::size_t>(g_.slot(version));
      loops.push_back(fold);
      const FoldParts parts = g_.fold_parts(fold);
      if (!collect(parts.nexts[slot], parts.level, slot, loops, found)) return false;
      loops.pop_back();
    } else {
      const auto place = g_.operands(version).subspan(5);
      loops.push_back(version);
      found.push_back({{place.begin(), place.end()}, loops});
      loops.pop_back();
    }
    version = before;
  }
  return true;
}

std::optional<TripsApart::Bounded> TripsApart::bounds_of(NodeId loop) {
  NodeId index = kNoNode;
  const int level = g_[loop].level;
  const auto bodies = g_.operands(loop).subspan(g_.outside_operands(loop));
  for (NodeId id : reachable_at(g_, bodies, level)) {
    if (g_.op(id) == Op::Bound && g_[id].level == level && g_.slot(id) == 0) index = id;
  }
  if (index == kNoNode) return {};
  if (g_.op(loop) == Op::Map) {
    return Bounded{index, 0, polynomials_.of(g_.operand(loop, 0)) - Polynomial(1)};
  }
  const Range range = g_.range_of(loop);
  if (!g_.is_constant(range.step) || g_.index_value(range.step) == 0) return {};
  const Polynomial begin = polynomials_.of(range.begin);
  const Polynomial end = polynomials_.of(range.end);
  if (g_.index_value(range.step) > 0) return Bounded{index, begin, end - Polynomial(1)};
  return Bounded{index, end + Polynomial(1), begin};
}

/// Whether the polynomial is never zero while the indices are within their bounds. None of the loops
/// is empty, since something is written and read in them.
bool TripsApart::never_zero(const Polynomial& apart, const Bounds& bounds) {
  Least least{{kTrips, 0}};
  for (const Bounded& b : bounds) {
    learn(b.low, b.high, least);
    learn(b.low, Polynomial::unknown(b.index), least);
  }
  for (const std::int64_t sign : {1, -1}) {
    Polynomial rest = apart.scaled({sign, 1}) - Polynomial(1);
    bool known = true;
    for (const Bounded& b : bounds) {
      if (!rest.mentions(b.index)) continue;
      const Polynomial without = rest.with(b.index, Polynomial());
      const Polynomial slope = rest.with(b.index, Polynomial(1)) - without;
      const bool linear = without + slope * Polynomial::unknown(b.index) == rest;
      const bool up = is_natural(slope, least);
      known = linear && (up || is_natural(slope.scaled({-1, 1}), least));
      if (!known) break;
      rest = rest.with(b.index, up ? b.low : b.high);
    }
    if (known && is_natural(rest, least)) return true;
  }
  return false;
}

/// Whether it is never zero, whichever loops the reader is in.
bool TripsApart::holds_around(NodeId reader, const Bounds& written, const Polynomial& apart) {
  struct Path {
    NodeId inside;
    Bounds bounds;
  };
  std::vector<Path> paths{{reader, written}};
  std::size_t ends = 0;
  while (!paths.empty()) {
    const Path path = std::move(paths.back());
    paths.pop_back();
    const auto around = bodies_.find(path.inside);
    if (around == bodies_.end()) {
      if (++ends > kMostPaths || !never_zero(apart, path.bounds)) return false;
      continue;
    }
    for (NodeId outer : around->second) {
      Path longer{outer, path.bounds};
      if (const auto bounds = bounds_of(outer)) longer.bounds.push_back(*bounds);
      paths.push_back(std::move(longer));
    }
    if (paths.size() > kMostPaths) return false;
  }
  return true;
}

bool TripsApart::is_unwritten(const FoldParts& loop, std::size_t k, const Polynomial& index,
                              When when, NodeId reader, std::span<const NodeId> element) {
  if (!g_.is_constant(loop.range.step) || g_.index_value(loop.range.step) == 0) return false;
  std::vector<Written> written;
  std::vector<NodeId> loops;
  if (!collect(loop.nexts[k], loop.level, k, loops, written)) return false;
  NodeId own = kNoNode;
  for (NodeId id : reachable_at(g_, loop.nexts, loop.level)) {
    if (g_.op(id) == Op::Bound && g_[id].level == loop.level && g_.slot(id) == 0) own = id;
  }
  try {
    const Polynomial step(g_.index_value(loop.range.step));
    const Polynomial away = Polynomial::unknown(kTrips) * step;
    const Polynomial then = when == When::Before ? index - step - away : index + away;
    return std::ranges::all_of(written, [&](const Written& w) {
      return is_apart(w, own, loop.level, then, reader, element);
    });
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// Whether what one statement writes, in a trip that has the index `then`, is never the element.
bool TripsApart::is_apart(const Written& w, NodeId own, int level, const Polynomial& then,
                          NodeId reader, std::span<const NodeId> element) {
  std::uint64_t varying = Graph::bit(level);
  std::vector<std::pair<NodeId, Polynomial>> there;  // indices of the loops in the other trip
  // As the other trip has it; empty where that is not known.
  const auto in_other = [&](Polynomial p) -> std::optional<Polynomial> {
    for (NodeId u : p.unknowns()) {
      const bool renamed =
          u == own || std::ranges::any_of(there, [&](const auto& t) { return t.first == u; });
      if (u < kFirstOther - kMostLoops && !renamed && (g_.free(u) & varying) != 0) return {};
    }
    for (const auto& [unknown, value] : there) p = p.with(unknown, value);
    return own == kNoNode ? p : p.with(own, then);
  };
  Bounds bounds;
  for (NodeId loop : w.loops) {
    varying |= Graph::bit(g_[loop].level);
    const auto range = bounds_of(loop);
    if (!range) continue;
    if (there.size() == kMostLoops) return false;
    const NodeId fresh = kFirstOther - static_cast<NodeId>(there.size());
    const auto low = in_other(range->low);
    const auto high = in_other(range->high);
    if (low && high) bounds.insert(bounds.begin(), {fresh, *low, *high});
    there.emplace_back(range->index, Polynomial::unknown(fresh));
  }
  for (std::size_t d = 0; d < std::min(w.place.size(), element.size()); ++d) {
    const auto place = in_other(polynomials_.of(w.place[d]));
    if (place && holds_around(reader, bounds, *place - polynomials_.of(element[d]))) return true;
  }
  return false;
}

}  // namespace gradsmith
