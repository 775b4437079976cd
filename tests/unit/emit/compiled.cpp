#include "unit/emit/compiled.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#ifndef GRADSMITH_GXX
#define GRADSMITH_GXX "g++"
#endif
#ifndef GRADSMITH_CLANGXX
#define GRADSMITH_CLANGXX "clang++-19"
#endif
#ifndef GRADSMITH_TEST_SCRATCH_DIR
#define GRADSMITH_TEST_SCRATCH_DIR "."
#endif

namespace gradsmith {
namespace {

Outcome run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  Outcome outcome;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    outcome.text.append(buffer, n);
  const int status = pclose(pipe);
  outcome.good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return outcome;
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

std::vector<std::string> compilers() { return {GRADSMITH_GXX, GRADSMITH_CLANGXX}; }

std::string write_scratch(const std::string& file, const std::string& text) {
  const std::filesystem::path folder = std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "emit";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / file).string();
  std::ofstream out(path);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
  return path;
}

Outcome compile_only(const std::string& compiler, const std::string& path,
                     const std::string& flags) {
  return run(quoted(compiler) + " " + kStrictFlags + " " + flags + " -x c++ -fsyntax-only " +
             quoted(path));
}

Outcome compile_and_run(const std::string& compiler, const std::string& path,
                        const std::string& flags) {
  const std::string program = path + ".out";
  const Outcome compiled =
      run(quoted(compiler) + " " + flags + " " + quoted(path) + " -o " + quoted(program) + " -lm");
  return compiled.good ? run(quoted(program)) : compiled;
}

}  // namespace gradsmith
