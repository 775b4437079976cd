#pragma once

// Small loops of constant length inside functions whose other loops stay loops.

#include <cstdint>

#include "ir/function.hpp"

namespace gradsmith {

/// A loop of more trips stays a loop.
inline constexpr std::int64_t kMostUnrolledTrips = 16;

/// Replaces loops by their trips where the length is constant and the body holds no other loop, as
/// long as all trips together are at most as many operations as fit on a screen: what the trips
/// then know (subscripts, zeros and ones in small matrices, values kept in small arrays) costs
/// nothing any more. Loops around a loop that went so are looked at after it.
Function unroll_inner(Function f);

}  // namespace gradsmith
