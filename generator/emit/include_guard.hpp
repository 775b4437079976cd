#pragma once

// Names of macros that keep definitions from being read twice.

#include <string>

#include "ir/function.hpp"

namespace gradsmith {

/// The include guard of a file, by its path with '/': `generated/loss.grad.hpp` gives
/// GRADSMITH_GENERATED_s_LOSS_GRAD_HPP. Different paths give different guards: folders are parted
/// by
/// `_s_`, further dots are `_d_`, a capital letter is marked by a `c` before it, every other byte
/// is `x` and its number.
std::string include_guard(const std::string& path);

/// The guard of a struct that several files may define: its qualified name, with '/' for '::', and
/// a number made from its members, so that different structs of one name still clash.
std::string struct_guard(const std::string& name, const StructDefinition& definition);

}  // namespace gradsmith
