#pragma once

// From a function and a word to the functions that are emitted for it.

#include <variant>
#include <vector>

#include "ir/function.hpp"
#include "passes/pipeline.hpp"
#include "passes/words.hpp"

namespace gradsmith {

/// Something that emitted code defines, in the namespaces of the function it belongs to.
using Item = std::variant<StructDefinition, NamedConstant, NamedTable, Function>;

/// What a word gives for a function, in the order in which it is emitted. `primal` is prepared
/// (`prepare` of passes/pipeline.hpp), lowered with the word's cuts. Functions come simplified.
/// `loss_partials` and the constants of a Jacobian are made by `shared_items`. Throws Refusal where
/// the function has no such derivative: a gradient of several outputs (gs-not-scalar), a derivative
/// by a local that is assigned more than once, by an integer, ...
std::vector<Item> derive(const Function& primal, const Word& word,
                         const PassObserver& observer = {});

/// What several words of one function share: `struct loss_partials`, `loss_rows`, `loss_cols`;
/// those that the words need.
std::vector<Item> shared_items(const Function& primal, const std::vector<Word>& words);

}  // namespace gradsmith
