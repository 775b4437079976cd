#pragma once

// How single numbers inside parameters and results are called in messages and results: `w[2]`,
// `cam.pose[0]`.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// The name of the element at a row-major place; a scalar has place 0 and no extents.
std::string element_label(const std::string& root, const std::vector<Step>& steps,
                          std::span<const std::int64_t> extents, std::int64_t place);

/// What the return value of a function derived from `base` is called: by `base` where it still is
/// that function's value, else by its own name.
std::string returned_label(const Function& derived, const std::string& base);

}  // namespace gradsmith
