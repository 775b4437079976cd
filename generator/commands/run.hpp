#pragma once

// From a described command line to an exit status.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "commands/options.hpp"

namespace gradsmith {

/// Gives the program its --help and --version.
void describe_program(CLI::App& app);

/// Parses the arguments, runs the command that they pick, and gives the exit status. No exception
/// leaves it: refusals are reported, anything else is a bug of ours and says so.
int run(CLI::App& app, std::vector<std::string> arguments, const SelectedCommand& selected);

}  // namespace gradsmith
