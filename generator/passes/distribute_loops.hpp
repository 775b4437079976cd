#pragma once

// Loops that add to neighbouring elements of one array become loops that compilers can vectorise.

#include "ir/function.hpp"

namespace gradsmith {

/// A trip of the loop back over a stencil,
///
///     for j: a[j - 1] += u(j);  a[j] += v(j);  a[j + 1] += w(j)
///
/// reads what the trip before has written, and waits for it. Where the terms are no more than a few
/// operations, each neighbour gets a loop of its own, which has no such wait; what stays together
/// lies the same distance apart in every trip. The elements' terms are added in another order.
Function distribute_loops(Function f);

}  // namespace gradsmith
