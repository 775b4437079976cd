#include "commands/write_output.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "support/refusal.hpp"

using namespace gradsmith;
namespace fs = std::filesystem;

namespace {

/// An empty folder of its own.
struct Folder {
  fs::path path =
      fs::path(GRADSMITH_TEST_SCRATCH_DIR) / ("write_output_" + std::to_string(getpid()));
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
  }
};

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

bool ours(std::string_view text) { return text.starts_with("// ours"); }

std::string code_of(const std::string& path, const std::string& text) {
  try {
    PendingFile(path, text, ours).commit();
  } catch (const Refusal& refusal) {
    return refusal.code();
  }
  return "";
}

}  // namespace

TEST_CASE("a file that is not there has no text") {
  const Folder folder;
  CHECK_FALSE(read_file(folder / "none.hpp"));
}

TEST_CASE("a committed file has its text, and nothing else is left beside it") {
  const Folder folder;
  PendingFile(folder / "a.hpp", "// ours 1\n", ours).commit();
  CHECK(read_file(folder / "a.hpp") == "// ours 1\n");
  PendingFile(folder / "a.hpp", "// ours 2\n", ours).commit();
  CHECK(read_file(folder / "a.hpp") == "// ours 2\n");
  CHECK(folder.files() == 1);
}

TEST_CASE("without commit nothing has changed") {
  const Folder folder;
  put(folder / "a.hpp", "// ours 1\n");
  {
    const PendingFile changed(folder / "a.hpp", "// ours 2\n", ours);
    const PendingFile made(folder / "b.hpp", "// ours 3\n", ours);
    CHECK(read_file(folder / "a.hpp") == "// ours 1\n");
    CHECK_FALSE(read_file(folder / "b.hpp"));
  }
  CHECK(read_file(folder / "a.hpp") == "// ours 1\n");
  CHECK(folder.files() == 1);
}

TEST_CASE("the same text leaves the file's time alone") {
  const Folder folder;
  put(folder / "a.hpp", "// ours\n");
  const auto past = fs::last_write_time(folder / "a.hpp") - std::chrono::hours(1);
  fs::last_write_time(folder / "a.hpp", past);
  PendingFile(folder / "a.hpp", "// ours\n", ours).commit();
  CHECK(fs::last_write_time(folder / "a.hpp") == past);
  PendingFile(folder / "a.hpp", "// ours, changed\n", ours).commit();
  CHECK(fs::last_write_time(folder / "a.hpp") > past);
}

TEST_CASE("somebody else's file is left as it is") {
  const Folder folder;
  put(folder / "a.hpp", "int precious;\n");
  put(folder / "empty.hpp", "");
  CHECK(code_of(folder / "a.hpp", "// ours\n") == "gs-foreign-output");
  CHECK(code_of(folder / "empty.hpp", "// ours\n") == "gs-foreign-output");
  CHECK(read_file(folder / "a.hpp") == "int precious;\n");
  CHECK(folder.files() == 2);
}

TEST_CASE("what cannot be written is refused") {
  const Folder folder;
  put(folder / "file", "// ours\n");
  CHECK(code_of(folder.path.string(), "// ours\n") == "gs-output-not-writable");
  CHECK(code_of(folder / "missing/a.hpp", "// ours\n") == "gs-output-not-writable");
  CHECK(code_of(folder / "file/a.hpp", "// ours\n") == "gs-output-not-writable");
  CHECK(code_of("/dev/null", "// ours\n") == "gs-output-not-writable");
  CHECK(folder.files() == 1);
}

TEST_CASE("where the name is a link, the file behind it is replaced, with its permissions") {
  const Folder folder;
  put(folder / "real.hpp", "// ours 1\n");
  fs::permissions(folder / "real.hpp", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real.hpp", folder / "link.hpp");
  PendingFile(folder / "link.hpp", "// ours 2\n", ours).commit();
  CHECK(fs::is_symlink(folder / "link.hpp"));
  CHECK(read_file(folder / "real.hpp") == "// ours 2\n");
  CHECK(fs::status(folder / "real.hpp").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("what a link points to is made where it is not there yet, and the link stays") {
  const Folder folder;
  make_folder(folder / "deep/down");
  fs::create_symlink("deep/second.hpp", folder / "first.hpp");
  fs::create_symlink("down/real.hpp", folder / "deep/second.hpp");
  PendingFile(folder / "first.hpp", "// ours\n", ours).commit();
  CHECK(fs::is_symlink(folder / "first.hpp"));
  CHECK(fs::is_symlink(folder / "deep/second.hpp"));
  CHECK(read_file(folder / "deep/down/real.hpp") == "// ours\n");
  fs::create_symlink("missing/real.hpp", folder / "nowhere.hpp");
  CHECK(code_of(folder / "nowhere.hpp", "// ours\n") == "gs-output-not-writable");
  fs::create_symlink("circle.hpp", folder / "circle.hpp");
  CHECK(code_of(folder / "circle.hpp", "// ours\n") == "gs-output-not-writable");
  CHECK(fs::is_symlink(folder / "circle.hpp"));
}

TEST_CASE("folders are made with those above them, and where a file stands that is said") {
  const Folder folder;
  make_folder(folder / "a/b/");
  make_folder(folder / "a/b");
  CHECK(fs::is_directory(folder / "a/b"));
  put(folder / "file", "");
  CHECK_THROWS_AS(make_folder(folder / "file/c"), Refusal);
  CHECK_THROWS_AS(make_folder(folder / "file"), Refusal);
}
