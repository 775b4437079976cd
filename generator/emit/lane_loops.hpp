#pragma once

// Loops that call functions, with eight of their trips at once, for vector versions of these.

#include <set>
#include <string>

#include "emit/block.hpp"

namespace gradsmith {

/// Replaces each loop that allows it by one that makes eight trips at once, a sum over the eight of
/// what the loop adds up, and a loop over the trips that are left. A loop allows it if it
///
/// - calls a function that has a vector version (emit/vector_math.hpp) on numbers that differ from
///   trip to trip,
/// - counts up by one, and nothing decides in it which statements run that differs from trip to
/// trip,
/// - hands no value on but sums: to scalars, and to elements that are the same in all trips,
/// - writes else only the element of its trip, in arrays of which it reads no other element,
/// - and reads doubles, of which those of neighbouring trips lie at a fixed distance.
///
/// Sums are added in another order, and else nothing changes but who computes the functions.
/// Adds to `functions` those that are called on eight numbers. `taken`: names that are in use.
void run_in_lanes(Block& block, std::set<std::string> taken, std::set<Op>& functions);

}  // namespace gradsmith
