// Functions whose loops stay loops, as compiled code: the value has the spec's bits, the gradient
// agrees with differences of the spec in long double, nothing outside the arrays and the workspace
// is touched, at sizes from none on.

#include <catch2/catch.hpp>
#include <regex>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const Words kWarnings = {"-std=c++17",   "-Wall",
                         "-Wextra",      "-Wshadow",
                         "-Wconversion", "-Wdouble-promotion",
                         "-Werror",      "-Wno-unused-function"};

/// The program's functions take (c, x, k, n), x of n + 8 numbers and k of n + 8 from 0 to 4.
const char* const kCheck = R"(
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <gradsmith/spec.hpp>
#include <vector>

#include "sizes.grad.hpp"

#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "sizes.cpp"
#define sizes wide_sizes
#define double long double
#include "sizes.cpp"
#undef double
#undef sizes

static int bad = 0;
static unsigned long long state = 1;
static double next() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(state >> 11) * 0x1p-52 - 1;
}

template <class Value, class Wide, class Gradient>
static void check(const char* name, Value value, Wide wide, Gradient gradient) {
  for (int n : {0, 1, 2, 3, 5, 8, 13}) {
    for (int round = 0; round < 4; ++round) {
      const double c = next();
      std::vector<double> x(static_cast<std::size_t>(n) + 8);
      std::vector<int> k(x.size());
      for (double& v : x) v = next();
      for (int& v : k) v = static_cast<int>((next() + 1) * 2.4999);
      double d_c = 0;
      std::vector<double> d_x(x.size(), 7);
      const double got = gradient(c, x.data(), k.data(), n, d_c, d_x.data());
      const double expected = value(c, x.data(), k.data(), n);
      // Sums in lanes are added in another order.
      const double allowed = STRICT ? 0 : 1e-13 * (1 + std::fabs(expected));
      if (!(std::fabs(got - expected) <= allowed)) {
        std::printf("%s(%d): %a, should be %a\n", name, n, got, expected);
        ++bad;
      }
      std::vector<long double> w(x.begin(), x.end());
      // The difference of five points: the functions are steep in places.
      const long double h = 1e-6L;
      const auto slope = [&](auto f) {
        return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
      };
      const auto compare = [&](const char* by, int i, double partial, long double difference) {
        if (std::fabs(partial - difference) <= 1e-8L * (1 + std::fabs(difference))) return;
        std::printf("%s(%d): d %s %d is %.17g, should be %.12Lg\n", name, n, by, i, partial,
                    difference);
        ++bad;
      };
      compare("c", 0, d_c,
              slope([&](long double by) { return wide(c + by, w.data(), k.data(), n); }));
      for (std::size_t i = 0; i < w.size(); ++i) {
        compare("x", static_cast<int>(i), d_x[i], slope([&](long double by) {
                  std::vector<long double> at = w;
                  at[i] += by;
                  return wide(c, at.data(), k.data(), n);
                }));
      }
    }
  }
}

/// Products with the Hessian beside differences of the gradient, which has been compared.
template <class Gradient, class Product>
static void check_product(const char* name, Gradient gradient, Product product) {
  for (int n : {0, 1, 2, 3, 5, 8}) {
    const double c = next();
    const double v_c = next();
    std::vector<double> x(static_cast<std::size_t>(n) + 8);
    std::vector<double> v(x.size());
    std::vector<int> k(x.size());
    for (double& e : x) e = next();
    for (double& e : v) e = next();
    for (int& e : k) e = static_cast<int>((next() + 1) * 2.4999);
    double h_c = 0;
    std::vector<double> h_x(x.size(), 7);
    product(c, x.data(), k.data(), n, v_c, v.data(), h_c, h_x.data());
    const double h = 1e-6;
    const auto along = [&](double step, double& d_c, std::vector<double>& d_x) {
      std::vector<double> y = x;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += step * v[i];
      gradient(c + step * v_c, y.data(), k.data(), n, d_c, d_x.data());
    };
    double above = 0;
    double below = 0;
    std::vector<double> above_x(x.size());
    std::vector<double> below_x(x.size());
    along(h, above, above_x);
    along(-h, below, below_x);
    const auto compare = [&](int i, double found, double difference) {
      if (std::fabs(found - difference) <= 2e-6 * (1 + std::fabs(difference))) return;
      std::printf("%s(%d): hv %d is %.17g, should be %.8g\n", name, n, i, found, difference);
      ++bad;
    };
    compare(-1, h_c, (above - below) / (2 * h));
    for (std::size_t i = 0; i < x.size(); ++i) {
      compare(static_cast<int>(i), h_x[i], (above_x[i] - below_x[i]) / (2 * h));
    }
  }
}

