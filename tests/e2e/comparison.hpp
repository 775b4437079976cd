#pragma once

// Builds and runs comparison programs: emitted functions against the spec compiled as it stands,
// against the oracle, under both compilers and the sanitizers.

#include <filesystem>
#include <string>
#include <vector>

#include "interface.hpp"

namespace e2e {

struct Counts {
  long failures = 0;
  long values = 0;
  long derivatives = 0;
  long differences = 0;
  long ordinary = 0;          ///< derivatives checked at ordinary points
  long skipped_ordinary = 0;  ///< numbers at ordinary points of which nothing can be said

  Counts& operator+=(const Counts& other);
};

/// One spec with the names by which the program is built from it, all inside `folder`.
struct Comparison {
  std::filesystem::path folder;
  std::vector<Interface> functions;
  std::string spec = "spec.cpp";           ///< compiled as it stands
  std::string oracle_spec = "oracle.inc";  ///< compiled under the oracle
  std::string before_oracle;               ///< see oracle_table
  std::vector<std::string> include_folders;
  std::string log;  ///< what went wrong, for people
};

/// Compiles the spec and its oracle; false, with a log, where that fails.
bool build_references(Comparison& comparison);

/// Compiles `header`, emitted under `policy`, with the given compiler, links and runs; adds to the
/// counts, and to the log what fails.
bool compare(Comparison& comparison, const std::vector<std::string>& words,
             const std::string& header, const std::string& policy, const std::string& compiler,
             Counts& counts);

}  // namespace e2e
