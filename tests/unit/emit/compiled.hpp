#pragma once

// Compiles and runs emitted code with the compilers at hand.

#include <string>
#include <vector>

namespace gradsmith {

/// The flags that all emitted code must compile under without a warning.
inline constexpr const char* kStrictFlags =
    "-std=c++11 -Wall -Wextra -Wconversion -Wshadow -Wdouble-promotion -Werror";

/// The compilers that tests run.
std::vector<std::string> compilers();

/// Writes a file into the scratch folder; gives its path.
std::string write_scratch(const std::string& file, const std::string& text);

/// What the compiler says, and whether it accepts the file under the strict flags and `flags`.
struct Outcome {
  bool good = false;
  std::string text;
};
Outcome compile_only(const std::string& compiler, const std::string& path,
                     const std::string& flags = "");

/// Compiles a program with `flags` alone and runs it; the text is what it prints.
Outcome compile_and_run(const std::string& compiler, const std::string& path,
                        const std::string& flags);

}  // namespace gradsmith
