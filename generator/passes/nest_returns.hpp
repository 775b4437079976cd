#pragma once

// Early returns become a chain of choices, as the author wrote them.

#include "ir/function.hpp"

namespace gradsmith {

/// Lowering keeps a flag `returned` beside the value: after n returns the result is
/// `r ? v : rest`, where r says whether any of them happened, `r = r' || c`, and v is again a
/// choice by the flag before, `v = r' ? v' : x`. Every number of the function then stands under the
/// flag, on two paths each time, and what differentiation makes of that grows as the square of n.
/// This pass makes it `r' ? v' : c ? x : rest`, and so on inwards, and in x, c and rest, which are
/// now reached only where the flags before are false, takes the flags for false. The value keeps
/// its bits; a function without such choices stays as it is.
Function nest_returns(Function f);

}  // namespace gradsmith
