// The largest and smallest values of polynomials over the trips of a nest, and whether a trip
// reaches them.

#include <algorithm>

#include "ir/loop_nest.hpp"

namespace gradsmith {
namespace {

// Of a nest, where its loops have several bounds.
constexpr std::size_t kMostCorners = 16;

}  // namespace

/// Whether a subscript that begins at `first` and grows by the same amount from trip to trip cannot
/// fall: with quotient * by + rest at first, it would be negative in every trip. It may be 0 at
/// first and fall where that is the only trip, so where the last one is the loop's own.
bool LoopNest::cannot_fall(const Polynomial& by, const Polynomial& first, std::size_t loops) const {
  const auto [quotient, rest] = divided(first, by);
  const Polynomial opposite = rest.scaled({-1, 1}), one(1);
  if (!never_negative(quotient, loops, 1) || !never_negative(opposite, loops, 1)) return false;
  return !is_wider_ || never_negative(quotient - one, loops, 1) ||
         never_negative(opposite - one, loops, 1);
}

std::optional<Extreme> LoopNest::single_extreme(Polynomial p, bool largest, bool subscript) const {
  Extreme found;
  // The trip in which the extreme is reached; both ends where an index does not matter.
  Point low, high;
  for (std::size_t k = loops_.size(); k-- > 0;) {
    const Loop& loop = loops_[k];
    if (hides_index(p, loop)) return std::nullopt;
    if (!p.mentions(loop.index)) {
      low.push_back(loop.low.front());
      high.push_back(loop.high.front());
      continue;
    }
    const Polynomial d = p.difference(loop.index);
    const bool falls = never_negative(Polynomial() - d, k + 1, 1);
    const bool rises =
        never_negative(d, k + 1, 1) || (!falls && subscript && largest && !d.mentions(loop.index) &&
                                        cannot_fall(d, p.with(loop.index, loop.low.front()), k));
    if (!rises && !falls) return std::nullopt;
    const Polynomial& end = rises == largest ? loop.high.front() : loop.low.front();
    found.attained = found.attained && loop.exact;
    p = p.with(loop.index, end);
    low.push_back(end);
    high.push_back(end);
  }
  // At that point every loop must run: an inner one may be empty there.
  found.attained = found.attained && !doubtful_ && (all_run(high) || all_run(low));
  found.values = {std::move(p)};
  return found;
}

Polynomial LoopNest::at_upper_bounds(Polynomial p) const {
  for (std::size_t k = loops_.size(); k-- > 0;) {
    p = p.with(loops_[k].index, loops_[k].high.front());
  }
  return p;
}

Polynomial LoopNest::value_at(Polynomial p, const Point& at) const {
  for (std::size_t k = 0; k < at.size(); ++k) {
    p = p.with(loops_[loops_.size() - 1 - k].index, at[k]);
  }
  return p;
}

bool LoopNest::all_run(const Point& at) const {
  const auto runs_there = [&](const Polynomial& length) {
    return never_negative(value_at(length, at), 0, 0);
  };
  if (!std::ranges::all_of(inside_, runs_there)) return false;
  return std::ranges::all_of(loops_, [&](const Loop& loop) {
    return std::ranges::all_of(loop.high, [&](const Polynomial& h) {
      return std::ranges::all_of(loop.low, [&](const Polynomial& l) { return runs_there(h - l); });
    });
  });
}

/// Whether a trip at a corner of the nest reaches one of the values, or goes beyond: which of an
/// index's bounds is the closest there is not known, so that must hold whichever it is.
bool LoopNest::reaches(const Polynomial& p, const std::vector<Polynomial>& values,
                       bool largest) const {
  const auto is_exact = [](const Loop& loop) { return loop.exact; };
  if (doubtful_ || !std::ranges::all_of(loops_, is_exact)) return false;
  const std::size_t corners = std::size_t{1} << loops_.size();
  if (corners > kMostCorners) return false;
  for (std::size_t corner = 0; corner < corners; ++corner) {
    std::vector<Point> points{{}};
    for (std::size_t k = loops_.size(); k-- > 0;) {
      std::vector<Point> next;
      for (const Point& at : points) {
        for (const Polynomial& end : (corner >> k) % 2 == 1 ? loops_[k].high : loops_[k].low) {
          next.push_back(at);
          next.back().push_back(end);
        }
      }
      points = std::move(next);
    }
    const auto is_there = [&](const Point& at) {
      const Polynomial here = value_at(p, at);
      return all_run(at) && std::ranges::any_of(values, [&](const Polynomial& value) {
               return never_negative(largest ? here - value : value - here, 0, 0);
             });
    };
    if (std::ranges::all_of(points, is_there)) return true;
  }
  return false;
}

std::optional<Extreme> LoopNest::extreme(const Polynomial& p, bool largest, bool subscript) const {
  if (!has_choices()) return single_extreme(p, largest, subscript);
  Extreme found;
  for (const LoopNest& one : single_bounds()) {
    const auto bound = one.single_extreme(p, largest, subscript);
    if (!bound) continue;
    const Polynomial& value = bound->values.front();
    const auto is_beyond = [&](const Polynomial& a, const Polynomial& b) {
      return never_negative(largest ? a - b : b - a, 0, 0);
    };
    const auto tells = [&](const Polynomial& other) { return is_beyond(value, other); };
    if (std::ranges::any_of(found.values, tells)) continue;
    std::erase_if(found.values, [&](const Polynomial& other) { return is_beyond(other, value); });
    found.values.push_back(value);
  }
  if (found.values.empty()) return std::nullopt;
  found.attained = reaches(p, found.values, largest);
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

}  // namespace gradsmith
