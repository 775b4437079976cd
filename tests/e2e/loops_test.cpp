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

const Words kWarnings = {"-std=c++17", "-Wall",         "-Wextra",
                         "-Wshadow",   "-Wconversion",  "-Wdouble-promotion",
                         "-Werror",    "-Wno-unused-function"};

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
      if (got != expected) {
        std::printf("%s(%d): %a, should be %a\n", name, n, got, expected);
        ++bad;
      }
      std::vector<long double> w(x.begin(), x.end());
      const long double h = 1e-7L;
      const auto compare = [&](const char* by, int i, double partial, long double difference) {
        if (std::fabs(partial - difference) <= 1e-8L * (1 + std::fabs(difference))) return;
        std::printf("%s(%d): d %s %d is %.17g, should be %.12Lg\n", name, n, by, i, partial,
                    difference);
        ++bad;
      };
      compare("c", 0, d_c, (wide(c + h, w.data(), k.data(), n) - wide(c - h, w.data(), k.data(), n)) /
                               (2 * h));
      for (std::size_t i = 0; i < w.size(); ++i) {
        const long double before = w[i];
        w[i] = before + h;
        const long double above = wide(c, w.data(), k.data(), n);
        w[i] = before - h;
        const long double below = wide(c, w.data(), k.data(), n);
        w[i] = before;
        compare("x", static_cast<int>(i), d_x[i], (above - below) / (2 * h));
      }
    }
  }
}

int main() {
)";

}  // namespace

TEST_CASE("loops of run-time length give the spec's value and its derivatives", "[loops]") {
  const fs::path folder = fresh_folder("loops");
  const std::string spec = read_file(fs::path(GRADSMITH_SOURCE_DIR) / "tests/unit/frontend/programs/sizes.cpp");
  write_file(folder / "sizes.cpp", spec);
  const std::string include = "-I" + std::string(GRADSMITH_SPEC_INCLUDE_DIR);
  const Ran generated = gradsmith({"generate", "sizes.cpp", "--wrt=c,x", "--length=x=n+8",
                                   "--emit=value,gradient", "--", include},
                                  folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  const std::string header = read_file(folder / "sizes.grad.hpp");

  std::string program = kCheck;
  int functions = 0;
  const std::regex entry(R"(\ndouble (\w+)\(param<double> c)");
  for (std::sregex_iterator it(spec.begin(), spec.end(), entry), end; it != end; ++it) {
    const std::string name = (*it)[1];
    ++functions;
    const bool work = header.find(" " + name + "_gradient_work(") != std::string::npos;
    program += "  check(\"" + name + "\", sizes::" + name + ", wide_sizes::" + name +
               ",\n        [](double c, const double* x, const int* k, int n, double& d_c, double* d_x) {\n"
               "          sizes::" + name + "_partials d;\n";
    if (work) {
      program += "          std::vector<double> work(static_cast<std::size_t>(sizes::" + name +
                 "_gradient_work(n)), std::nan(\"\"));\n";
    }
    program += "          const double value = sizes::" + name + "_gradient(c, x, k, n, d, d_x" +
               (work ? ", work.data()" : "") +
               ");\n          d_c = d.c;\n          return value;\n        });\n";
  }
  program += "  return bad == 0 ? 0 : 1;\n}\n";
  write_file(folder / "main.cc", program);
  CHECK(functions >= 20);

  const Words sanitizers = {"-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"};
  for (const auto& [compiler, options] :
       {std::pair<std::string, Words>{GRADSMITH_GXX, sanitizers},
        std::pair<std::string, Words>{GRADSMITH_CLANGXX, {"-O2"}}}) {
    Words command{compiler};
    command.insert(command.end(), kWarnings.begin(), kWarnings.end());
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"-ffp-contract=off", include, "main.cc", "-o", "main"});
    const Ran built = run(command, folder);
    INFO(compiler << "\n" << built.err);
    REQUIRE(built.status == 0);
    const Ran ran = run({"./main"}, folder);
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
  }
}
