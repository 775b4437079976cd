#pragma once

#include <string>

namespace gradsmith::runtime {

// Whether a name is of a pattern's form, in which `*` stands for any characters and `?` for one.
bool matches(const std::string& pattern, const std::string& name);

}  // namespace gradsmith::runtime
