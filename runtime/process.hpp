#pragma once

#include <string>
#include <vector>

namespace gradsmith::runtime {

struct Ran {
  int status = -1;     // the exit status; -1 where it did not run or a signal ended it
  std::string output;  // what it wrote to stdout and stderr
};

// Runs a program, found on the path, with its arguments, and waits for it.
Ran run_program(const std::vector<std::string>& command);

// Whether such a program can be started: an executable file of that path, or on $PATH.
bool is_program(const std::string& name);

}  // namespace gradsmith::runtime
