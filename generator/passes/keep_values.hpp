#pragma once

// What the way back through loops needs of the way there.

#include "ir/function.hpp"

namespace gradsmith {

/// `store_values` and `read_final`, in the order that keeps fewer copies of whole arrays. Storing
/// first computes nothing dear twice; reading elements where the loop has left them first may leave
/// no trip whose arrays must be kept at all. Then `store_elements`, where arrays are kept.
Function keep_values(Function f);

}  // namespace gradsmith
