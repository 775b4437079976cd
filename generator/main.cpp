// Reads the command line and picks a command.

#include <cstdlib>  // says whether this is glibc
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "commands/eval.hpp"
#include "commands/generate.hpp"
#include "commands/options.hpp"
#include "commands/print.hpp"
#include "commands/run.hpp"
#include "commands/train.hpp"

namespace {

/// Passes make and drop arrays of a hundred megabytes, one after another. Given back to the system
/// each time, their pages would have to be cleared again for the next: a tenth of the whole time.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  mallopt(M_TOP_PAD, 1 << 26);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  using namespace gradsmith;
  keep_freed_memory();
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
