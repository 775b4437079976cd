#pragma once

// How a command ends, and how it says why.

#include <string>
#include <vector>

#include "support/refusal.hpp"

namespace gradsmith {

/// What the program exits with.
enum class Status : int {
  Done = 0,
  Failed = 1,  ///< the spec was refused, a check found differences, a file could not be written
  Usage = 2,   ///< the command line asks for something that cannot be
};

/// The worse of two.
constexpr Status worse(Status a, Status b) { return a < b ? b : a; }

/// Thrown where the command line itself is wrong; the program exits with Status::Usage.
class UsageError : public Refusal {
 public:
  explicit UsageError(std::string reason, std::string way_out = "", std::string code = "gs-usage")
      : Refusal(std::move(code), std::move(reason), std::move(way_out)) {}
};

/// Usage where what was refused is a name on the command line, wherever that was found out;
/// otherwise Failed.
Status status_of(const Refusal& refusal);

/// Prints a refusal that has no place in a spec: `error: reason [code]` and its way out, to
/// stderr.
void report(const Refusal& refusal);

/// Prints a line to stderr.
void say(const std::string& line);

/// Prints text to stdout; throws Refusal gs-output-not-writable where it cannot be written.
void print_result(const std::string& text);

/// "a, b, c"
std::string join(const std::vector<std::string>& parts, const std::string& separator = ", ");

}  // namespace gradsmith
