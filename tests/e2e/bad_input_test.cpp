// Everything that is refused: one clear message on stderr, exit status 1 or 2, and no file touched.
// tests/golden/bad_input/ holds a spec per kind of bad input, with the expected message beside it
// and, where there are any, more arguments. After looking at every changed message,
//   GRADSMITH_ACCEPT=1 e2e "[bad_input]"
// accepts them.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;

const std::string kOldOutput = "// what an earlier run wrote\n";

std::vector<std::string> words_of(const fs::path& file) {
  std::vector<std::string> words;
  std::ifstream text(file);
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

std::vector<fs::path> bad_specs() {
  std::vector<fs::path> specs;
  for (const auto& entry :
       fs::directory_iterator(fs::path(GRADSMITH_TEST_DATA_DIR) / "golden/bad_input")) {
    if (entry.path().extension() == ".cpp") specs.push_back(entry.path());
  }
  std::sort(specs.begin(), specs.end());
  return specs;
}

// An output that gradsmith may overwrite, for any bad spec.
std::string an_old_output(const fs::path& folder) {
  write_file(folder / "good.cpp", "double good(double x) { return x * x; }\n");
  const Ran ran = gradsmith({"generate", "good.cpp", "--stdout"}, folder);
  REQUIRE(ran.status == 0);
  fs::remove(folder / "good.cpp");
  return ran.out;
}

// The messages of our own that have no line in the spec to point at.
bool has_no_line(const fs::path& spec) {
  return fs::exists(fs::path(spec).replace_extension(".args")) ||
         spec.filename() == "nothing_to_differentiate.cpp";
}

}  // namespace

TEST_CASE("bad specs are refused at their line with a code a reason and a way out", "[bad_input]") {
  const fs::path folder = fresh_folder("bad_input");
  const std::string old_output = an_old_output(folder);
  for (const fs::path& spec : bad_specs()) {
    const std::string name = spec.filename().string();
    CAPTURE(name);
    write_file(folder / "out.grad.hpp", old_output);
    const auto past = fs::last_write_time(folder / "out.grad.hpp") - std::chrono::hours(1);
    fs::last_write_time(folder / "out.grad.hpp", past);
    fs::copy_file(spec, folder / name);
    std::vector<std::string> command{"generate", name, "-o", "out.grad.hpp"};
    for (const std::string& word : words_of(fs::path(spec).replace_extension(".args"))) {
      command.push_back(word);
    }
    const Ran ran = gradsmith(command, folder);
    CAPTURE(ran.err);
    // 2 where the command line names what the spec does not have.
    CHECK(ran.status == (has_no_line(spec) && name.starts_with("unknown_") ? 2 : 1));
    CHECK(ran.out.empty());
    CHECK(occurrences(ran.err, "error: ") == 1);
    CHECK(occurrences(ran.err, "[gs-") == 1);
    CHECK(ran.err.find("note: ") != std::string::npos);
    CHECK((has_no_line(spec) || ran.err.find(name + ":") == 0));
    CHECK((has_no_line(spec) || ran.err.find('^') != std::string::npos));
    CHECK(ran.err.find(folder.string()) == std::string::npos);
    CHECK(read_file(folder / "out.grad.hpp") == old_output);
    CHECK(fs::last_write_time(folder / "out.grad.hpp") == past);
    fs::remove(folder / name);
    CHECK(listing(folder) == "out.grad.hpp");

    fs::path golden = spec;
    golden.replace_extension(".stderr");
    if (std::getenv("GRADSMITH_ACCEPT") != nullptr) write_file(golden, ran.err);
    CHECK(fs::exists(golden));
    if (fs::exists(golden)) CHECK(ran.err == read_file(golden));
  }
}

TEST_CASE("one bad function refuses the file as a whole unless told otherwise", "[bad_input]") {
  const fs::path folder = fresh_folder("partly_bad");
  write_file(folder / "spec.cpp",
             "double good(double x) { return x * x; }\n"
             "double bad(double x) {\n  while (x > 1) x /= 2;\n  return x;\n}\n");
  CHECK(gradsmith({"generate", "spec.cpp", "-o", "out.hpp"}, folder).status == 1);
  CHECK(listing(folder) == "spec.cpp");

  const Ran kept = gradsmith({"generate", "spec.cpp", "-o", "kept.hpp", "--keep-going"}, folder);
  CHECK(kept.err.find("[gs-") != std::string::npos);
  const std::string text = read_file(folder / "kept.hpp");
  CHECK(text.find("good_gradient") != std::string::npos);
  CHECK(text.find("bad_gradient") == std::string::npos);

  const Ran chosen =
      gradsmith({"generate", "spec.cpp", "-o", "chosen.hpp", "--function=good"}, folder);
  CHECK(chosen.status == 0);
  CHECK(chosen.err.empty());
  CHECK(read_file(folder / "chosen.hpp").find("good_gradient") != std::string::npos);
}

