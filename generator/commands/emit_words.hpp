#pragma once

// Which derivatives of which functions are wanted: the entries of --emit and --of, `word` or
// `function:word`, found their functions.

#include <span>
#include <string>
#include <vector>

#include "commands/lowered_spec.hpp"

namespace gradsmith {

/// Fills `words` and `wanted` of the specs. A fixed word goes to every function, a word made of
/// names to those functions that have the names. Without entries every function gets its default
/// words. An entry that no function answers to throws UsageError, but not where a spec was refused:
/// the function that it is meant for may be missing. Words come in the order of the vocabulary,
/// those made of names last, in the order given. With `sparse` the words jacobian and hessian are
/// sparse_jacobian and sparse_hessian; throws UsageError where neither is among the words.
void assign_words(const std::vector<std::string>& entries, std::span<LoweredSpec> specs,
                  bool sparse = false);

}  // namespace gradsmith
