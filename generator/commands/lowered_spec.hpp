#pragma once

// A spec on its way through a command: read, its entry functions lowered.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontend/read_spec.hpp"
#include "ir/function.hpp"
#include "passes/words.hpp"

namespace gradsmith {

/// An entry function that was lowered, and the words that are wanted of it.
struct LoweredFunction {
  std::size_t entry = 0;  ///< in Spec::entries()
  Function function;      ///< as the frontend reads it, nothing cut
  std::vector<Word> words;
};

/// An entry of --emit that some function of a spec answers to.
struct WantedEntry {
  std::string text;  ///< `word` or `function:word`
  WordKind kind = WordKind::Value;
};

struct LoweredSpec {
  std::string path;                        ///< as the user named it
  std::unique_ptr<Spec> spec;              ///< null where it could not be read
  std::vector<LoweredFunction> functions;  ///< in source order; those that were not refused
  std::vector<WantedEntry> wanted;         ///< in the order of the vocabulary
  bool refused = false;                    ///< the spec, or a function of it; why was printed
  std::vector<std::string> left_out;       ///< the functions that were refused

  /// The function lowered with the locals cut by which a word differentiates.
  Function lower_for(const LoweredFunction& lowered, const Word& word) const;
};

/// Reads a spec and lowers its entry functions; prints every refusal. Where there is a `needed`,
/// only those of functions that it is true for: others are left out without a word, and do not make
/// the spec refused.
LoweredSpec lower_spec(const ReadOptions& options, FpPolicy policy, bool keep_loops = false,
                       const std::function<bool(const EntryPoint&)>& needed = {});

/// `lab5::z`
std::string qualified_name(const std::vector<std::string>& namespaces, const std::string& name);

}  // namespace gradsmith
