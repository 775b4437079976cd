#pragma once

// `gradsmith print`: a function or a derivative as a formula, at any stage.

#include "commands/options.hpp"

namespace gradsmith {

/// Adds the command; where it is picked, `selected` runs it.
void add_print(CLI::App& app, const std::vector<std::string>& compiler_arguments,
               SelectedCommand& selected);

}  // namespace gradsmith
