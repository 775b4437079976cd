#pragma once

// Straight-line functions that GCC should leave as they are.

#include <string_view>

#include "emit/block.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// Whether a function of that cost computes several results without a loop, and so much for them
/// that it is called rather than inlined: GCC gathers numbers of such a function into vectors where
/// results lie side by side, and what that takes is more than it saves
/// (docs/adr/0027-scalar-code.md).
bool is_scalar_code(const Function& f, const OperationCounts& counts);

/// What stands before such functions, on a line of its own, and its definition.
inline constexpr std::string_view kScalarCode = "GRADSMITH_SCALAR\n";
inline constexpr std::string_view kScalarCodeSource = R"source(#ifndef GRADSMITH_SCALAR
// GCC would gather numbers into vectors where results lie side by side, at more than that saves.
#if defined(__GNUC__) && !defined(__clang__)
#define GRADSMITH_SCALAR __attribute__((optimize("no-tree-slp-vectorize")))
#else
#define GRADSMITH_SCALAR
#endif
#endif
)source";

}  // namespace gradsmith