int main() {
)";

/// A workspace for an emitted function, where it takes one, of the length that it asks for.
struct Workspace {
  std::string declaration;
  std::string argument;
};
Workspace workspace(const std::string& name, const std::string& header) {
  if (header.find(" " + name + "_work(") == std::string::npos) return {};
  return {"std::vector<double> work(static_cast<std::size_t>(sizes::" + name +
              "_work(n)), std::nan(\"\"));\n",
          ", work.data()"};
}

/// The calls that check one function.
std::string calls(const std::string& name, const std::string& header) {
  const Workspace g = workspace(name + "_gradient", header);
  const Workspace h = workspace(name + "_hvp", header);
  std::string text = R"(
  {
    const auto gradient = [](double c, const double* x, const int* k, int n, double& d_c, double* d_x) {
      sizes::NAME_partials d;
      G_DECLARATION
      const double value = sizes::NAME_gradient(c, x, k, n, d, d_xG_ARGUMENT);
      d_c = d.c;
      return value;
    };
    const auto product = [](double c, const double* x, const int* k, int n, double v_c,
                            const double* v_x, double& h_c, double* h_x) {
      sizes::NAME_partials v;
      sizes::NAME_partials hv;
      v.c = v_c;
      H_DECLARATION
      sizes::NAME_hvp(c, x, k, n, v, v_x, hv, h_xH_ARGUMENT);
      h_c = hv.c;
    };
    check("NAME", sizes::NAME, wide_sizes::NAME, gradient);
    check_product("NAME", gradient, product);
  }
)";
  const auto put = [&](const std::string& word, const std::string& by) {
    for (std::size_t at; (at = text.find(word)) != std::string::npos;) {
      text.replace(at, word.size(), by);
    }
  };
  put("NAME", name);
  put("G_DECLARATION", g.declaration);
  put("H_DECLARATION", h.declaration);
  put("G_ARGUMENT", g.argument);
  put("H_ARGUMENT", h.argument);
  return text;
}

}  // namespace

namespace {

void check_loops(const std::string& policy) {
  const fs::path folder = fresh_folder("loops_" + policy);
  const std::string spec =
      read_file(fs::path(GRADSMITH_SOURCE_DIR) / "tests/unit/frontend/programs/sizes.cpp");
  write_file(folder / "sizes.cpp", spec);
  const std::string include = "-I" + std::string(GRADSMITH_SPEC_INCLUDE_DIR);
  const Ran generated = gradsmith({"generate", "sizes.cpp", "--wrt=c,x", "--length=x=n+8",
                                   "--emit=value,gradient,hvp", "--fp=" + policy, "--", include},
                                  folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  const std::string header = read_file(folder / "sizes.grad.hpp");

  std::string program = kCheck;
  int functions = 0;
  const std::regex entry(R"(\ndouble (\w+)\(param<double> c)");
  for (std::sregex_iterator it(spec.begin(), spec.end(), entry), end; it != end; ++it) {
    ++functions;
    program += calls((*it)[1], header);
  }
  program += "  return bad == 0 ? 0 : 1;\n}\n";
  write_file(folder / "main.cc", program);
  CHECK(functions >= 20);

  const Words sanitizers = {"-O1", "-fsanitize=address,undefined",
                            "-fno-sanitize-recover=undefined"};
  for (const auto& [compiler, options] :
       {std::pair<std::string, Words>{GRADSMITH_GXX, sanitizers},
        std::pair<std::string, Words>{GRADSMITH_CLANGXX, {"-O2"}}}) {
    Words command{compiler};
    command.insert(command.end(), kWarnings.begin(), kWarnings.end());
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {policy == "strict" ? "-DSTRICT=1" : "-DSTRICT=0",
                                   "-ffp-contract=off", include, "main.cc", "-o", "main"});
    const Ran built = run(command, folder);
    INFO(compiler << "\n" << built.err);
    REQUIRE(built.status == 0);
    const Ran ran = run({"./main"}, folder);
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
  }
}

}  // namespace

