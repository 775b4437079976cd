#pragma once

// Long functions in parts. Compilers take more than linear time for a function, so one with very
// many statements becomes several, called in turn, that share a struct of what lives across them.

#include <optional>
#include <string>
#include <vector>

#include "emit/block.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// Where `--max-statements` does not say otherwise. docs/adr/0006-long-functions.md has the compile
/// times that led to it.
inline constexpr std::size_t kDefaultMaxStatements = 2000;

/// One part of a function.
struct Part {
  std::string name;                     ///< `part_1`
  std::vector<std::string> parameters;  ///< those of the whole that it mentions, in their order
  bool uses_kept = false;               ///< it mentions the shared struct
  bool fills_result = false;            ///< it mentions the object that the whole returns
  Block body;
};

/// A function in parts.
struct SplitFunction {
  struct Kept {
    Element type;
    std::string name;
  };
  std::vector<Part> parts;
  std::vector<Kept> kept;  ///< locals that are members of the shared struct, in their order
  std::string keeper;      ///< the name of that struct's object in every part: `kept`
  std::string scope;       ///< of the parts' names: `loss_gradient_parts`
  std::string result;      ///< the object that is returned; empty where there is none
  Block whole;             ///< what is left: calls of the parts, early returns, the return
};

/// The number of statements in a block, those inside branches among them.
std::size_t count_statements(const Block& block);

/// A block of `f` of more than `max_statements` in parts of at most a quarter as many, with the
/// statements and in the order that the block has; nothing is computed otherwise or elsewhere. Only
/// the outermost list is split: an `if` stays whole, and one that returns stays in what is left.
/// Takes the statements out of the block; where it is short enough, or max_statements is 0, leaves
/// it as it is and gives nothing.
std::optional<SplitFunction> split(const Function& f, Block& block, std::size_t max_statements);

}  // namespace gradsmith
