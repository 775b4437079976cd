// --sparse as its users meet it. That the numbers are right is for the comparisons with the oracle,
// in which sparse_jacobian and sparse_hessian take part.

#include <catch2/catch.hpp>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const Words kCompilers = {GRADSMITH_GXX, GRADSMITH_CLANGXX};
const Words kWarnings = {"-std=c++11",         "-Wall",  "-Wextra", "-Wconversion", "-Wshadow",
                         "-Wdouble-promotion", "-Werror"};

Ran generate(Words arguments, const fs::path& folder) {
  arguments.insert(arguments.begin(), "generate");
  return gradsmith(arguments, folder);
}

void builds_and_runs(const fs::path& folder, const Words& sources) {
  for (const std::string& compiler : kCompilers) {
    Words command{compiler};
    command.insert(command.end(), kWarnings.begin(), kWarnings.end());
    command.insert(command.end(), sources.begin(), sources.end());
    command.insert(command.end(), {"-o", "main"});
    const Ran built = run(command, folder);
    INFO(compiler << "\n" << built.err);
    REQUIRE(built.status == 0);
    CHECK(run({"./main"}, folder).status == 0);
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("with --sparse the words jacobian and hessian give compressed rows", "[sparse]") {
  const fs::path folder = fresh_folder("sparse_words");
  write_file(folder / ".git/HEAD", "ref: refs/heads/main\n");
  write_file(folder / "f.cpp",
             "double f(const double x[4]) { return x[0] * x[1] * x[1] + 3 * x[2] + x[3] * x[3]; }\n"
             "void g(const double x[4], double r[2]) { r[0] = x[1] * x[3]; r[1] = 2 * x[0]; }\n");
  const Words words = {"f.cpp", "--emit=g:jacobian,f:hessian", "--sparse"};
  REQUIRE(generate(words, folder).status == 0);
  const std::string text = read_file(folder / "f.grad.hpp");
  CHECK(contains(text, "//   gradsmith generate f.cpp --emit=g:jacobian,f:hessian --sparse\n"));
  CHECK(contains(text, "constexpr int f_sparse_hessian_row_starts[5] = {0, 0, 2, 2, 3};\n"));
  CHECK(contains(text, "constexpr int f_sparse_hessian_columns[3] = {0, 1, 3};\n"));
  CHECK(contains(text, "calls; by "));
  CHECK(generate({words[0], words[1], words[2], "--check"}, folder).status == 0);
  CHECK(generate({words[0], words[1], "--check"}, folder).status == 1);
  write_file(folder / "main.cc", R"(#include "f.grad.hpp"
static_assert(f_sparse_hessian_columns[1] == 1 && f_sparse_hessian_nonzeros == 3, "");
int main() {
  const double x[4] = {2, 3, 5, 7};
  double h[f_sparse_hessian_nonzeros], j[g_sparse_jacobian_nonzeros], r[2];
  f_sparse_hessian(x, h);
  g_sparse_jacobian(x, r, j);
  if (h[0] != 6 || h[1] != 4 || h[2] != 2) return 1;
  if (r[0] != 21 || r[1] != 4 || j[0] != 7 || j[1] != 3 || j[2] != 2) return 2;
  int found = 0;
  for (int i = 0; i < g_sparse_jacobian_rows; ++i) {
    for (int k = g_sparse_jacobian_row_starts[i]; k < g_sparse_jacobian_row_starts[i + 1]; ++k) {
      found = 10 * found + g_sparse_jacobian_columns[k];
    }
  }
  return found == 130 && g_sparse_jacobian_cols == 4 ? 0 : 3;
}
)");
  builds_and_runs(folder, {"main.cc"});
}

TEST_CASE("the words of defaults are sparse too, and --sparse without any is wrong usage",
          "[sparse]") {
  const fs::path folder = fresh_folder("sparse_defaults");
  write_file(folder / "g.cpp", "void g(double x, double r[2]) { r[0] = x * x; r[1] = 2; }\n");
  const Ran ran = generate({"g.cpp", "--sparse", "--stdout"}, folder);
  CHECK(contains(ran.out, "g.cpp --sparse\n"));
  CHECK(contains(ran.out, "g_sparse_jacobian("));
  write_file(folder / "f.cpp", "double f(double x) { return x * x; }\n");
  const Ran none = generate({"f.cpp", "--sparse", "--stdout"}, folder);
  CHECK(none.status == 2);
  CHECK(contains(none.err, "--sparse is about Jacobians and Hessians"));
  CHECK(generate({"f.cpp", "--sparse", "--emit=hessian", "--stdout"}, folder).status == 0);
}

TEST_CASE("dense and sparse matrices of one function stand side by side, in one file or in several",
          "[sparse]") {
  const fs::path folder = fresh_folder("sparse_beside_dense");
  write_file(
      folder / "g.cpp",
      "namespace n { void g(const double x[2], double r[2]) { r[0] = x[0]; r[1] = x[1] * x[1]; } "
      "}\n");
  REQUIRE(generate({"g.cpp", "--emit=jacobian", "-o", "dense.hpp"}, folder).status == 0);
  REQUIRE(generate({"g.cpp", "--emit=jacobian", "--sparse", "-o", "sparse.hpp"}, folder).status ==
          0);
  REQUIRE(
      generate({"g.cpp", "--emit=jacobian,sparse_jacobian,jvp", "-o", "both.hpp"}, folder).status ==
      0);
  // Two sources of one program that include the same header, which neither uses wholly.
  write_file(folder / "other.cc", R"(#include "sparse.hpp"
int other(int k);
int other(int k) { return n::g_sparse_jacobian_columns[k]; }
)");
  write_file(folder / "main.cc", R"(#include "dense.hpp"
#include "sparse.hpp"
int other(int k);
int main() {
  const double x[2] = {2, 3};
  double r[2], dense[n::g_rows * n::g_cols], values[n::g_sparse_jacobian_nonzeros];
  n::g_jacobian(x, r, dense);
  n::g_sparse_jacobian(x, r, values);
  return other(1) == 1 && dense[3] == values[1] && dense[1] == 0 && values[1] == 6 ? 0 : 1;
}
)");
  builds_and_runs(folder, {"main.cc", "other.cc"});
  write_file(folder / "both.cc", "#include \"both.hpp\"\nint main() { return n::g_rows - 2; }\n");
  builds_and_runs(folder, {"both.cc"});
}

TEST_CASE("a matrix without entries compiles, and writes nothing", "[sparse]") {
  const fs::path folder = fresh_folder("sparse_empty");
  write_file(folder / "f.cpp",
             "double f(float x, double y) { return 2 * x + y; }\n"
             "void g(float x, float r[1]) { r[0] = 3 + 0 * x; }\n"
             "float h(float x, float y) { return x * y * y; }\n");
  REQUIRE(generate({"f.cpp", "--sparse", "--emit=f:hessian,g:jacobian,h:hessian"}, folder).status ==
          0);
  write_file(folder / "main.cc", R"(#include "f.grad.hpp"
int main() {
  static_assert(f_sparse_hessian_nonzeros == 0 && f_sparse_hessian_row_starts[2] == 0, "");
  static_assert(g_sparse_jacobian_nonzeros == 0 && sizeof(g_sparse_jacobian_columns) > 0, "");
  double none = 5;
  float small[h_sparse_hessian_nonzeros], r[1], nothing = 5;
  f_sparse_hessian(1, 2, &none);
  g_sparse_jacobian(1, r, &nothing);
  h_sparse_hessian(2, 3, small);
  return none == 5 && nothing == 5.0f && r[0] == 3.0f && small[0] == 6.0f && small[1] == 4.0f ? 0 : 1;
}
)");
  builds_and_runs(folder, {"main.cc"});
}

TEST_CASE("a Hessian of several results is refused, sparse or not", "[sparse]") {
  const fs::path folder = fresh_folder("sparse_refused");
  write_file(folder / "g.cpp", "void g(double x, double r[2]) { r[0] = x * x; r[1] = 2; }\n");
  const Ran ran = generate({"g.cpp", "--sparse", "--emit=hessian"}, folder);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "gs-not-scalar"));
  CHECK(listing(folder) == "g.cpp");
}

