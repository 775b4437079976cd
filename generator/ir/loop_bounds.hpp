#pragma once

// Bounds of loops that are the smaller or the larger of several: `min(n - 1, i + k)`, also where it
// is written as a choice.

#include <optional>
#include <vector>

#include "ir/polynomial.hpp"

namespace gradsmith {

/// Bounds that an index keeps to if and only if it keeps to this one. Sizes alone are one bound,
/// `min(n, m)`.
std::vector<Polynomial> lower_bounds(const Graph& graph, Polynomials& read, const Polynomial& low);
std::vector<Polynomial> upper_bounds(const Graph& graph, Polynomials& read, const Polynomial& high);

/// Max or Min, where an If between integers is that of its sides: `i < k ? 0 : i - k`.
std::optional<Op> extreme_of_sides(const Graph& graph, Polynomials& read, NodeId choice);

}  // namespace gradsmith
