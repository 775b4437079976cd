// gradsmith_generate in a small project of its own, and the documents' examples, compiled.

#include <catch2/catch.hpp>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;

/// A project that uses the program and the function as this build has them.
fs::path project(const std::string& name, const std::string& rules) {
  const fs::path folder = fresh_folder("cmake_" + name);
  const std::string source = GRADSMITH_SOURCE_DIR;
  write_file(folder / "CMakeLists.txt",
             "cmake_minimum_required(VERSION 3.22)\nproject(user LANGUAGES CXX)\n"
             "add_executable(gradsmith IMPORTED)\n"
             "set_target_properties(gradsmith PROPERTIES IMPORTED_LOCATION " GRADSMITH_EXECUTABLE
             ")\nadd_library(gradsmith_spec INTERFACE)\n"
             "target_include_directories(gradsmith_spec INTERFACE " +
                 source + "/specs/include)\ninclude(" + source + "/cmake/Gradsmith.cmake)\n" +
                 rules);
  return folder;
}

Ran configure(const fs::path& folder) {
  return run({"cmake", "-G", "Ninja", "-S", ".", "-B", "build"}, folder);
}

}  // namespace

TEST_CASE("a target finds the header that its spec includes from its own folder", "[cmake]") {
  const fs::path folder = project("header",
                                  "add_executable(fit fit.cpp)\n"
                                  "gradsmith_generate(TARGET fit SPECS model/loss.cpp)\n");
  write_file(folder / "model/cam.hpp", "#pragma once\nstruct Cam { double f, k; };\n");
  write_file(folder / "model/loss.cpp",
             "#include \"cam.hpp\"\ndouble loss(const Cam& cam) { return cam.f * cam.k; }\n");
  write_file(folder / "fit.cpp",
             "#include \"model/loss.grad.hpp\"\n"
             "int main() {\n  loss_partials d;\n  const Cam cam = {2, 3};\n"
             "  return loss_gradient(cam, d) == 6 && d.cam.f == 3 && d.cam.k == 2 ? 0 : 1;\n}\n");
  const Ran configured = configure(folder);
  INFO(configured.out << configured.err);
  REQUIRE(configured.status == 0);
  const Ran built = run({"cmake", "--build", "build"}, folder);
  INFO(built.out << built.err);
  REQUIRE(built.status == 0);
  CHECK(run({"build/fit"}, folder).status == 0);
}

TEST_CASE("SPARSE makes the matrices of a target's specs sparse", "[cmake]") {
  const fs::path folder = project("sparse",
                                  "add_executable(fit fit.cpp)\n"
                                  "gradsmith_generate(TARGET fit SPECS loss.cpp SPARSE EMIT value "
                                  "hessian)\n");
  write_file(folder / "loss.cpp", "double loss(double x, double y) { return x * x + y; }\n");
  write_file(folder / "fit.cpp",
             "#include \"loss.grad.hpp\"\n"
             "int main() {\n  double h[1];\n  loss_sparse_hessian(3, 4, h);\n"
             "  return h[0] == 2 && loss_sparse_hessian_nonzeros == 1 ? 0 : 1;\n}\n");
  const Ran configured = configure(folder);
  INFO(configured.out << configured.err);
  REQUIRE(configured.status == 0);
  const Ran built = run({"cmake", "--build", "build"}, folder);
  INFO(built.out << built.err);
  REQUIRE(built.status == 0);
  CHECK(run({"build/fit"}, folder).status == 0);
}

TEST_CASE("VECTOR_MATH gives a target's loops vector versions of functions", "[cmake]") {
  const fs::path folder = project("vector_math",
                                  "add_executable(fit fit.cpp)\n"
                                  "gradsmith_generate(TARGET fit SPECS loss.cpp VECTOR_MATH EMIT "
                                  "value)\n");
  write_file(folder / "loss.cpp",
             "#include <cmath>\n"
             "double loss(const double* x, int n) {\n  double sum = 0;\n"
             "  for (int i = 0; i < n; ++i) sum += std::exp(x[i]);\n  return sum;\n}\n");
  write_file(folder / "fit.cpp",
             "#include \"loss.grad.hpp\"\n"
             "int main() {\n  const gradsmith_math::lanes zero = 0.0;\n  double x[9] = {};\n"
             "  gradsmith_math::store(x, zero);\n  return loss_value(x, 9) == 9 ? 0 : 1;\n}\n");
  const Ran configured = configure(folder);
  INFO(configured.out << configured.err);
  REQUIRE(configured.status == 0);
  const Ran built = run({"cmake", "--build", "build"}, folder);
  INFO(built.out << built.err);
  REQUIRE(built.status == 0);
  CHECK(run({"build/fit"}, folder).status == 0);
}

