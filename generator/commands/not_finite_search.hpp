#pragma once

// From a result that is not finite back to the first operation that made it so, through the trips
// of loops.

#include <optional>
#include <string>

#include "ir/evaluate.hpp"
#include "ir/function.hpp"

namespace gradsmith {

struct FirstNotFinite {
  std::string sentence;  ///< empty where it cannot be told
  /// The sample, where the operation is in a loop over samples.
  std::optional<std::size_t> sample;
};

/// The first operation whose operands are all finite and whose result is not, of those that `f`'s
/// first output comes from: its name, its line in the spec, its operands' values. `sample_count` is
/// the integer by which loops over samples end. Throws EvaluationError.
FirstNotFinite search_not_finite(Function f, Environment environment,
                                 const std::string& sample_count);

}  // namespace gradsmith
