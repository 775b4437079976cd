#include "commands/run.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

constexpr const char* kHelp =
    R"(usage: gradsmith <command> <spec.cpp> [options] [-- <compiler flags>]

Reads ordinary C++ functions and writes ordinary C++ functions: the value and
every derivative.

commands:
  generate    write the derivatives of a spec's functions as a C++ header
  print       show a function or a derivative as a formula, at any stage
  eval        evaluate a function or a derivative at a point
  train       train a spec's parameters on data

  --help      of the program, or of a command: gradsmith generate --help
  --version

example:
  gradsmith generate loss.cpp --emit=value,gradient     # writes loss.grad.hpp

exit status: 0 done; 1 a spec was refused, or a check found a difference;
2 the command line is wrong
)";

/// CLI11 would only say that a command is missing.
void require_known_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  if (std::ranges::find(names, arguments.front()) != names.end()) return;
  throw UsageError("there is no command '" + arguments.front() + "'",
                   "the commands are " + join(names));
}

/// CLI11's own errors: help and version are answers, all others wrong usage.
Status answer(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::CallForHelp*>(&error)) {
    const auto picked = app.get_subcommands();
    print_result((picked.empty() ? &app : picked.front())->help());
    return Status::Done;
  }
  if (dynamic_cast<const CLI::CallForVersion*>(&error)) {
    print_result(std::string(error.what()) + "\n");
    return Status::Done;
  }
  const auto picked = app.get_subcommands();
  const std::string command = picked.empty() ? "" : " " + picked.front()->get_name();
  throw UsageError(error.what(), "see gradsmith" + command + " --help");
}

}  // namespace

void describe_program(CLI::App& app) {
  app.name("gradsmith");
  app.formatter_fn([](const CLI::App*, const std::string&, CLI::AppFormatMode) { return kHelp; });
  app.set_version_flag("--version", "gradsmith 0.1");
  app.require_subcommand(1);
}

int run(CLI::App& app, std::vector<std::string> arguments, const SelectedCommand& selected) {
  Status status = Status::Failed;
  try {
    try {
      require_known_command(app, arguments);
      require_values(arguments);
      std::ranges::reverse(arguments);  // CLI11 takes them from the back
      app.parse(arguments);
      status = selected();
    } catch (const CLI::ParseError& error) {
      status = answer(app, error);
    }
  } catch (const Refusal& refusal) {
    report(refusal);
    status = status_of(refusal);
  } catch (const std::exception& error) {
    say(std::string("gradsmith: internal error: ") + error.what());
  }
  return static_cast<int>(status);
}

}  // namespace gradsmith
