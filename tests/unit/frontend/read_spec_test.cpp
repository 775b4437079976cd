#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

const std::filesystem::path kScratch =
    std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / ("read_spec_" + std::to_string(getpid()));

/// What `work` prints to stderr.
template <class F>
std::string printed(F work) {
  std::filesystem::create_directories(kScratch);
  const std::string path = kScratch / "stderr.txt";
  const int kept = dup(2);
  REQUIRE(freopen(path.c_str(), "w", stderr));
  work();
  fflush(stderr);
  dup2(kept, 2);
  close(kept);
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string report(const std::string& text) {
  const auto spec = spec_of(text);
  REQUIRE(spec);
  return printed([&] {
    try {
      spec->lower(0);
    } catch (const Refusal& refusal) {
      spec->report(refusal);
    }
  });
}

}  // namespace

TEST_CASE("a refusal is shown with Clang's caret, its code and the way out") {
  CHECK(report("double f(double x) {\n  while (x > 1) x *= 0.5;\n  return x;\n}\n") ==
        "spec.cpp:2:3: error: the number of trips of this loop is not known before it runs "
        "[gs-unbounded-loop]\n"
        "    2 |   while (x > 1) x *= 0.5;\n"
        "      |   ^\n"
        "note: let it count its trips up to a bound at its end, `while (i < n && ...) { ...; ++i; "
        "}`, or write `for (int i = begin; i < end; ++i)`\n");
}

TEST_CASE("a refusal inside inlined functions shows the calls that led there") {
  CHECK(
      report("double lost(double);\nstatic double g(double x) { return lost(x); }\n"
             "static double h(double x) { return g(x); }\ndouble f(double x) { return h(x); }\n") ==
      "spec.cpp:2:36: error: the body of 'lost' is not visible here [gs-no-body]\n"
      "    2 | static double g(double x) { return lost(x); }\n"
      "      |                                    ^\n"
      "spec.cpp:3:36: note: in the call to 'g' here\n"
      "    3 | static double h(double x) { return g(x); }\n"
      "      |                                    ^\n"
      "spec.cpp:4:29: note: in the call to 'h' here\n"
      "    4 | double f(double x) { return h(x); }\n"
      "      |                             ^\n"
      "note: define it in this file or in a header\n");
}

TEST_CASE("a refusal without a place names the spec") {
  const auto spec = spec_of("double f(double x) { return x; }");
  REQUIRE(spec);
  CHECK(printed([&] { spec->report(Refusal("gs-some-code", "this cannot be", "do that")); }) ==
        "spec.cpp: error: this cannot be [gs-some-code]\nnote: do that\n");
}

TEST_CASE("an error of the compiler's is shown as the compiler shows it, and what to do about it") {
  CHECK(printed([] { spec_of("double f(double x) { return y; }"); }) ==
        "spec.cpp:1:29: error: use of undeclared identifier 'y'\n"
        "    1 | double f(double x) { return y; }\n"
        "      |                             ^\n"
        "note: the spec must compile as it stands; compiler flags go after -- "
        "[gs-does-not-compile]\n");
}

TEST_CASE("warnings of the compiler's are not shown") {
  CHECK(printed([] { spec_of("double f(double x) { int unused = x; return x; }"); }).empty());
}

TEST_CASE("a spec and the headers that it includes are its dependencies") {
  std::filesystem::create_directories(kScratch / "include");
  std::ofstream(kScratch / "include" / "helper.hpp")
      << "#pragma once\n#include <cmath>\ninline double twice(double x) { return 2 * x; }\n";
  std::ofstream(kScratch / "spec.cpp")
      << "#include \"include/helper.hpp\"\n#include <gradsmith/spec.hpp>\n"
         "double f(gradsmith::param<double> x) { return twice(x); }\n";
  ReadOptions options;
  options.path = kScratch / "spec.cpp";
  const auto spec = Spec::read(options);
  REQUIRE(spec);
  CHECK(spec->dependencies() ==
        std::vector<std::string>{options.path, kScratch / "include" / "helper.hpp"});
  const Function f = spec->lower(0);
  CHECK(f.files == spec->dependencies());
  const SourceLocation where = f.provenance.where(f.outputs[0].value);
  CHECK(where.file == 1);
  CHECK(where.line == 3);
}

TEST_CASE("a compilation database gives the flags") {
  const std::filesystem::path folder = kScratch / "database";
  std::filesystem::create_directories(folder / "build");
  std::filesystem::create_directories(folder / "headers");
  std::ofstream(folder / "headers" / "two.hpp") << "constexpr double two = FACTOR;\n";
  std::ofstream(folder / "spec.cpp")
      << "#include \"two.hpp\"\ndouble f(double x) { return two * x; }\n";
  std::ofstream(folder / "build" / "compile_commands.json")
      << "[{\"directory\": \"" << (folder / "build").string() << "\", \"command\": "
      << "\"c++ -DFACTOR=2.5 -I../headers -O2 -c -o spec.o ../spec.cpp\", \"file\": "
         "\"../spec.cpp\"}]\n";
  ReadOptions options;
  options.path = folder / "spec.cpp";
  options.compilation_database = folder / "build";
  const auto spec = Spec::read(options);
  REQUIRE(spec);
  const Function f = spec->lower(0);
  CHECK(to_infix(f.graph, f.outputs[0].value) == "(2.5 * x)");
  options.compilation_database = folder / "headers";
  CHECK(printed([&] {
          CHECK(Spec::read(options) == nullptr);
        }).find("[gs-no-compilation-database]") != std::string::npos);
}

}  // namespace gradsmith
