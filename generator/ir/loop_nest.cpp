#include "ir/loop_nest.hpp"

#include <algorithm>
#include <array>

namespace gradsmith {
namespace {

// Each level takes a difference, which lowers the degree.
constexpr int kMostDifferences = 6;
constexpr std::int64_t kMostLeast = 1'000'000;

Polynomial difference(const Polynomial& p, NodeId index) {
  return p.with(index, Polynomial::unknown(index) + Polynomial(1)) - p;
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
  Loop loop;
  loop.index = index;
  loop.level = Graph::bit(level);
  loop.first = read.of(range.begin);
  loop.last = read.of(range.end) - Polynomial(step > 0 ? 1 : -1);
  loop.exact = true;
  loop.unit = step == 1 || step == -1;
  if (!loop.unit) {
    const Polynomial distance = read.of(range.end) - loop.first;
    loop.exact =
        distance.scaled(Rational{step > 0 ? 1 : -1, 1} * Rational{1, step > 0 ? step : -step})
            .is_whole();
    if (loop.exact) loop.last = read.of(range.end) - Polynomial(step);
  }
  loop.low = step > 0 ? loop.first : loop.last;
  loop.high = step > 0 ? loop.last : loop.first;
  learn(loop.high - loop.low);
  loops_.push_back(loop);
  return true;
}

void LoopNest::runs(const Graph& g, Polynomials& read, const Range& range) {
  if (!g.is_constant(range.step)) {
    doubtful_ = true;
    return;
  }
  graph_ = &g;
  const bool up = g.index_value(range.step) > 0;
  const Polynomial begin = read.of(range.begin), end = read.of(range.end);
  const Polynomial length = (up ? end - begin : begin - end) - Polynomial(1);
  learn(length);
  inside_.push_back(length);
  for (NodeId u : length.unknowns()) {
    const bool is_index =
        std::ranges::any_of(loops_, [&](const Loop& loop) { return loop.index == u; });
    doubtful_ = doubtful_ || (!is_index && g.free(u) != 0);
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
    Polynomial& bound = root->rises ? loop.low : loop.high;
    const Polynomial closer = root->rises ? root->index - bound : bound - root->index;
    if (!never_negative(closer, root->loop, 0)) {
      return never_negative(closer.scaled({-1, 1}), root->loop, 0);
    }
    bound = root->index;
    loop.exact = loop.exact && loop.unit;
    learn(loop.high - loop.low);
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
    if (root->index == loop.high) {
      loop.high = loop.high - one;
    } else if (root->index == loop.low) {
      loop.low = loop.low + one;
    } else {
      return never_negative(loop.high - root->index - one, root->loop, 0) &&
             never_negative(root->index - loop.low - one, root->loop, 0);
    }
    learn(loop.high - loop.low);
    return true;
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// The largest value of what is not negative in some trip is not negative.
void LoopNest::learn(const Polynomial& length) {
  const auto most = largest(length);
  if (!most) return;
  const Polynomial& fact = most->value;
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
  return std::ranges::any_of(p.unknowns(), [&](NodeId u) {
    return u != loop.index && (graph_->free(u) & loop.level) != 0;
  });
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
      const Polynomial d = difference(p, loop.index);
      if (never_negative(d, loops, depth + 1)) {
        p = p.with(loop.index, loop.low);
      } else if (never_negative(Polynomial() - d, loops, depth + 1)) {
        p = p.with(loop.index, loop.high);
      } else {
        return false;
      }
    }
    --loops;
  }
  return sizes_allow(p, true);
}

bool LoopNest::never_negative(const Polynomial& p) const {
  try {
    return never_negative(p, loops_.size(), 0);
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

std::optional<Extreme> LoopNest::extreme(Polynomial p, bool largest, bool subscript) const {
  const std::size_t loops = loops_.size();
  Extreme found;
  // What each index is where the extreme is reached, over the indices outside of it; both ends
  // where it does not matter.
  std::vector<std::array<Polynomial, 2>> ends;
  for (std::size_t k = loops; k-- > 0;) {
    const Loop& loop = loops_[k];
    if (hides_index(p, loop)) return std::nullopt;
    if (!p.mentions(loop.index)) {
      ends.push_back({loop.high, loop.low});
      continue;
    }
    const Polynomial d = difference(p, loop.index);
    // What begins at zero and is never negative cannot fall.
    const bool rises = never_negative(d, k + 1, 1) ||
                       (subscript && largest && p.with(loop.index, loop.low).is_zero());
    if (!rises && !never_negative(Polynomial() - d, k + 1, 1)) return std::nullopt;
    const Polynomial& end = rises == largest ? loop.high : loop.low;
    found.attained = found.attained && loop.exact;
    p = p.with(loop.index, end);
    ends.push_back({end, end});
  }
  // At that point every loop must run: an inner one may be empty there.
  const auto runs_at = [&](std::size_t side) {
    const auto runs_there = [&](Polynomial length) {
      for (std::size_t k = 0; k < ends.size(); ++k) {
        length = length.with(loops_[loops - 1 - k].index, ends[k][side]);
      }
      return never_negative(std::move(length), 0, 0);
    };
    if (!std::ranges::all_of(inside_, runs_there)) return false;
    for (std::size_t k = 0; k < loops; ++k) {
      if (!runs_there(loops_[k].high - loops_[k].low)) return false;
    }
    return true;
  };
  found.attained = found.attained && !doubtful_ && (runs_at(0) || runs_at(1));
  found.value = std::move(p);
  return found;
}

std::optional<Extreme> LoopNest::largest(const Polynomial& p) const {
  try {
    return extreme(p, true, false);
  } catch (const PolynomialTooLarge&) {
    return std::nullopt;
  }
}

std::optional<Extreme> LoopNest::largest_subscript(const Polynomial& p) const {
  try {
    return extreme(p, true, true);
  } catch (const PolynomialTooLarge&) {
    return std::nullopt;
  }
}

std::optional<Extreme> LoopNest::smallest(const Polynomial& p) const {
  try {
    return extreme(p, false, false);
  } catch (const PolynomialTooLarge&) {
    return std::nullopt;
  }
}

std::vector<NodeId> LoopNest::sizes() const {
  std::vector<NodeId> found;
  for (const Loop& loop : loops_) {
    for (const Polynomial* p : {&loop.low, &loop.high}) {
      for (NodeId u : p->unknowns()) found.push_back(u);
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
