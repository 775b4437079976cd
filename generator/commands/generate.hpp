#pragma once

// `gradsmith generate`: the derivatives of specs as C++ headers.

#include "commands/options.hpp"

namespace gradsmith {

/// Adds the command; where it is picked, `selected` runs it.
void add_generate(CLI::App& app, const std::vector<std::string>& compiler_arguments,
                  SelectedCommand& selected);

}  // namespace gradsmith