TEST_CASE("each function that is refused says so, but overloads once", "[bad_input]") {
  const fs::path folder = fresh_folder("each_refused");
  write_file(folder / "spec.cpp",
             "double good(double x) { return x * x; }\n"
             "double first(double x) { while (x > 1) x /= 2; return x; }\n"
             "double second(double x) { while (x > 1) x /= 2; return x; }\n"
             "double third(double x) { return x; }\n"
             "double third(double x, double y) { return x * y; }\n");
  const Ran ran = gradsmith({"generate", "spec.cpp", "-o", "out.hpp", "--keep-going"}, folder);
  CAPTURE(ran.err);
  CHECK(occurrences(ran.err, "[gs-unbounded-loop]") == 2);
  CHECK(ran.err.find("spec.cpp:2:") != std::string::npos);
  CHECK(ran.err.find("spec.cpp:3:") != std::string::npos);
  CHECK(occurrences(ran.err, "[gs-ambiguous-function]") == 1);
  CHECK(occurrences(ran.err, "error: ") == 3);
}

TEST_CASE("a file that cannot be read is named", "[bad_input]") {
  const fs::path folder = fresh_folder("unreadable");
  const Ran ran = gradsmith({"generate", "nowhere.cpp", "-o", "out.hpp"}, folder);
  CAPTURE(ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("nowhere.cpp") != std::string::npos);
  CHECK(ran.err.find("[gs-") != std::string::npos);
  CHECK(occurrences(ran.err, "error: ") == 1);
  fs::create_directory(folder / "folder.cpp");
  CHECK(gradsmith({"generate", "folder.cpp", "-o", "out.hpp"}, folder).status == 1);
  CHECK(listing(folder).empty());
}

TEST_CASE("an output that cannot be written is named and nothing half-written is left",
          "[bad_input]") {
  const fs::path folder = fresh_folder("unwritable");
  write_file(folder / "spec.cpp", "double f(double x) { return x * x; }\n");
  write_file(folder / "file", kOldOutput);
  // A folder that is a file, one that is not there, and one where the output's name is a folder.
  fs::create_directory(folder / "taken.hpp");
  for (const std::string output : {"file/out.hpp", "nowhere/out.hpp", "taken.hpp", "/dev/full"}) {
    const Ran ran = gradsmith({"generate", "spec.cpp", "-o", output}, folder);
    CAPTURE(output, ran.err);
    if (output == "nowhere/out.hpp" && ran.status == 0) {
      // Making the folder is fine too.
      CHECK(fs::exists(folder / output));
      continue;
    }
    CHECK(ran.status == 1);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(output) != std::string::npos);
    CHECK(ran.err.find("[gs-") != std::string::npos);
    CHECK(occurrences(ran.err, "error: ") == 1);
  }
  CHECK(read_file(folder / "file") == kOldOutput);
  CHECK(listing(folder).find("file spec.cpp") != std::string::npos);
}

TEST_CASE("somebody else's file is never overwritten", "[bad_input]") {
  const fs::path folder = fresh_folder("somebody_elses");
  write_file(folder / "spec.cpp", "double f(double x) { return x * x; }\n");
  for (const std::string& text : {std::string("// my own header\n#pragma once\n"), std::string(),
                                  std::string("// not generated by gradsmith\n")}) {
    write_file(folder / "spec.grad.hpp", text);
    const auto past = fs::last_write_time(folder / "spec.grad.hpp") - std::chrono::hours(1);
    fs::last_write_time(folder / "spec.grad.hpp", past);
    const Ran ran = gradsmith({"generate", "spec.cpp"}, folder);
    CAPTURE(text, ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("spec.grad.hpp") != std::string::npos);
    CHECK(ran.err.find("[gs-") != std::string::npos);
    CHECK(read_file(folder / "spec.grad.hpp") == text);
    CHECK(fs::last_write_time(folder / "spec.grad.hpp") == past);
    CHECK(listing(folder) == "spec.cpp spec.grad.hpp");
  }
}

TEST_CASE("one bad spec of several leaves every output alone", "[bad_input]") {
  const fs::path folder = fresh_folder("several_specs");
  write_file(folder / "a.cpp", "double f(double x) { return x * x; }\n");
  write_file(folder / "b.cpp", "double g(double x) { while (x > 1) x /= 2; return x; }\n");
  const Ran ran = gradsmith({"generate", "a.cpp", "b.cpp", "--out-dir", "."}, folder);
  CAPTURE(ran.err);
  CHECK(ran.status == 1);
  CHECK(occurrences(ran.err, "error: ") == 1);
  CHECK(ran.err.find("b.cpp:1:") != std::string::npos);
  CHECK(fs::exists(folder / "b.grad.hpp") == false);
}
