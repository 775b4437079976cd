#pragma once

// Names of ours that a spec's parameters have already.

#include <span>
#include <vector>

#include "commands/lowered_spec.hpp"
#include "passes/derive.hpp"

namespace gradsmith {

/// Structs and constants that are called like a parameter of one of the functions take a trailing
/// `_`, wherever the items mention them: the parameter would hide them. Functions keep their names,
/// since no emitted code calls them.
void step_aside(std::vector<Item>& items, std::span<const LoweredFunction> functions);

}  // namespace gradsmith
