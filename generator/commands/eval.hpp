#pragma once

// `gradsmith eval`: the numbers of a function or a derivative at a point.

#include "commands/options.hpp"

namespace gradsmith {

/// Adds the command; where it is picked, `selected` runs it.
void add_eval(CLI::App& app, const std::vector<std::string>& compiler_arguments,
              SelectedCommand& selected);

}  // namespace gradsmith
