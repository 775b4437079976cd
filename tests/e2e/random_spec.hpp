#pragma once

// Random specs over the language of specs: a function's text and interface follow from its seed
// alone.

#include <cstdint>
#include <string>

#include "interface.hpp"

namespace e2e {

enum class Results {
  One,      ///< a single floating number, returned
  Several,  ///< arrays, aggregates, references, in-out parameters
};

struct RandomSpec {
  Interface interface;
  std::string text;  ///< in markup; it needs spec_library.hpp's helpers
};

/// Some of the parameters are marked gradsmith::param or gradsmith::data where `marks` is set.
RandomSpec random_spec(std::uint64_t seed, Results results, bool marks,
                       const std::string& name_space);

}  // namespace e2e
