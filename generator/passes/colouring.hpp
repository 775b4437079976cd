#pragma once

// Which columns of a sparse matrix of derivatives one sweep can find together.

#include "passes/dependence.hpp"

namespace gradsmith {

/// Puts those of `columns` that no row has in common into groups, greedily in their order; groups
/// and what is in them stay in that order. `rows` is the whole pattern.
Sparsity orthogonal_groups(const Sparsity& rows, std::span<const std::uint32_t> columns);

}  // namespace gradsmith