TEST_CASE("parameters may be called like the constants", "[sparse]") {
  const fs::path folder = fresh_folder("sparse_names");
  write_file(folder / "f.cpp",
             "double f(double f_sparse_hessian_columns, double values) {\n"
             "  return f_sparse_hessian_columns * values;\n}\n");
  REQUIRE(generate({"f.cpp", "--sparse", "--emit=hessian,jacobian"}, folder).status == 0);
  write_file(folder / "main.cc", R"(#include "f.grad.hpp"
int main() {
  double h[f_sparse_hessian_nonzeros];
  f_sparse_hessian(2, 3, h);
  return h[0] == 1 && f_sparse_hessian_columns_[0] == 0 ? 0 : 1;
}
)");
  builds_and_runs(folder, {"main.cc"});
}

TEST_CASE("the same bytes come out each time", "[sparse]") {
  const fs::path folder = fresh_folder("sparse_again");
  write_file(folder / "f.cpp",
             "#include <cmath>\ndouble f(const double x[6]) {\n  double s = 0;\n"
             "  for (int i = 0; i < 5; ++i) s += std::exp(x[i] * x[i + 1]);\n  return s;\n}\n");
  const Words words = {"f.cpp", "--sparse", "--emit=hessian,jacobian", "--stdout"};
  const Ran once = generate(words, folder);
  CHECK(once.status == 0);
  CHECK(generate(words, folder).out == once.out);
}