TEST_CASE("LENGTH says how many elements a target's pointers have", "[cmake]") {
  const fs::path folder = project("length",
                                  "add_executable(fit fit.cpp)\n"
                                  "gradsmith_generate(TARGET fit SPECS loss.cpp EMIT gradient\n"
                                  "  LENGTH x=n*m loss:y=m)\n");
  write_file(folder / "loss.cpp",
             "double loss(const double* x, const double* y, const int* at, int n, int m) {\n"
             "  double sum = 0;\n  for (int i = 0; i < n; ++i) sum += x[at[i]] * y[at[i]];\n"
             "  return sum;\n}\n");
  write_file(
      folder / "fit.cpp",
      "#include \"loss.grad.hpp\"\n"
      "int main() {\n  const double x[4] = {1, 2, 3, 4}, y[2] = {5, 6};\n"
      "  const int at[2] = {1, 1};\n  double d_x[5] = {7, 7, 7, 7, 7}, d_y[3] = {7, 7, 7};\n"
      "  loss_gradient(x, y, at, 2, 2, d_x, d_y);\n"
      "  return d_x[0] == 0 && d_x[1] == 12 && d_x[3] == 0 && d_x[4] == 7 && d_y[0] == 0 &&\n"
      "                 d_y[1] == 4 && d_y[2] == 7 ? 0 : 1;\n}\n");
  const Ran configured = configure(folder);
  INFO(configured.out << configured.err);
  REQUIRE(configured.status == 0);
  const Ran built = run({"cmake", "--build", "build"}, folder);
  INFO(built.out << built.err);
  REQUIRE(built.status == 0);
  CHECK(run({"build/fit"}, folder).status == 0);
}

TEST_CASE("a spec that is given twice for a target is an error when configuring", "[cmake]") {
  const fs::path folder = project("twice",
                                  "add_executable(fit fit.cpp)\n"
                                  "gradsmith_generate(TARGET fit SPECS loss.cpp EMIT value)\n"
                                  "gradsmith_generate(TARGET fit SPECS loss.cpp EMIT gradient)\n");
  write_file(folder / "loss.cpp", "double loss(double x) { return x; }\n");
  write_file(folder / "fit.cpp", "int main() {}\n");
  const Ran configured = configure(folder);
  INFO(configured.err);
  CHECK(configured.status != 0);
  CHECK(configured.err.find("target fit has loss.grad.hpp") != std::string::npos);
}

TEST_CASE("without Clang's development files configuring fails, unless the program is not wanted",
          "[cmake]") {
  const fs::path folder = fresh_folder("cmake_without_clang");
  // The project itself, where Clang cannot be found.
  const auto configured = [&](const std::string& build, const std::string& option) {
    return run({"cmake", "-G", "Ninja", "-S", GRADSMITH_SOURCE_DIR, "-B", build,
                "-DCMAKE_DISABLE_FIND_PACKAGE_ClangTooling=ON", option},
               folder);
  };
  const Ran refused = configured("with", "-DGRADSMITH_TESTS=OFF");
  CHECK(refused.status != 0);
  CHECK(refused.err.find("Clang 19") != std::string::npos);
  CHECK(refused.err.find("GRADSMITH_PROGRAM=OFF") != std::string::npos);
  const Ran without = configured("without", "-DGRADSMITH_PROGRAM=OFF");
  INFO(without.err);
  CHECK(without.status == 0);
}

TEST_CASE("the wrapper that the documents show for functors compiles and is differentiated") {
  const std::string page = read_file(fs::path(GRADSMITH_SOURCE_DIR) / "docs/spec_language.md");
  const std::string fence = "```cpp\n";
  const std::size_t named = page.find("ReprojectionError");
  REQUIRE(named != std::string::npos);
  const std::size_t begin = page.rfind(fence, named) + fence.size();
  const fs::path folder = fresh_folder("functor");
  write_file(folder / "wrapper.cpp", page.substr(begin, page.find("```", begin) - begin));
  write_file(folder / "reprojection_error.hpp", R"(#pragma once
struct ReprojectionError {
  double u, v;
  template <class T>
  bool operator()(const T* camera, const T* point, T* out) const {
    out[0] = camera[0] * point[0] / point[2] - u;
    out[1] = camera[1] * point[1] / point[2] - v;
    return true;
  }
};
)");
  for (const char* compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const Ran compiled = run(
        {compiler, "-std=c++17", "-fsyntax-only", "-I" GRADSMITH_SPEC_INCLUDE_DIR, "wrapper.cpp"},
        folder);
    INFO(compiled.err);
    CHECK(compiled.status == 0);
  }
  const Ran ran = gradsmith({"generate", "wrapper.cpp", "--stdout", "--emit=jacobian"}, folder);
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("residual_jacobian") != std::string::npos);
}
