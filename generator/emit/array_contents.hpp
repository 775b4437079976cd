#pragma once

// What every place of an array holds while the statements of a scope run.

#include "emit/order.hpp"

namespace gradsmith {

/// Follows the statements in their order, along every path through the branches, and makes sure
/// that each version of an array is in its place wherever one of its elements is read, or a
/// statement writes over it. Throws ArrayOrderRefusal where another version is: a statement that is
/// computed in several branches (see Placement) may have run before, say, on a path on which it
/// stands in two of them.
void require_contents(const Placement& placement, const Forms& forms,
                      const std::vector<std::vector<Unit>>& statements);

}  // namespace gradsmith
