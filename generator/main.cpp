// Reads the command line and picks a command.

#include "commands/eval.hpp"
#include "commands/generate.hpp"
#include "commands/options.hpp"
#include "commands/print.hpp"
#include "commands/run.hpp"
#include "commands/train.hpp"
#include "support/heap.hpp"

int main(int argc, char** argv) {
  using namespace gradsmith;
  prepare_heap();
  const CommandLine line = split_command_line(argc, argv);
  CLI::App app;
  SelectedCommand selected;
  describe_program(app);
  add_generate(app, line.compiler, selected);
  add_print(app, line.compiler, selected);
  add_eval(app, line.compiler, selected);
  add_train(app, line.compiler, selected);
  return run(app, line.own, selected);
}
