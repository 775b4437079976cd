#pragma once

// Arrays that each trip of a loop begins alike are begun once.

#include "ir/function.hpp"

namespace gradsmith {

/// In `for t: { a = z; for j: a[place(j)] = v(t, j); ... }` the loop begins with a copy of z in
/// each trip, though all that it then changes are the same elements again. Here the array is a
/// state of the loop over t that begins as z. Loops that keep what they had in each trip stay as
/// they are.
Function fill_once(Function f);

}  // namespace gradsmith
