// The trainer as a library of a program that links derivatives, with the other compiler.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "process.hpp"

namespace {

using namespace e2e;

}  // namespace

TEST_CASE("clang++ compiles the trainer without warnings, and linked derivatives train by it") {
  const std::filesystem::path folder = fresh_folder("runtime_clang");
  const std::string source = GRADSMITH_SOURCE_DIR;
  // As somebody who has no LLVM: with the committed derivatives.
  const Ran configured =
      run({"cmake", "-G", "Ninja", "-S", source, "-B", "build", "-DGRADSMITH_PROGRAM=OFF",
           "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_COMPILER=" GRADSMITH_CLANGXX},
          folder);
  INFO(configured.out << configured.err);
  REQUIRE(configured.status == 0);
  const Ran built = run({"cmake", "--build", "build", "-j", "2", "--target", "train_digits",
                         "train_regression", "recitation4", "lab3"},
                        folder);
  INFO(built.out << built.err);
  REQUIRE(built.status == 0);
  CHECK(built.out.find("warning:") == std::string::npos);
  for (const char* program : {"train_digits", "train_regression", "recitation4", "lab3"}) {
    const Ran ran = run({std::string("build/runtime/") + program}, folder);
    INFO(program << "\n" << ran.out << ran.err);
    CHECK(ran.status == 0);
  }
}
