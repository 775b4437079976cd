#pragma once

// What an author may have to say by --length, where no subscript tells it.

#include <string>

#include "frontend/array_accesses.hpp"

namespace gradsmith::frontend {

/// A length by an access for which none is known, as --length takes it: that the rows are as long
/// as they are apart, `n*T`, where only the data knows how much of each is read; that offsets never
/// decrease, `start[n]`. Empty where nothing is likely.
std::string likely_length(const Graph& graph, Polynomials& polynomials, const ArrayAccess& access);

}  // namespace gradsmith::frontend
