#pragma once

// What the commands' options have in common.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "commands/status.hpp"
#include "frontend/read_spec.hpp"

namespace gradsmith {

/// Which specs, and how they are read.
struct SpecOptions {
  std::vector<std::string> specs;
  std::vector<std::string> functions;
  std::vector<std::string> wrt;
  std::vector<std::string> lengths;
  std::string compilation_database;
  std::vector<std::string> compiler_arguments;

  ReadOptions read(const std::string& spec) const;
};

/// A command line: what is for gradsmith, and what stands after the first `--`.
struct CommandLine {
  std::vector<std::string> own;
  std::vector<std::string> compiler;
};
CommandLine split_command_line(int argc, const char* const* argv);

/// The command that the command line picked, ready to run.
using SelectedCommand = std::function<Status()>;

/// Adds a command whose --help prints `help`.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help);

/// Adds the spec, --function, --wrt, --length and -p.
void add_spec_options(CLI::App& command, SpecOptions& options, bool several_specs);

/// Adds an option that takes a list with commas, and blanks around them, and may be repeated.
void add_list(CLI::App& command, const std::string& name, std::vector<std::string>& list);

/// Adds an option with one value, which is not an option itself; `-` is a value.
void add_value(CLI::App& command, const std::string& name, std::string& value);

/// Throws UsageError where an argument is an option with nothing behind its `=`: the parser would
/// take the next argument for its value.
void require_values(const std::vector<std::string>& arguments);

}  // namespace gradsmith
