#pragma once

// Running programs as a user does, and looking at what they leave behind.

#include <filesystem>
#include <string>
#include <vector>

namespace e2e {

struct Ran {
  int status = -1;  ///< the exit status; 128 + n where signal n ended it
  std::string out;
  std::string err;
};

/// Runs a program with arguments in a folder, for at most five minutes.
Ran run(const std::vector<std::string>& command, const std::filesystem::path& folder);

/// Runs gradsmith.
Ran gradsmith(const std::vector<std::string>& arguments, const std::filesystem::path& folder);

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

/// An empty folder of that name below the build folder. Tests run at once: each has names of its
/// own.
std::filesystem::path fresh_folder(const std::string& name);

/// How often one text stands in another.
int occurrences(const std::string& text, const std::string& of);

/// The names of all files below a folder, sorted, separated by blanks.
std::string listing(const std::filesystem::path& folder);

}  // namespace e2e
