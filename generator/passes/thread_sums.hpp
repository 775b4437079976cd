#pragma once

// Sums of arrays that loops make, gone on with instead of added.

#include "ir/function.hpp"

namespace gradsmith {

/// In s + Final(F, k), where F only ever adds to its state k, beginning with zeros, F begins with s
/// instead, and its final state is the sum: no array of its own, no zeros, no loop that adds it up.
/// Several such loops in one sum go on from each other, also under the sides of a choice, and
/// several states of one loop that end in one sum become one.
Function thread_sums(Function f);

}  // namespace gradsmith
