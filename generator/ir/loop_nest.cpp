#include "ir/loop_nest.hpp"

#include <algorithm>

#include "ir/growth.hpp"
#include "ir/loop_bounds.hpp"

namespace gradsmith {
namespace {

// Each level takes a difference, which lowers the degree.
constexpr int kMostDifferences = 6;
constexpr std::int64_t kMostLeast = 1'000'000;
// Nests of single bounds that one with several is looked at as.
constexpr std::size_t kMostChoices = 64;

struct Ends {
  Polynomial begin, end;
};

/// The ends of a range where it has a trip. One whose end is chosen, `n > 0 ? m : 0`, has none
/// where the choice falls on its beginning.
Ends ends_of_trips(const Graph& g, Polynomials& read, const Range& range) {
  Ends ends{read.of(range.begin), read.of(range.end)};
  const bool up = g.index_value(range.step) > 0;
  const auto trips = [up](const Ends& e) { return up ? e.end - e.begin : e.begin - e.end; };
  for (NodeId u : trips(ends).unknowns()) {
    if (g.op(u) != Op::If) continue;
    const auto o = g.operands(u);
    const auto on_side = [&](NodeId side) {
      const Polynomial value = read.of(side);
      return Ends{ends.begin.with(u, value), ends.end.with(u, value)};
    };
    const auto otherwise = trips(on_side(o[2])).constant();
    if (otherwise && otherwise->numerator <= 0) ends = on_side(o[1]);
  }
  return ends;
}

}  // namespace

void LoopNest::at_least(NodeId size, std::int64_t least) {
  const auto [known, fresh] = least_.try_emplace(size, least);
  if (!fresh) known->second = std::max(known->second, least);
  // n / 2 is at least 1 where n is at least 2.
  if (least < 1 || least > kMostLeast || !graph_ || graph_->op(size) != Op::Quotient) return;
  const auto o = graph_->operands(size);
  if (graph_->op(o[0]) != Op::Input || !graph_->is_constant(o[1])) return;
  const std::int64_t divisor = graph_->index_value(o[1]);
  if (divisor > 0 && divisor <= kMostLeast) at_least(o[0], least * divisor);
}

bool LoopNest::enter(const Graph& g, Polynomials& read, int level, NodeId index,
                     const Range& range) {
  if (!g.is_constant(range.step)) return false;
  graph_ = &g;
  const std::int64_t step = g.index_value(range.step);
  const auto [begin, end] = ends_of_trips(g, read, range);
  Loop loop;
  loop.index = index;
  loop.level = level;
  loop.first = begin;
  loop.last = end - Polynomial(step > 0 ? 1 : -1);
  loop.exact = true;
  loop.unit = step == 1 || step == -1;
  if (!loop.unit) {
    const Polynomial distance = end - loop.first;
    loop.exact =
        distance.scaled(Rational{step > 0 ? 1 : -1, 1} * Rational{1, step > 0 ? step : -step})
            .is_whole();
    if (loop.exact) loop.last = end - Polynomial(step);
  }
  const Polynomial& low = step > 0 ? loop.first : loop.last;
  const Polynomial& high = step > 0 ? loop.last : loop.first;
  loop.low = {low};
  loop.high = {high};
  if (loop.unit) {
    std::vector<Polynomial> lows = lower_bounds(g, read, low), highs = upper_bounds(g, read, high);
    std::size_t choices = lows.size() * highs.size();
    for (const Loop& outer : loops_) choices *= outer.low.size() * outer.high.size();
    if (choices <= kMostChoices) {
      loop.low = std::move(lows);
      loop.high = std::move(highs);
    }
  }
  if (loop.exact) bound_by_count(g, read, loop, step > 0);
  learn_lengths(loop);
  // Where several bounds meet, the outer loops run further than this one does.
  if (loop.low.size() + loop.high.size() > 2) {
    for (const Polynomial& h : loop.high) {
      for (const Polynomial& l : loop.low) narrow(h - l);
    }
  }
  loops_.push_back(std::move(loop));
  return true;
}

/// As many trips as some loop has counted of its own are no more than it makes, of which there is
/// one where this loop makes any.
void LoopNest::bound_by_count(const Graph& g, Polynomials& read, Loop& loop, bool up) {
  const Polynomial distance = up ? loop.last - loop.first : loop.first - loop.last;
  for (NodeId u : distance.unknowns()) {
    const NodeId counting = loop_counted_by(g, u);
    if (counting == kNoNode) continue;
    const Range range = g.range_of(counting);
    if (!g.is_constant(range.step)) continue;
    const std::int64_t step = g.index_value(range.step);
    const std::int64_t stride = step > 0 ? step : -step;
    if (!(distance == (Polynomial::unknown(u) - Polynomial(1)).scaled({stride, 1}))) continue;
    const Polynomial begin = read.of(range.begin), end = read.of(range.end);
    const Polynomial most = (step > 0 ? end - begin : begin - end) - Polynomial(1);
    const Polynomial low = up ? loop.first : loop.last;
    const Polynomial high = up ? loop.last : loop.first;
    for (const Polynomial& h : upper_bounds(g, read, low + most)) loop.high.push_back(h);
    for (const Polynomial& l : lower_bounds(g, read, high - most)) loop.low.push_back(l);
  }
}

void LoopNest::runs(const Graph& g, Polynomials& read, const Range& range) {
  if (!g.is_constant(range.step)) {
    doubtful_ = true;
    return;
  }
  graph_ = &g;
  const bool up = g.index_value(range.step) > 0;
  const auto [begin, end] = ends_of_trips(g, read, range);
  const Polynomial low = up ? begin : end + Polynomial(1);
  const Polynomial high = up ? end - Polynomial(1) : begin;
  for (const Polynomial& h : upper_bounds(g, read, high)) {
    for (const Polynomial& l : lower_bounds(g, read, low)) {
      learn(h - l);
      inside_.push_back(h - l);
    }
  }
  for (const Polynomial& length : inside_) {
    for (NodeId u : length.unknowns()) {
      const bool is_index =
          std::ranges::any_of(loops_, [&](const Loop& loop) { return loop.index == u; });
      doubtful_ = doubtful_ || (!is_index && g.free(u) != 0);
    }
  }
}

std::optional<LoopNest::Root> LoopNest::root_of(const Polynomial& p) const {
  for (std::size_t k = loops_.size(); k-- > 0;) {
    const Loop& loop = loops_[k];
    if (hides_index(p, loop)) return std::nullopt;
    if (!p.mentions(loop.index)) continue;
    const Polynomial rest = p.with(loop.index, Polynomial());
    const Polynomial index = Polynomial::unknown(loop.index);
    if (p == rest + index) return Root{k, true, rest.scaled({-1, 1})};
    if (p == rest - index) return Root{k, false, rest};
    return std::nullopt;
  }
  return std::nullopt;
}

bool LoopNest::narrow(const Polynomial& fact) {
  try {
    const auto root = root_of(fact);
    if (!root) return false;
    Loop& loop = loops_[root->loop];
    std::vector<Polynomial> bounds = root->rises ? loop.low : loop.high;
    const auto closer_than = [&](const Polynomial& bound) {
      return root->rises ? root->index - bound : bound - root->index;
    };
    const std::size_t passed = std::erase_if(
        bounds, [&](const Polynomial& bound) { return shows(closer_than(bound), root->loop); });
    if (passed == 0) {
      return std::ranges::any_of(bounds, [&](const Polynomial& bound) {
        return shows(closer_than(bound).scaled({-1, 1}), root->loop);
      });
    }
    bounds.push_back(root->index);
    (root->rises ? loop.low : loop.high) = std::move(bounds);
    loop.exact = loop.exact && loop.unit;
    learn_lengths(loop);
    return true;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

bool LoopNest::exclude(const Polynomial& zero) {
  try {
    const auto root = root_of(zero);
    if (!root) return false;
    Loop& loop = loops_[root->loop];
    const Polynomial one(1);
    if (!loop.unit) return false;
    if (loop.high == std::vector{root->index}) {
      loop.high = {root->index - one};
    } else if (loop.low == std::vector{root->index}) {
      loop.low = {root->index + one};
    } else {
      const auto is_below = [&](const Polynomial& high) {
        return shows(high - root->index - one, root->loop);
      };
      const auto is_above = [&](const Polynomial& low) {
        return shows(root->index - low - one, root->loop);
      };
      return std::ranges::all_of(loop.high, is_below) && std::ranges::all_of(loop.low, is_above);
    }
    learn_lengths(loop);
    return true;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

void LoopNest::learn_lengths(const Loop& loop) {
  for (const Polynomial& h : loop.high) {
    for (const Polynomial& l : loop.low) learn(h - l);
  }
}

/// The largest value of what is not negative in some trip is not negative.
void LoopNest::learn(const Polynomial& length) {
  const auto most = largest(length);
  if (!most) return;
  for (const Polynomial& fact : most->values) learn_of_sizes(fact);
}

void LoopNest::knows(const Graph& graph, const Polynomial& fact) {
  graph_ = &graph;
  learn_of_sizes(fact);
}

void LoopNest::learn_of_sizes(const Polynomial& fact) {
  const std::vector<NodeId> unknowns = fact.unknowns();
  if (std::ranges::any_of(unknowns, [&](NodeId u) { return graph_->free(u) != 0; })) return;
  if (unknowns.size() == 1) {
    const Polynomial n = Polynomial::unknown(unknowns[0]);
    const auto slope = (fact.with(unknowns[0], 1) - fact.with(unknowns[0], 0)).constant();
    if (slope && slope->numerator > 0) {
      const auto constant = (fact.scaled({slope->denominator, slope->numerator}) - n).constant();
      if (constant) {
        // n + c/d >= 0
        const std::int64_t d = constant->denominator, c = -constant->numerator;
        return at_least(unknowns[0], c >= 0 ? (c + d - 1) / d : -(-c / d));
      }
    }
  }
  if (!unknowns.empty()) facts_.push_back(fact);
  // A remainder of n that is left, n - n / 8 * 8 > 0, is one of a positive n.
  for (NodeId q : unknowns) {
    if (graph_->op(q) != Op::Quotient) continue;
    const auto o = graph_->operands(q);
    if (!graph_->is_constant(o[1]) || graph_->op(o[0]) != Op::Input) continue;
    const Polynomial left =
        Polynomial::unknown(o[0]) - Polynomial::unknown(q).scaled({graph_->index_value(o[1]), 1});
    if (fact == left - Polynomial(1)) at_least(o[0], 1);
  }
}

/// At least how large a size is, where that is known; n / 8 is not negative where n is not.
std::optional<std::int64_t> LoopNest::least_of(NodeId size) const {
  if (const auto known = least_.find(size); known != least_.end()) return known->second;
  if (!graph_ || graph_->op(size) != Op::Quotient) return std::nullopt;
  const auto o = graph_->operands(size);
  if (!graph_->is_constant(o[1]) || graph_->index_value(o[1]) <= 0) return std::nullopt;
  const auto dividend = least_.find(o[0]);
  if (dividend == least_.end() || dividend->second < 0) return std::nullopt;
  return dividend->second / graph_->index_value(o[1]);
}

/// Whether an unknown other than the index itself depends on the loop.
bool LoopNest::hides_index(const Polynomial& p, const Loop& loop) const {
  return hangs_on_trips(*graph_, p, loop.index, loop.level);
}

bool LoopNest::sizes_allow(const Polynomial& p, bool use_facts) const {
  Polynomial shifted = p;
  for (NodeId u : p.unknowns()) {
    const auto least = least_of(u);
    if (!least) {
      shifted = p;
      break;
    }
    shifted = shifted.with(u, Polynomial::unknown(u) + Polynomial(*least));
  }
  const bool all_known =
      std::ranges::all_of(p.unknowns(), [&](NodeId u) { return least_of(u).has_value(); });
  const bool no_minus = std::ranges::all_of(
      shifted.terms(), [](const auto& term) { return term.second.numerator >= 0; });
  if (all_known && no_minus) return true;
  if (!use_facts) return false;
  return std::ranges::any_of(facts_,
                             [&](const Polynomial& fact) { return sizes_allow(p - fact, false); });
}

bool LoopNest::never_negative(Polynomial p, std::size_t loops, int depth) const {
  if (depth > kMostDifferences) return false;
  while (loops > 0) {
    const Loop& loop = loops_[loops - 1];
    if (hides_index(p, loop)) return false;
    if (p.mentions(loop.index)) {
      const Polynomial d = p.difference(loop.index);
      if (never_negative(d, loops, depth + 1)) {
        p = p.with(loop.index, loop.low.front());
      } else if (never_negative(Polynomial() - d, loops, depth + 1)) {
        p = p.with(loop.index, loop.high.front());
      } else {
        return false;
      }
    }
    --loops;
  }
  return sizes_allow(p, true);
}

bool LoopNest::never_negative(const Polynomial& p) const { return shows(p, loops_.size()); }

/// Whether p >= 0 in every trip of the outermost loops.
bool LoopNest::shows(const Polynomial& p, std::size_t loops) const {
  try {
    if (!has_choices()) return never_negative(p, loops, 0);
    return std::ranges::any_of(
        single_bounds(), [&](const LoopNest& one) { return one.never_negative(p, loops, 0); });
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

bool LoopNest::has_choices() const {
  return std::ranges::any_of(
      loops_, [](const Loop& loop) { return loop.low.size() > 1 || loop.high.size() > 1; });
}

/// The nests that have one of each loop's bounds on either side: each runs wherever this one does.
std::vector<LoopNest> LoopNest::single_bounds() const {
  std::vector<LoopNest> found{*this};
  for (std::size_t k = 0; k < loops_.size(); ++k) {
    std::vector<LoopNest> next;
    for (const LoopNest& nest : found) {
      for (const Polynomial& low : loops_[k].low) {
        for (const Polynomial& high : loops_[k].high) {
          next.push_back(nest);
          next.back().loops_[k].low = {low};
          next.back().loops_[k].high = {high};
          next.back().is_wider_ = true;
        }
      }
    }
    found = std::move(next);
  }
  return found;
}

std::vector<NodeId> LoopNest::sizes() const {
  std::vector<NodeId> found;
  for (const Loop& loop : loops_) {
    for (const auto* bounds : {&loop.low, &loop.high}) {
      for (const Polynomial& p : *bounds) {
        const std::vector<NodeId> unknowns = p.unknowns();
        found.insert(found.end(), unknowns.begin(), unknowns.end());
      }
    }
  }
  std::erase_if(found, [&](NodeId u) {
    return std::ranges::any_of(loops_, [&](const Loop& loop) { return loop.index == u; });
  });
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

}  // namespace gradsmith