TEST_CASE("loops of run-time length give the spec's bits and its derivatives", "[loops]") {
  check_loops("strict");
}

TEST_CASE("loops of run-time length give values and derivatives where sums run in lanes",
          "[loops]") {
  check_loops("finite");
}

TEST_CASE("partials of pointers whose length is constant lie in the struct") {
  const fs::path folder = fresh_folder("constant_pointers");
  write_file(folder / "point.hpp",
             "#pragma once\nstruct Point { double x, y; };\ntypedef const double* Numbers;\n");
  write_file(folder / "f.cpp", R"(
#include "point.hpp"
double f(Numbers a, const double (*b)[3], const Point* p) {
  double s = a[0] * a[1];
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j) s += b[i][j] * b[i][j] * a[j];
  return s + p[0].x * p[1].y;
}
)");
  const Ran generated =
      gradsmith({"generate", "f.cpp", "--emit=value,gradient,jvp,hvp,hessian"}, folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  write_file(folder / "main.cc", R"(
#include "f.grad.hpp"
int main() {
  const double a[3] = {2, 3, 5}, b[2][3] = {{1, 2, 3}, {4, 5, 6}};
  const Point p[2] = {{7, 8}, {9, 10}};
  f_partials d, v = {{1, 0, 0}, {{0, 0, 0}, {0, 1, 0}}, {{0, 0}, {0, 1}}}, hv;
  static_assert(sizeof(d) == 13 * sizeof(double), "one number for each");
  int wrong = f_gradient(a, b, p, d) == f_value(a, b, p) ? 0 : 1;
  wrong += d.a[0] == 3 + 1 + 16 && d.a[1] == 2 + 4 + 25 && d.a[2] == 9 + 36 ? 0 : 1;
  wrong += d.b[0][2] == 30 && d.b[1][1] == 30 && d.p[0].x == 10 && d.p[1].y == 7 ? 0 : 1;
  wrong += d.p[0].y == 0 && d.p[1].x == 0 ? 0 : 1;
  double dv = 0;
  f_jvp(a, b, p, v, dv);
  wrong += dv == d.a[0] + d.b[1][1] + d.p[1].y ? 0 : 1;
  f_hvp(a, b, p, v, hv);
  wrong += hv.a[0] == 0 && hv.a[1] == 1 + 10 && hv.b[1][1] == 6 && hv.p[0].x == 1 ? 0 : 1;
  double h[169];
  f_hessian(a, b, p, d, h);
  wrong += h[1] == 1 && h[3 * 13 + 0] == 2 && h[9 * 13 + 12] == 1 ? 0 : 1;
  return wrong;
}
)");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const Ran built = run({compiler, "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
                           "-Werror", "-Wno-unused-function", "main.cc", "-o", "main"},
                          folder);
    INFO(built.err);
    REQUIRE(built.status == 0);
    CHECK(run({"./main"}, folder).status == 0);
  }
}

