#include "commands/project_path.hpp"

#include <filesystem>

#include "support/refusal.hpp"

namespace gradsmith {

namespace fs = std::filesystem;

std::string project_path(const std::string& spec) {
  if (spec.find_first_of("\r\n") != std::string::npos) {
    // It would end the comment that names the spec.
    throw Refusal("gs-spec-name", "the path of a spec has a line break in it");
  }
  std::error_code error;
  fs::path file = fs::canonical(spec, error);
  if (error) file = fs::absolute(spec).lexically_normal();
  fs::path root = file.parent_path();
  fs::path folder = root;
  while (true) {
    if (fs::exists(folder / ".git", error)) {
      root = folder;
      break;
    }
    if (fs::exists(folder / "CMakeLists.txt", error)) root = folder;
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return file.lexically_relative(root).generic_string();
}

}  // namespace gradsmith
