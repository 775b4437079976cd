#include "commands/options.hpp"

#include <algorithm>

namespace gradsmith {

namespace {

std::string without_blanks(std::string entry) {
  entry.erase(0, entry.find_first_not_of(" \t"));
  entry.erase(entry.find_last_not_of(" \t") + 1);
  return entry;
}

/// What is wrong with a value that looks like an option; empty: nothing.
std::string no_option(const std::string& value) {
  if (value.size() < 2 || value.front() != '-') return "";
  return "'" + value + "' is an option, and a value was expected";
}

}  // namespace

ReadOptions SpecOptions::read(const std::string& spec) const {
  return {spec, compiler_arguments, compilation_database, functions, wrt, lengths};
}

CommandLine split_command_line(int argc, const char* const* argv) {
  const std::vector<std::string> all(argv + 1, argv + argc);
  const auto dashes = std::ranges::find(all, "--");
  CommandLine line;
  line.own.assign(all.begin(), dashes);
  if (dashes != all.end()) line.compiler.assign(dashes + 1, all.end());
  return line;
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* command = app.add_subcommand(name);
  command->formatter_fn(
      [help](const CLI::App*, const std::string&, CLI::AppFormatMode) { return help; });
  return command;
}

void add_spec_options(CLI::App& command, SpecOptions& options, bool several_specs) {
  CLI::Option* spec = command.add_option("spec", options.specs)->required();
  if (!several_specs) spec->expected(1);
  add_list(command, "--function", options.functions);
  add_list(command, "--wrt", options.wrt);
  add_list(command, "--length", options.lengths);
  add_value(command, "-p", options.compilation_database);
}

void add_list(CLI::App& command, const std::string& name, std::vector<std::string>& list) {
  // Without allow_extra_args(false) a list would swallow the spec that follows it.
  command.add_option(name, list)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->transform(without_blanks)
      ->check([](const std::string& entry) {
        return entry.empty() ? std::string("an entry of the list is empty") : no_option(entry);
      });
}

void add_value(CLI::App& command, const std::string& name, std::string& value) {
  command.add_option(name, value)->check(no_option);
}

void require_values(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) continue;
    throw UsageError("'" + argument + "' gives no value", "write it behind the =, or leave it out");
  }
}

}  // namespace gradsmith
