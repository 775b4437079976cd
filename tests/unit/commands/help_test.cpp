// What --help prints and what the options are, held together.

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "commands/eval.hpp"
#include "commands/generate.hpp"
#include "commands/print.hpp"
#include "commands/run.hpp"
#include "commands/train.hpp"

using namespace gradsmith;

namespace {

void require_fits_a_screen(const std::string& help) {
  INFO(help);
  std::istringstream in(help);
  std::string line;
  int lines = 0;
  while (std::getline(in, line)) {
    ++lines;
    CHECK(line.size() <= 80);
  }
  CHECK(lines <= 24);
  CHECK(help.find("example") != std::string::npos);
}

}  // namespace

TEST_CASE("every help fits a screen, has an example, and names every option") {
  CLI::App app;
  SelectedCommand selected;
  describe_program(app);
  add_generate(app, {}, selected);
  add_print(app, {}, selected);
  add_eval(app, {}, selected);
  add_train(app, {}, selected);
  require_fits_a_screen(app.help());
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string help = command->help();
    require_fits_a_screen(help);
    CHECK(app.help().find(command->get_name()) != std::string::npos);
    for (const CLI::Option* option : command->get_options()) {
      const std::string name = option->get_name();
      if (name == "--help" || option->get_positional()) continue;
      INFO(command->get_name() << " " << name);
      CHECK(help.find(name) != std::string::npos);
    }
  }
}

TEST_CASE("what stands after the first -- is the compiler's") {
  const char* const argv[] = {"gradsmith", "generate", "a.cpp", "--", "-I", "x", "--", "y"};
  const CommandLine line = split_command_line(8, argv);
  CHECK(line.own == std::vector<std::string>{"generate", "a.cpp"});
  CHECK(line.compiler == std::vector<std::string>{"-I", "x", "--", "y"});
}
