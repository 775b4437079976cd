#pragma once

// `gradsmith train`: trains a spec's parameters on data.

#include "commands/options.hpp"

namespace gradsmith {

/// Adds the command; where it is picked, `selected` runs it.
void add_train(CLI::App& app, const std::vector<std::string>& compiler_arguments,
               SelectedCommand& selected);

}  // namespace gradsmith
