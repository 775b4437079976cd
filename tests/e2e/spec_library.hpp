#pragma once

// What all random specs of a file share, in markup: the user's header with the aggregates of their
// interfaces, and helpers that use what the language of specs has for helpers.

#include <string>

namespace e2e {

/// The text of shapes.hpp.
std::string shapes_header();

/// The opening of a spec: includes of the library.
std::string spec_includes();

/// The helpers, to stand inside the spec's namespace, before the functions.
std::string spec_helpers();

}  // namespace e2e