TEST_CASE("overloads allocate the workspace, and take the author's spans and vectors", "[loops]") {
  const fs::path folder = fresh_folder("overloads");
  write_file(folder / "f.cpp", R"(
#include <cmath>
#include <gradsmith/spec.hpp>
#include <span>
#include <vector>
double spans(std::span<const double> x, const std::vector<double>& y, double a) {
  double s = a;
  for (std::size_t i = 0; i < x.size(); ++i) s = std::sin(s * x[i] + y[i]);
  return s;
}
double pointers(const double* x, int n, double a) {
  double s = a;
  for (int i = 0; i < n; ++i) s = std::sin(s * x[i]);
  return s;
}
)");
  const std::string include = "-I" + std::string(GRADSMITH_SPEC_INCLUDE_DIR);
  const Ran generated = gradsmith(
      {"generate", "f.cpp", "--emit=value,gradient,overloads", "--", "-std=c++20", include},
      folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  write_file(folder / "main.cc", R"(
#include "f.grad.hpp"
int main() {
  const std::vector<double> x{0.1, 0.2, 0.3}, y{0.3, 0.2, 0.1};
  std::vector<double> d_x(3), d_y(3), e_x(3), e_y(3), work(100);
  int wrong = 0;
  pointers_partials p, q;
  const double a = pointers_gradient(x.data(), 3, 0.5, p, d_x.data(), work.data());
  wrong += pointers_gradient(x.data(), 3, 0.5, q, e_x.data()) == a ? 0 : 1;
  wrong += p.a == q.a && d_x == e_x ? 0 : 1;
#if __cplusplus >= 202002L
  spans_partials r, s;
  const double b = spans_gradient(x.data(), 3, y.data(), 3, 0.5, r, d_x.data(), d_y.data(),
                                  work.data());
  wrong += spans_gradient(x, y, 0.5, s, e_x.data(), e_y.data()) == b ? 0 : 1;
  wrong += spans_value(x, y, 0.5) == b ? 0 : 1;
  wrong += r.a == s.a && d_x == e_x && d_y == e_y ? 0 : 1;
#endif
  return wrong;
}
)");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    for (const std::string standard : {"-std=c++11", "-std=c++20"}) {
      const Ran built = run({compiler, standard, "-Wall", "-Wextra", "-Wconversion", "-Werror",
                             "-Wno-unused-function", "main.cc", "-o", "main"},
                            folder);
      INFO(compiler << standard << "\n" << built.err);
      REQUIRE(built.status == 0);
      CHECK(run({"./main"}, folder).status == 0);
    }
  }
}

TEST_CASE("what only one side of a choice reads may be missing where the other is taken",
          "[loops]") {
  const fs::path folder = fresh_folder("one_side");
  write_file(folder / "f.cpp", R"(
#include <cmath>
double f(int n, int flag, const double* x, const double* y) {
  double e = 0, s = 0;
  for (int i = 0; i < n; ++i) e += x[i] * x[i];
  if (flag > 0) {
    for (int i = 0; i < n; ++i) s += y[i] * x[i];
  }
  return e + s;
}
double g(int n, int flag, const double* x, const double* y) {
  double s = 1;
  for (int i = 0; i < n; ++i) {
    if (flag > 0) s = s * std::cos(y[i]);
    s = s * x[i];
  }
  return s;
}
double h(int n, const int* at, const double* x) {
  double s = 1;
  for (int i = 0; i < n; ++i) {
    if (at[i] < 0) continue;
    double t = 0;
    for (int j = 0; j < 3; ++j) t += x[at[i]] * (j + 1);
    s = s * t;
  }
  return s;
}
)");
  const Ran generated = gradsmith(
      {"generate", "f.cpp", "--emit=value,gradient,jvp,hvp,overloads", "--length=h:x=n"}, folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  write_file(folder / "main.cc", R"(
#include "f.grad.hpp"
int main() {
  const double x[] = {1, -2, 3}, y[] = {4, 5, 6};
  double d_x[3], d_y[3], hv_x[3], hv_y[3], dv = 0;
  int wrong = 0;
  for (int flag = 0; flag < 2; ++flag) {
    const double* const there = flag > 0 ? y : nullptr;
    const double value = flag > 0 ? 26 : 14;
    wrong += f_value(3, flag, x, there) == value ? 0 : 1;
    wrong += f_gradient(3, flag, x, there, d_x, d_y) == value ? 0 : 1;
    wrong += f_jvp(3, flag, x, there, x, there, dv) == value ? 0 : 1;
    wrong += dv == 2 * value ? 0 : 1;
    wrong += f_hvp(3, flag, x, there, x, there, hv_x, hv_y) == value ? 0 : 1;
    for (int i = 0; i < 3; ++i) {
      const double more = flag > 0 ? y[i] : 0;
      wrong += d_x[i] == 2 * x[i] + more && d_y[i] == (flag > 0 ? x[i] : 0) ? 0 : 1;
      wrong += hv_x[i] == 2 * x[i] + more && hv_y[i] == (flag > 0 ? x[i] : 0) ? 0 : 1;
    }
    double product = -6;
    for (int i = 0; i < flag * 3; ++i) product *= std::cos(y[i]);
    const auto near = [](double a, double b) { return std::fabs(a - b) < 1e-13; };
    wrong += near(g_gradient(3, flag, x, there, d_x, d_y), product) ? 0 : 1;
    wrong += near(g_hvp(3, flag, x, there, x, there, hv_x, hv_y), product) ? 0 : 1;
    for (int i = 0; i < 3; ++i) {
      wrong += near(d_x[i], product / x[i]) ? 0 : 1;
      wrong += near(d_y[i], flag > 0 ? -product * std::tan(y[i]) : 0) ? 0 : 1;
      // Of products of three numbers the gradient grows twofold along the numbers.
      wrong += flag > 0 || near(hv_x[i], 2 * product / x[i]) ? 0 : 1;
    }
    const int at[] = {-1, flag > 0 ? 2 : -7, -1};
    wrong += near(h_gradient(3, at, x, d_x), flag > 0 ? 18 : 1) ? 0 : 1;
    wrong += near(h_hvp(3, at, x, x, hv_x), flag > 0 ? 18 : 1) ? 0 : 1;
    for (int i = 0; i < 3; ++i) {
      wrong += near(d_x[i], flag > 0 && i == 2 ? 6 : 0) && near(hv_x[i], 0) ? 0 : 1;
    }
  }
  return wrong;
}
)");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const Ran built = run({compiler, "-O1", "-g", "-fsanitize=address,undefined",
                           "-Wno-unused-function", "main.cc", "-o", "main"},
                          folder);
    INFO(compiler << "\n" << built.err);
    REQUIRE(built.status == 0);
    CHECK(run({"./main"}, folder).status == 0);
  }
}

