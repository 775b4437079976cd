#pragma once

// Loops whose results only one side of a condition asks for, but asks for within another loop.

#include "ir/function.hpp"

namespace gradsmith {

/// Puts a loop, or an assignment, under the condition without which nobody asks for what it makes.
/// A loop of which all that is needed stands on one side of a choice is written there anyway, but
/// not where the choice is made element by element in a loop that follows,
///
///     t = Fold ...;  Map(i, If(c, t[i], 0))
///
/// since the choice then stands behind it. Where the loop may read elements that are not there
/// without the condition, or divide by zero, it becomes `If(c, t, what the place held before)`;
/// others stay, as each choice asks for an order of statements that there may not be. So does an
/// element of the function's own arrays that a loop needs under a condition only, and an assignment
/// to an element that may not be there. An element that only loops need, of an array that changes
/// before they run, is read where one of them runs. After `materialise`: the choice is between two
/// versions of one place.
Function guard_loops(Function f);

}  // namespace gradsmith
