// Several outputs side by side: whether they can be included together, and what they say about
// themselves.

#include <catch2/catch.hpp>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const Words kCompilers = {GRADSMITH_GXX, GRADSMITH_CLANGXX};

void generate(const Words& arguments, const fs::path& folder) {
  Words words{"generate"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Ran ran = gradsmith(words, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
}

void compiles(const std::string& code, const fs::path& folder) {
  write_file(folder / "main.cc", code);
  for (const std::string& compiler : kCompilers) {
    const Ran ran = run({compiler, "-std=c++11", "-Wall", "-Wextra", "-Wshadow", "-Wconversion",
                         "-Werror", "-fsyntax-only", "main.cc"},
                        folder);
    INFO(compiler << "\n" << ran.err);
    CHECK(ran.status == 0);
  }
}

void runs(const std::string& code, const fs::path& folder) {
  write_file(folder / "main.cc", code);
  for (const std::string& compiler : kCompilers) {
    const Ran built = run({compiler, "-std=c++11", "-Wall", "-Wextra", "-Wshadow", "-Werror",
                           "main.cc", "-o", "main"},
                          folder);
    INFO(built.err);
    REQUIRE(built.status == 0);
    CHECK(run({"./main"}, folder).status == 0);
  }
}

}  // namespace

TEST_CASE("files for specs of similar names can be included together") {
  const fs::path folder = fresh_folder("similar_names");
  const Words specs = {"a-b.cpp", "a_b.cpp", "a.b.cpp", "ä b.cpp", "a/b.cpp", "A_b.cpp"};
  std::string includes, uses;
  for (std::size_t k = 0; k < specs.size(); ++k) {
    const std::string name = "f" + std::to_string(k);
    write_file(folder / specs[k], "double " + name + "(double x) { return x * x; }\n");
    generate({specs[k]}, folder);
    fs::path header = specs[k];
    includes += "#include \"" + header.replace_extension(".grad.hpp").string() + "\"\n";
    uses += "  s += " + name + "_value(1.0);\n";
  }
  compiles(includes + "double all() {\n  double s = 0;\n" + uses + "  return s;\n}\n", folder);
}

TEST_CASE("two files of one spec can be included together where they define different functions") {
  const fs::path folder = fresh_folder("two_outputs");
  write_file(folder / "f.cpp", "namespace n { double f(double x, double y) { return x * y; } }\n");
  generate({"f.cpp", "--emit=value", "-o", "value.hpp"}, folder);
  generate({"f.cpp", "--emit=gradient", "-o", "gradient.hpp"}, folder);
  generate({"f.cpp", "--emit=hvp", "--out-dir", "new/out"}, folder);
  compiles(R"(#include "value.hpp"
#include "gradient.hpp"
#include "new/out/f.grad.hpp"
#include "value.hpp"
double all() {
  n::f_partials d, v = {1, 2}, hv;
  return n::f_value(1, 2) + n::f_gradient(1, 2, d) + n::f_hvp(1, 2, v, hv);
}
)",
           folder);
}

TEST_CASE("parameters may be called like what is emitted") {
  const fs::path folder = fresh_folder("names_of_ours");
  write_file(
      folder / "f.cpp",
      "double f(double f_partials, double f_value, double f_gradient, double f_rows,\n"
      "         double f_d_f_value, double d, double f_partials_) {\n"
      "  return f_partials * f_value * f_gradient * f_rows * f_d_f_value * d * f_partials_;\n"
      "}\n"
      "double g(double f_cols, double f_gradient) { return f_cols * f_gradient; }\n");
  generate({"f.cpp", "--emit=value,gradient,partials,jacobian,hessian,jvp,vjp,hvp"}, folder);
  runs(R"(#include "f.grad.hpp"
int main() {
  f_partials_2 d;
  const double value = f_gradient(2, 3, 5, 7, 11, 13, 17, d);
  if (value != 510510.0 || f_value(2, 3, 5, 7, 11, 13, 17) != value) return 1;
  if (d.f_partials != value / 2 || d.f_gradient != value / 5 || d.f_partials_ != value / 17) return 2;
  return f_d_f_value(2, 3, 5, 7, 11, 13, 17) == value / 3 && f_cols_ == 7 ? 0 : 3;
}
)",
       folder);
}