TEST_CASE("second derivatives along a direction take one loop there and one back", "[loops]") {
  const fs::path folder = fresh_folder("there_and_back");
  write_file(folder / "f.cpp", R"(
#include <cmath>
double recurrent(int n, const double* x, const double* y, double w, double u) {
  double h = 0, e = 0;
  for (int t = 0; t < n; ++t) {
    h = std::tanh(w * h + u * x[t]);
    e += (h - y[t]) * (h - y[t]);
  }
  return e;
}
double rows(int n, int m, const int* start, const int* column, const double* value,
            const double* x) {
  double e = 0;
  for (int i = 0; i < n; ++i) {
    double y = 0;
    for (int p = start[i]; p < start[i + 1]; ++p) y += value[p] * x[column[p]];
    e += y * y;
  }
  return e;
}
)");
  const auto text = [&](const std::string& function, const std::string& word) {
    Words words = {"generate", "f.cpp", "--function=" + function, "--emit=" + word, "--stdout"};
    if (function == "rows") words.push_back("--length=value=start[n],x=m");
    const Ran ran = gradsmith(words, folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    return ran.out;
  };
  for (const std::string word : {"gradient", "hvp"}) {
    const std::string recurrent = text("recurrent", word);
    CAPTURE(recurrent);
    CHECK(occurrences(recurrent, "for (") == 2);
    CHECK(occurrences(recurrent, "std::tanh(") == 1);
    // A row's sum is there once, not in each trip over the row.
    const std::string rows = text("rows", word);
    CAPTURE(rows);
    CHECK(occurrences(rows, "for (") == 5);
    CHECK(occurrences(rows, "\n      for (") == 0);
  }
}

TEST_CASE("what a direction needs of the way there is evaluated once, whoever stored it",
          "[loops]") {
  // Four slopes, of a sine each: the gradient stores the cosine's argument or its value, and the
  // change of the gradient needs both functions on either way.
  const fs::path root(GRADSMITH_SOURCE_DIR);
  const Ran ran = gradsmith({"generate", "specs/loops/runge_kutta.cpp", "--emit=hvp", "--stdout",
                             "--", "-I" + std::string(GRADSMITH_SPEC_INCLUDE_DIR)},
                            root);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(occurrences(ran.out, "std::sin(") == 4);
  CHECK(occurrences(ran.out, "std::cos(") == 4);
}
