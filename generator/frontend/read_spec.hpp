#pragma once

// Reading a spec: a C++ source file, parsed by Clang, whose entry functions become `Function`s.
// Nothing of Clang's shows here; this header is all that the rest of gradsmith sees of the
// frontend.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "ir/function.hpp"
#include "support/refusal.hpp"

namespace gradsmith {

/// What the user asked to be read, and how.
struct ReadOptions {
  std::string path;                             ///< the spec as the user named it
  std::vector<std::string> compiler_arguments;  ///< what stands after `--`
  std::string compilation_database;             ///< the folder after `-p`; may be empty
  std::vector<std::string> functions;  ///< `--function`: names, qualified or not; empty: the rule
  std::vector<std::string> wrt;        ///< `--wrt`: `name` or `function:name`
  std::vector<std::string> lengths;    ///< `--length`: `name=n * d` or `function:name=n * d`
};

/// A function of the spec that is to be differentiated.
struct EntryPoint {
  std::string name;
  std::vector<std::string> namespaces;  ///< outermost first; inline ones marked by a leading '!'
  SourceLocation where;
};

/// A spec that compiles. Its entry functions are those with a `param` or `data` mark; in a file
/// without marks, every external non-template function defined in the file itself with a floating
/// result or output that no other function there calls.
class Spec {
 public:
  /// Null where the spec cannot be read or does not compile; why was printed to stderr. Throws a
  /// Refusal where the options name what it does not have.
  static std::unique_ptr<Spec> read(const ReadOptions& options);

  /// As `read`, of a text that stands for the file at options.path.
  static std::unique_ptr<Spec> read_text(const std::string& code, const ReadOptions& options);

  ~Spec();
  Spec(const Spec&) = delete;
  Spec& operator=(const Spec&) = delete;

  /// In source order.
  const std::vector<EntryPoint>& entries() const;

  /// The entry function as a graph: the author's trees, operation by operation. `cuts` names locals
  /// that become independent inputs. Throws a Refusal where the function is outside the language of
  /// docs/spec_language.md.
  Function lower(std::size_t entry, const std::vector<std::string>& cuts = {}) const;

  /// Prints a refusal to stderr: Clang's caret at the spec's line, the reason, the code, the way
  /// out, and the calls through which an inlined function was reached.
  void report(const Refusal& refusal) const;

  /// The spec and the headers that it includes, system headers left out; for a depfile.
  std::vector<std::string> dependencies() const;

 private:
  struct State;
  explicit Spec(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gradsmith
