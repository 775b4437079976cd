#pragma once

// Negations move to where they cost nothing: into differences, constants and other negations.

#include "ir/function.hpp"

namespace gradsmith {

/// Chooses for every floating scalar outside loops whether it is computed as it stands or with the
/// opposite sign, so that few negations remain. A product's sign is the product of its factors'
/// signs; a difference has either sign for free (y - x for x - y), and so has what a constant takes
/// part in; a sum of two takes over a sign that both share. A negation remains where an output, a
/// call or anything else needs the other sign. Signs are tried one by one, the ones next to the
/// outputs first, and a sign that saves a negation is kept.
///
/// The author's values keep their bits under Strict; where -(x - y) may be y - x (Finite), up to
/// zero's sign. Keeps `f` where that would not lower counted_cost.
Function place_signs(Function f);

}  // namespace gradsmith
