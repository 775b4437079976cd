#pragma once

// The C structs of a module's description.

#include <string_view>

namespace gradsmith {

/// Their definitions, guarded by a macro, so that any number of generated files can be included
/// together. runtime/module_v1.hpp holds the same text.
std::string_view module_types_source();

}  // namespace gradsmith
