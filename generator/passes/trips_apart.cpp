#include "passes/trips_apart.hpp"

#include <algorithm>
#include <map>

#include "ir/arrays.hpp"

namespace gradsmith {
namespace {

/// The index in the other trip, which no node has; downwards from there, indices of loops inside
/// it.
constexpr NodeId kOther = kNoNode;
constexpr std::size_t kMostLoops = 16;
constexpr std::size_t kMostPaths = 8;
constexpr int kMostDimensions = 3;

/// At least how large unknowns are.
using Least = std::map<NodeId, std::int64_t>;

/// Whether a polynomial cannot be below zero: no factor is once all unknowns count from their
/// least.
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

/// p as q * n + r.
std::pair<Polynomial, Polynomial> divided(const Polynomial& p, NodeId n) {
  Polynomial quotient, rest;
  for (const auto& [product, factor] : p.terms()) {
    Polynomial term(1);
    bool taken = false;
    for (NodeId u : product) {
      if (u == n && !taken) {
        taken = true;
      } else {
        term = term * Polynomial::unknown(u);
      }
    }
    (taken ? quotient : rest) += term.scaled(factor);
  }
  return {quotient, rest};
}

}  // namespace

TripsApart::TripsApart(const Graph& g, std::span<const NodeId> live)
    : g_(g), polynomials_(g), bodies_(bodies_with(g, live)) {}

/// The places that the statements write which lead from the k-th state of the loop of that level to
/// `version`.
bool TripsApart::collect(NodeId version, int level, std::size_t k, std::vector<NodeId>& loops,
                         std::vector<Written>& found) const {
  const auto write = [&](NodeId loop, std::span<const NodeId> place) {
    if (loop != kNoNode) loops.push_back(loop);
    found.push_back({{place.begin(), place.end()}, loops});
    if (loop != kNoNode) loops.pop_back();
  };
  const auto is_one = [&](NodeId id) { return g_.op(id) == Op::OneHot; };
  const auto place_of = [&](NodeId one) {
    return g_.operands(one).first(g_.operands(one).size() - 1);
  };
  while (!is_state(g_, version, level, k)) {
    const auto o = g_.operands(version);
    const ArraySum sum = as_array_sum(g_, version);
    if (g_.op(version) == Op::Write) {
      write(version, o.subspan(5));
      version = o[3];
    } else if (g_.op(version) == Op::Reduce && is_one(o[4])) {
      write(version, place_of(o[4]));
      version = o[3];
    } else if (sum.a != kNoNode && (is_one(sum.a) || is_one(sum.b))) {
      write(kNoNode, place_of(is_one(sum.a) ? sum.a : sum.b));
      version = is_one(sum.a) ? sum.b : sum.a;
    } else if (g_.op(version) == Op::Final) {
      const auto slot = static_cast<std::size_t>(g_.slot(version));
      const FoldParts parts = g_.fold_parts(o[0]);
      loops.push_back(o[0]);
      if (!collect(parts.nexts[slot], parts.level, slot, loops, found)) return false;
      loops.pop_back();
      version = parts.inits[slot];
    } else {
      return false;
    }
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

/// Whether a polynomial cannot be below zero while the indices are within their bounds. None of the
/// loops is empty, since something is written and read in them.
bool TripsApart::never_negative(Polynomial p, const Bounds& bounds) {
  Least least;
  for (const Bounded& b : bounds) {
    learn(b.low, b.high, least);
    learn(b.low, Polynomial::unknown(b.index), least);
  }
  for (const Bounded& b : bounds) {
    if (!p.mentions(b.index)) continue;
    const Polynomial without = p.with(b.index, Polynomial());
    const Polynomial slope = p.with(b.index, Polynomial(1)) - without;
    const bool linear = without + slope * Polynomial::unknown(b.index) == p;
    const bool up = is_natural(slope, least);
    if (!linear || (!up && !is_natural(slope.scaled({-1, 1}), least))) return false;
    p = p.with(b.index, up ? b.low : b.high);
  }
  return is_natural(p, least);
}

bool TripsApart::never_equal(const Polynomial& a, const Polynomial& b, const Bounds& bounds,
                             int depth) const {
  if (never_negative(a - b - Polynomial(1), bounds)) return true;
  if (never_negative(b - a - Polynomial(1), bounds)) return true;
  if (depth == kMostDimensions) return false;
  // As rows and columns: `i * n + j` with 0 <= j < n.
  for (NodeId n : a.unknowns()) {
    const bool is_index =
        n >= g_.size() || std::ranges::any_of(bounds, [&](const auto& k) { return k.index == n; });
    if (is_index || !b.mentions(n)) continue;
    const auto [row_a, column_a] = divided(a, n);
    const auto [row_b, column_b] = divided(b, n);
    const auto is_column = [&](const Polynomial& p) {
      return never_negative(p, bounds) &&
             never_negative(Polynomial::unknown(n) - p - Polynomial(1), bounds);
    };
    if (!is_column(column_a) || !is_column(column_b)) continue;
    if (never_equal(row_a, row_b, bounds, depth + 1)) return true;
    if (never_equal(column_a, column_b, bounds, depth + 1)) return true;
  }
  return false;
}

/// Whether two subscripts are never equal, whichever loops the reader is in.
bool TripsApart::differ_around(NodeId reader, const Bounds& written, const Polynomial& a,
                               const Polynomial& b) {
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
      if (++ends > kMostPaths || !never_equal(a, b, path.bounds, 0)) return false;
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

bool TripsApart::is_elsewhere(NodeId reader, std::span<const NodeId> place,
                              std::span<const NodeId> element) {
  try {
    for (std::size_t d = 0; d < std::min(place.size(), element.size()); ++d) {
      const Polynomial written = polynomials_.of(place[d]);
      if (differ_around(reader, {}, written, polynomials_.of(element[d]))) return true;
    }
  } catch (const PolynomialTooLarge&) {
  }
  return false;
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
    const std::int64_t step = g_.index_value(loop.range.step);
    const Polynomial begin = polynomials_.of(loop.range.begin);
    const Polynomial last = polynomials_.of(loop.range.end) - Polynomial(step > 0 ? 1 : -1);
    Bounded other{kOther, begin, index - Polynomial(step)};
    if (when == When::From) other = {kOther, index, last};
    if (step < 0) std::swap(other.low, other.high);
    return std::ranges::all_of(written, [&](const Written& w) {
      return is_apart(w, own, loop.level, other, reader, element);
    });
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// Whether what one statement writes, in a trip that has the index `then`, is never the element.
bool TripsApart::is_apart(const Written& w, NodeId own, int level, const Bounded& then,
                          NodeId reader, std::span<const NodeId> element) {
  std::uint64_t varying = Graph::bit(level);
  std::vector<std::pair<NodeId, Polynomial>> there;  // indices of the loops in the other trip
  // As the other trip has it; empty where that is not known.
  const auto in_other = [&](Polynomial p) -> std::optional<Polynomial> {
    for (NodeId u : p.unknowns()) {
      const bool renamed =
          u == own || std::ranges::any_of(there, [&](const auto& t) { return t.first == u; });
      if (u < g_.size() && !renamed && (g_.free(u) & varying) != 0) return {};
    }
    for (const auto& [unknown, value] : there) p = p.with(unknown, value);
    return own == kNoNode ? p : p.with(own, Polynomial::unknown(then.index));
  };
  Bounds bounds{then};
  for (NodeId loop : w.loops) {
    varying |= Graph::bit(g_[loop].level);
    const auto range = bounds_of(loop);
    if (!range) continue;
    if (there.size() == kMostLoops) return false;
    const NodeId fresh = kOther - 1 - static_cast<NodeId>(there.size());
    const auto low = in_other(range->low);
    const auto high = in_other(range->high);
    if (low && high) bounds.insert(bounds.begin(), {fresh, *low, *high});
    there.emplace_back(range->index, Polynomial::unknown(fresh));
  }
  for (std::size_t d = 0; d < std::min(w.place.size(), element.size()); ++d) {
    const auto place = in_other(polynomials_.of(w.place[d]));
    if (place && differ_around(reader, bounds, *place, polynomials_.of(element[d]))) return true;
  }
  return false;
}

}  // namespace gradsmith
