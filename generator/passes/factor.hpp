#pragma once

// Sums of products: like terms meet, common factors are taken out.

#include "ir/function.hpp"

namespace gradsmith {

/// Rewrites the free sums outside loops that differentiation made, operands first, so that what is
/// taken out of an inner sum is a factor for the outer one. A sum is seen flat through the sums in
/// it that nothing else uses, up to 64 terms, but never through the author's own; a sum in which
/// nothing is gained stays as it stands.
/// - Terms of equal powers become one.
/// - The factor that most terms share is taken out of them, with all that these terms have in
///   common, and again, until no two terms share one. Terms that something else needs as well
///   are left alone, for they cost nothing here.
/// - A sum that was rewritten has its terms in the order of their ids, the first of them positive,
///   so that equal sums are one node wherever they come from, up to sign.
/// Keeps `f` where that would not lower counted_cost.
Function factor(Function f);

}  // namespace gradsmith
