#pragma once

// The point at which `eval` evaluates: values of a function's parameters.

#include <string>
#include <vector>

#include "ir/evaluate.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// One entry of --at: `x=2`, `w=1;2;3` (an array, or a part of one, row-major), `w[0][2]=1`,
/// `cam.f=500`, `pts[1].x=2`.
struct PointEntry {
  std::string text;
  std::string root;
  std::vector<Step> steps;
  std::vector<std::int64_t> subscripts;  ///< of the subscript steps, in order
  std::vector<std::string> numbers;      ///< as written
};

/// Throws UsageError for what is not of that form.
PointEntry read_point_entry(const std::string& text);

/// What the entries give to the inputs of a function. Throws UsageError for a name that it does not
/// have, a number of the wrong kind, too many or too few numbers, a number given twice, and for
/// numbers that the outputs need and nobody gave (gs-missing-value, naming them).
Environment environment_at(const std::vector<PointEntry>& point, const Function& f);

}  // namespace gradsmith
