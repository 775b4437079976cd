#pragma once

// Parts that sums have in common are computed once.

#include "ir/function.hpp"

namespace gradsmith {

/// Chooses anew how the sums among the free nodes outside loops are put together from their terms.
/// A sum is seen flat through the sums in it that nothing else uses, up to 64 terms, signs aside:
/// x - y is a part of z + y - x. The pair of terms that most sums share is made one term of them,
/// and again, until no two sums share one; a pair that the author's value computes is taken from
/// there. A sum that shares nothing keeps its form. Keeps `f` where that would not lower
/// cost_without_signs.
Function share_sums(Function f);

}  // namespace gradsmith