TEST_CASE("a file with functions left out names them, and its command makes it again") {
  const fs::path folder = fresh_folder("left_out");
  write_file(folder / ".git/HEAD", "ref: refs/heads/main\n");
  write_file(folder / "spec.cpp",
             "double good(double x) { return x * x; }\n"
             "double bad(double x) {\n  while (x > 1) x /= 2;\n  return x;\n}\n"
             "double worse(double x) {\n  while (x > 1) x /= 3;\n  return x;\n}\n");
  const Ran kept = gradsmith({"generate", "spec.cpp", "--keep-going", "--emit=d_x"}, folder);
  CHECK(kept.status == 1);
  const std::string text = read_file(folder / "spec.grad.hpp");
  CHECK(text.find("//   gradsmith generate spec.cpp --emit=d_x --keep-going\n"
                  "// Left out, being refused: bad, worse.\n") != std::string::npos);
  const Ran again =
      gradsmith({"generate", "spec.cpp", "--emit=d_x", "--keep-going", "--check"}, folder);
  CHECK(again.err.find("stale") == std::string::npos);

  write_file(folder / "fine.cpp", "double good(double x) { return x * x; }\n");
  generate({"fine.cpp", "--keep-going"}, folder);
  CHECK(read_file(folder / "fine.grad.hpp").find("keep-going") == std::string::npos);
}

TEST_CASE("a dash for the output is standard output") {
  const fs::path folder = fresh_folder("dash");
  write_file(folder / "f.cpp", "double f(double x) { return x * x; }\n");
  const Ran dash = gradsmith({"generate", "f.cpp", "-o", "-"}, folder);
  CHECK(dash.status == 0);
  CHECK(listing(folder) == "f.cpp");
  generate({"f.cpp"}, folder);
  CHECK(dash.out == read_file(folder / "f.grad.hpp"));
}

TEST_CASE("blanks around the entries of a list do not count") {
  const fs::path folder = fresh_folder("blanks");
  write_file(folder / "f.cpp", "double f(double x, double y) { return x * y; }\n");
  const Ran plain = gradsmith({"generate", "f.cpp", "--stdout", "--emit=value,gradient"}, folder);
  const Ran blanks =
      gradsmith({"generate", "f.cpp", "--stdout", "--emit=value, gradient "}, folder);
  CHECK(plain.status == 0);
  CHECK(blanks.out == plain.out);
}

