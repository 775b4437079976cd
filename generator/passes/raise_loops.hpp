#pragma once

// From loops as the author wrote them to the loops that calculus knows: a sum that is carried from
// trip to trip is a Reduce, an array that is filled element by element a Write or a Map.

#include "ir/function.hpp"

namespace gradsmith {

/// Takes Folds apart. A scalar state that grows by a term, `s + v` or `s - v`, where nothing else
/// in the loop asks for s, becomes a sum; an array state of which each trip sets one element, at
/// an index that never comes twice, becomes a Write, and where it covers the array a Map; an array
/// whose elements grow, `a[e] += v`, becomes a sum of OneHots. What is left stays one Fold, without
/// the states that nobody asks for. Order and bits are the author's.
Function raise_loops(Function f);

}  // namespace gradsmith
