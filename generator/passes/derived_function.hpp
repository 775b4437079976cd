#pragma once

// What derivatives of several kinds start from: the author's function under a derived name, and its
// gradient.

#include <string>
#include <vector>

#include "ir/function.hpp"
#include "passes/pipeline.hpp"
#include "passes/words.hpp"

namespace gradsmith {

/// The only output of a scalar function; refuses others (gs-not-scalar).
NodeId scalar_output(const Function& primal, const Word& word);

/// The author's function under a derived name; what it returns and writes comes first.
Function with_value(const Function& primal, const std::string& suffix, std::string comment);

/// The adjoints of all differentiated scalars of `f` from its scalar `output`.
std::vector<NodeId> gradient_of(Function& f, NodeId output, const std::string& of);

/// The value and the gradient, in an output parameter `d`.
Function gradient(const Function& primal, const Word& word);

/// The same, simplified: what second derivatives start from.
Function simplified_gradient(const Function& primal, const Word& word, std::string comment,
                             const PassObserver& observer);

/// The floating scalars of the outputs that are derivatives.
std::vector<NodeId> derivative_outputs(const Function& f);

}  // namespace gradsmith
