#pragma once

// What `gradsmith train` says where training came to numbers that are not finite.

#include "ir/function.hpp"
#include "runtime/session.hpp"
#include "support/refusal.hpp"

namespace gradsmith {

/// A loss or a gradient that is not finite, or parameters after a step: by which sample and which
/// operation. `loss` is the author's function; null: not known.
Refusal not_finite_refusal(const runtime::Session& session, const runtime::NotFinite& found,
                           const Function* loss, const runtime::Dataset& data);

/// A step of Levenberg and Marquardt's method to where the loss is no square.
Refusal below_zero_refusal(const runtime::Session& session, const runtime::NotFinite& n,
                           const runtime::Dataset& data);

}  // namespace gradsmith
