#pragma once

// Builds and runs comparison programs for functions over arrays of run-time length: emitted code
// against the spec as it stands and against dual numbers, with g++ under the sanitizers and with
// clang++ as people build.

#include <filesystem>
#include <string>
#include <vector>

#include "loop_function.hpp"
#include "process.hpp"

namespace e2e {

/// The default policy; another one where GRADSMITH_E2E_POLICY names it.
std::string policy_of_loops();

struct LoopComparison {
  std::filesystem::path folder;
  std::vector<LoopFunction> functions;  ///< each in `<name>.cpp`, with `<name>.grad.hpp` beside it
  std::string policy = policy_of_loops();  ///< of floating point
  std::string log;                         ///< what went wrong, for people
};

/// The words and lengths that gradsmith is asked for.
std::vector<std::string> loop_options(const LoopFunction& f);

/// Writes `<name>.cpp` and has gradsmith write `<name>.grad.hpp`.
Ran generate_loops(const LoopComparison& c, const LoopFunction& f, const std::string& text);

/// Compiles and runs with both compilers, with g++ alone where `quick`; false, with a log, where
/// something is wrong.
bool compare_loops(LoopComparison& c, bool quick);

}  // namespace e2e