TEST_CASE("outputs of which only fixed elements are written have pointers for their derivatives") {
  const fs::path folder = fresh_folder("fixed_elements");
  write_file(folder / "f.cpp", R"(#include <cmath>
void single(const double* x, double* o) { o[0] = std::sin(x[0]) * x[1]; }
void several(double x, double* o, double (*rows)[2]) {
  o[0] = x * x;
  o[1] = 3 * x;
  rows[0][1] = x * x * x;
}
void added(double x, double* o) { *o += x * x; }
)");
  generate({"f.cpp", "--emit=value,vjp,jvp,jacobian,overloads"}, folder);
  const std::string text = read_file(folder / "f.grad.hpp");
  CHECK(text.find("*&") == std::string::npos);
  CHECK(text.find("const double* x, const double* d_o, single_partials& d)") != std::string::npos);
  runs(R"(#include "f.grad.hpp"
int main() {
  const double x[2] = {0, 5}, one[2] = {1, 1};
  double o[2] = {7, 7}, d_o[2] = {7, 7};
  single_partials d, v = {{2, 3}};
  single_jvp(x, o, v, d_o);
  if (o[0] != 0 || o[1] != 7 || d_o[0] != 10 || d_o[1] != 7) return 1;
  single_vjp(x, one, d);
  if (d.x[0] != 5 || d.x[1] != 0) return 2;
  double rows[1][2] = {{0, 7}}, d_rows[1][2] = {{0, 7}};
  several_partials u = {}, e = {};
  u.x = 2;
  several_jvp(3, o, rows, u, d_o, d_rows);
  if (o[0] != 9 || o[1] != 9 || rows[0][1] != 27) return 3;
  if (d_o[0] != 12 || d_o[1] != 6 || d_rows[0][1] != 54) return 4;
  const double weights[1][2] = {{0, 1}};
  several_vjp(3, rows, one, weights, e);
  if (e.x != 6 + 3 + 27 || e.rows[0][0] != 0 || e.rows[0][1] != 0) return 5;
  double now = 2, change = 7;
  added_partials w = {}, g = {};
  w.x = 1;
  w.o[0] = 4;
  added_jvp(3, &now, w, &change);
  if (now != 11 || change != 10) return 6;
  added_vjp(3, &now, one, g);
  return g.x == 6 && g.o[0] == 1 ? 0 : 7;
}
)",
       folder);
}

TEST_CASE("members that are const are read, and partials by them refused") {
  const fs::path folder = fresh_folder("const_members");
  write_file(folder / "part.hpp",
             "#pragma once\nstruct Part {\n  const double mass;\n  double at[2];\n  const int id;\n"
             "};\nstruct Made {\n  double a;\n  explicit Made(double x) : a(x) {}\n};\n");
  write_file(folder / "f.cpp",
             "#include \"part.hpp\"\ndouble f(const Part& p, double c) {\n"
             "  return p.mass * p.at[0] * p.at[1] * c + p.id;\n}\n");
  for (const std::string word : {"gradient", "vjp", "hvp", "hessian", "partials", "d_p"}) {
    const Ran ran = gradsmith({"generate", "f.cpp", "--emit=" + word}, folder);
    INFO(word << ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.err.find("'p.mass' is const, so `" + word + "` cannot write the partial by it") !=
          std::string::npos);
    CHECK(ran.err.find("f.cpp:2:22: error: ") != std::string::npos);
    CHECK(ran.err.find("[gs-const-member]") != std::string::npos);
  }
  generate({"f.cpp", "--emit=value,jvp,jacobian,d_c", "-o", "all.hpp"}, folder);
  generate({"f.cpp", "--emit=gradient,hvp", "--wrt=c", "-o", "by_c.hpp"}, folder);
  compiles("#include \"all.hpp\"\n", folder);
  compiles("#include \"by_c.hpp\"\n", folder);

  write_file(folder / "f.cpp",
             "#include \"part.hpp\"\ndouble f(const Part* p, int n) {\n  double s = 0;\n"
             "  for (int i = 0; i < n; ++i) s += p[i].mass * p[i].at[0];\n  return s;\n}\n");
  CHECK(gradsmith({"generate", "f.cpp", "--emit=gradient"}, folder).err.find("[gs-const-member]") !=
        std::string::npos);
  write_file(folder / "f.cpp",
             "#include \"part.hpp\"\nPart f(double x) { return {x, {x * x, x}, 3}; }\n");
  CHECK(gradsmith({"generate", "f.cpp", "--emit=value"}, folder)
            .err.find("the function returns 'Part', whose member 'mass' is const "
                      "[gs-const-member]") != std::string::npos);
  write_file(folder / "f.cpp", "#include \"part.hpp\"\nMade f(double x) { return Made(x * x); }\n");
  CHECK(gradsmith({"generate", "f.cpp", "--emit=value"}, folder)
            .err.find("the function returns 'Made', which has no default constructor [gs-type]") !=
        std::string::npos);
}
