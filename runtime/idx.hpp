#pragma once

#include <string>

#include "runtime/dataset.hpp"

namespace gradsmith::runtime {

// The format of MNIST's files: two zero bytes, the kind of numbers, the number of dimensions, their
// extents, the numbers, all with the highest byte first. Source: Y. LeCun, "The MNIST database".
bool is_idx(const std::string& bytes);

// The first dimension counts the samples. Throws DataError for a file that is cut off or too long,
// numbers of an unknown kind, and one that is not finite.
Dataset parse_idx(const std::string& bytes, const std::string& name);

}  // namespace gradsmith::runtime
