#pragma once

// What a function costs, by count: how passes choose among candidates.

#include "ir/function.hpp"

namespace gradsmith {

/// Whether an operator takes about as long as a call of the C library; others are arithmetic,
/// divisions and square roots among it.
bool costs_a_call(Op op);

/// The sum over all nodes that the outputs need of the operators' costs (ir/ops.def: calls 20,
/// divisions and square roots 5, else 1). A loop's body counts once.
std::int64_t counted_cost(const Function& f);

/// The same, negations not counted: most of them go when signs are placed.
std::int64_t cost_without_signs(const Function& f);

/// Whether candidates of a function are judged as they stand, and not by running further passes,
/// whose time would tell.
bool is_large(const Function& f);

}  // namespace gradsmith
