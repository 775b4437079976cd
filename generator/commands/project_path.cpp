#include "commands/project_path.hpp"

#include <filesystem>

#include "support/refusal.hpp"

namespace gradsmith {

namespace fs = std::filesystem;

namespace {

/// The path of a file inside its project.
std::string inside_project(const fs::path& file) {
  std::error_code error;
  fs::path root = file.parent_path();
  fs::path folder = root;
  while (true) {
    if (fs::exists(folder / ".git", error)) {
      root = folder;
      break;
    }
    for (const char* mark : {"CMakeLists.txt", "CMakeCache.txt"}) {
      if (fs::exists(folder / mark, error)) root = folder;
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return file.lexically_relative(root).generic_string();
}

}  // namespace

std::string project_path(const std::string& spec) {
  if (spec.find_first_of("\r\n") != std::string::npos) {
    // It would end the comment that names the spec.
    throw Refusal("gs-spec-name", "the path of a spec has a line break in it", "rename it");
  }
  std::error_code error;
  fs::path file = fs::canonical(spec, error);
  if (error) file = fs::absolute(spec).lexically_normal();
  return inside_project(file);
}

std::string output_project_path(const std::string& output) {
  const fs::path file = fs::absolute(output);
  std::error_code error;
  fs::path folder = fs::weakly_canonical(file.parent_path(), error);
  if (error) folder = file.parent_path().lexically_normal();
  return inside_project(folder / file.filename());
}

}  // namespace gradsmith
