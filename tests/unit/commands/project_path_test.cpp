#include "commands/project_path.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

using gradsmith::output_project_path;
using gradsmith::project_path;
namespace fs = std::filesystem;

namespace {

void touch(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "";
}

/// A folder outside every project, entered and left again.
struct Outside {
  fs::path path =
      fs::temp_directory_path() / ("gradsmith_project_path_test_" + std::to_string(getpid()));
  fs::path before = fs::current_path();
  Outside() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Outside() {
    fs::current_path(before);
    fs::remove_all(path);
  }
};

}  // namespace

TEST_CASE("a spec in a repository is called by its path from there, from any working directory") {
  const Outside outside;
  const fs::path spec = outside.path / "repository/models/fit/loss.cpp";
  touch(spec);
  touch(outside.path / "repository/models/CMakeLists.txt");
  fs::create_directories(outside.path / "repository/.git");
  CHECK(project_path(spec.string()) == "models/fit/loss.cpp");
  fs::current_path(spec.parent_path());
  CHECK(project_path("loss.cpp") == "models/fit/loss.cpp");
  CHECK(project_path("./loss.cpp") == "models/fit/loss.cpp");
  fs::current_path(outside.path);
  CHECK(project_path("repository/models/../models/fit/loss.cpp") == "models/fit/loss.cpp");
}

TEST_CASE("without a repository the outermost CMakeLists.txt is the root") {
  const Outside outside;
  touch(outside.path / "project/CMakeLists.txt");
  touch(outside.path / "project/models/CMakeLists.txt");
  touch(outside.path / "project/models/loss.cpp");
  CHECK(project_path((outside.path / "project/models/loss.cpp").string()) == "models/loss.cpp");
}

TEST_CASE("outside every project a spec is called by its file name") {
  const Outside outside;
  touch(outside.path / "deep/loss.cpp");
  CHECK(project_path((outside.path / "deep/loss.cpp").string()) == "loss.cpp");
}

TEST_CASE("an output is called by its path in the project before and after it is written") {
  const Outside outside;
  fs::create_directories(outside.path / "repository/.git");
  const std::string output = (outside.path / "repository/out/new/loss.grad.hpp").string();
  CHECK(output_project_path(output) == "out/new/loss.grad.hpp");
  touch(output);
  CHECK(output_project_path(output) == "out/new/loss.grad.hpp");
  fs::current_path(outside.path / "repository/out");
  CHECK(output_project_path("new/loss.grad.hpp") == "out/new/loss.grad.hpp");
  CHECK(output_project_path("../out/./new/loss.grad.hpp") == "out/new/loss.grad.hpp");
  fs::create_symlink("new/loss.grad.hpp", outside.path / "repository/out/link.hpp");
  CHECK(output_project_path("link.hpp") == "out/link.hpp");
}

TEST_CASE("an output in a build folder outside the project is called by its path in there") {
  const Outside outside;
  touch(outside.path / "build/CMakeCache.txt");
  const fs::path output = outside.path / "build/gradsmith/fit/specs/loss.grad.hpp";
  CHECK(output_project_path(output.string()) == "gradsmith/fit/specs/loss.grad.hpp");
}
