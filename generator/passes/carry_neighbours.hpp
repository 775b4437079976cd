#pragma once

// What trips add to elements that the next trips add to, too, is handed on.

#include "ir/function.hpp"

namespace gradsmith {

/// A loop that adds to neighbouring elements of one array,
///
///     for i: a[i] -= u(i);  a[i + 1] += u(i)
///
/// reads in each trip what the one before has just written. What it adds to an element that the
/// next trip reaches is carried there as a number,
///
///     for i: a[i] += c - u(i);  c = u(i)
///     if there was a trip: a[n] += c
///
/// so that each element is read and written once. For what `distribute_loops` and `lanes` leave as
/// it is: terms that cost much, and elements that lie as far apart as two trips do, those at 2 * i
/// and 2 * i + 2. Loops that call functions stay for vector versions of these. The elements' terms
/// are added in another order, so that nothing is done under the strict policy.
Function carry_neighbours(Function f);

}  // namespace gradsmith
