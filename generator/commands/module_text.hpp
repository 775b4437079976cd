#pragma once

// The description of what is written for a spec: `generate --module`.

#include <string>
#include <vector>

#include "commands/lowered_spec.hpp"
#include "emit/header.hpp"
#include "emit/module.hpp"

namespace gradsmith {

/// Describes the functions of `spec` that have a value or a gradient among the items of its file.
ModuleRequest module_request(const std::string& project_path, const LoweredSpec& spec,
                             const std::vector<HeaderItem>& items);

}  // namespace gradsmith
