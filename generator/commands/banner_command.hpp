#pragma once

// The command line that a generated file says it was made by.

#include <string>
#include <vector>

#include "emit/split.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// The options of `generate` that change what is written.
struct ContentOptions {
  std::vector<std::string> emit;
  std::vector<std::string> wrt;
  std::vector<std::string> functions;
  FpPolicy policy = FpPolicy::Finite;
  std::size_t max_statements = kDefaultMaxStatements;
  bool sparse = false;
  bool keep_going = false;  ///< and functions were left out
  std::vector<std::string> lengths = {};
  bool keep_loops = false;
  bool vector_math = false;
  bool module = false;
};

/// The words of `gradsmith generate specs/loss.cpp --emit=value,gradient`: always in this order,
/// without what names places on one machine (outputs, include paths), and quoted for a shell where
/// needed. A long list is given in several options, each short enough for a line.
std::vector<std::string> banner_command(const std::string& spec, const ContentOptions& options);

/// `strict`, `finite`, `fast`.
std::string policy_name(FpPolicy policy);

}  // namespace gradsmith
