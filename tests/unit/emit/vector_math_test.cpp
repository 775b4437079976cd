#include "emit/vector_math.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "unit/emit/compiled.hpp"

using namespace gradsmith;

namespace {

std::set<Op> all_functions() {
  std::set<Op> all;
  for (const OpRow& row : op_rows()) {
    if (is_lanes_function(row.op)) all.insert(row.op);
  }
  return all;
}

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size()) {
    text.replace(at, word.size(), by);
  }
  return text;
}

/// As for a platform that glibc has no vector functions for.
std::string without_glibc(const std::string& source) {
  return replaced(source, "defined(__GLIBC__)", "defined(NO_GLIBC_HERE)");
}

const std::string kIncludes = "#include <cmath>\n#include <cstring>\n";

/// Targets by their flags, and what the machine needs to run their code.
struct Target {
  const char* flags;
  const char* supported;
};
constexpr Target kTargets[] = {{"", "true"},
                               {"-mavx2 -mfma", "__builtin_cpu_supports(\"avx2\")"},
                               {"-mavx512f", "__builtin_cpu_supports(\"avx512f\")"}};

bool is_x86_64() {
#ifdef __x86_64__
  return true;
#else
  return false;
#endif
}

/// Runs the checks of a program on every target that this machine has.
void run_everywhere(const std::string& file, const std::string& source, const std::string& checks) {
  const std::string head = kIncludes + "#include <cfloat>\n#include <cstdio>\n#include <limits>\n";
  for (const bool glibc : {true, false}) {
    const std::string lanes = glibc ? source : without_glibc(source);
    for (const Target& target : kTargets) {
      if (!is_x86_64() && *target.flags) continue;
      const std::string supported = is_x86_64() ? target.supported : "true";
      const std::string path = write_scratch(file, head + lanes + "static int bad = 0;\n" + checks +
                                                       "int main() {\n  if (" + supported +
                                                       ") run();\n  return bad == 0 ? 0 : 1;\n}\n");
      for (const std::string& compiler : compilers()) {
        const Outcome outcome = compile_and_run(
            compiler, path, std::string("-std=c++17 -O1 -ffp-contract=off ") + target.flags);
        INFO(compiler << " " << target.flags << (glibc ? "" : " without glibc"));
        INFO(outcome.text.substr(0, 3000));
        CHECK(outcome.good);
      }
    }
  }
}

}  // namespace

TEST_CASE("the emitted lanes compile strictly on every target, also twice in one file") {
  const std::string source = vector_math_source(all_functions());
  CHECK(source.starts_with("#ifndef "));
  for (const std::string& text : {source, without_glibc(source)}) {
    const std::string path = write_scratch("lanes_twice.cpp", kIncludes + text + text);
    for (const Target& target : kTargets) {
      if (!is_x86_64() && *target.flags) continue;
      for (const std::string& compiler : compilers()) {
        const Outcome outcome =
            compile_only(compiler, path, std::string("-Wpedantic ") + target.flags);
        INFO(compiler << " " << target.flags << "\n" << outcome.text);
        CHECK(outcome.good);
      }
    }
  }
  for (std::istringstream lines(source); lines;) {
    std::string line;
    std::getline(lines, line);
    CHECK(line.size() <= 100);
  }
}

TEST_CASE("files with different functions of lanes can be included one after the other") {
  const std::string path =
      write_scratch("lanes_of_two_files.cpp", kIncludes + vector_math_source({Op::Exp, Op::Tanh}) +
                                                  vector_math_source({Op::Exp, Op::Log, Op::Pow}));
  for (const std::string& compiler : compilers()) {
    const Outcome outcome = compile_only(compiler, path);
    INFO(outcome.text);
    CHECK(outcome.good);
  }
}

// libmvec promises 4 units in the last place; <cmath> in long double is the reference. Where the
// function is infinite, no number or zero, so are its lanes.
TEST_CASE("functions of lanes are those of <cmath> up to 4 units in the last place") {
  std::string checks = R"(
using gradsmith_math::lanes;
static unsigned long long state = 1;
static double next() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(state >> 11) * 0x1p-53;
}
static const double special[] = {0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 1e-300, -1e-300, 5e-324,
    -5e-324, 1e-17, 710.0, -710.0, -745.0, 1e5, -1e5, 1e300, -1e300, DBL_MAX, DBL_MIN,
    INFINITY, -INFINITY, NAN};
static const int specials = static_cast<int>(sizeof special / sizeof *special);
static double number(int k) {
  if (k < specials) return special[k];
  const double sign = next() < 0.5 ? -1 : 1;
  return sign * std::ldexp(1 + next(), static_cast<int>(next() * (k % 2 ? 8 : 40)) - (k % 2 ? 4 : 30));
}
static void judge(const char* name, double x, double y, double got, long double wanted, bool exact) {
  const double rounded = static_cast<double>(wanted);
  bool good;
  if (std::isnan(rounded) || std::isinf(rounded)) {
    // Just below the largest number four units may be infinite.
    good = std::isnan(rounded) ? std::isnan(got) : got == rounded;
  } else if (exact) {
    good = got == rounded;
  } else {
    int exponent;
    std::frexp(rounded, &exponent);
    const double unit = std::ldexp(1.0, exponent - 53 < -1074 ? -1074 : exponent - 53);
    good = std::fabs(static_cast<double>(got - wanted)) <= 4 * unit;
  }
  if (good) return;
  ++bad;
  std::printf("%s(%a, %a) is %a, should be %a\n", name, x, y, got, rounded);
}
)";
  std::string calls = "static void run() {\n";
  for (const Op op : all_functions()) {
    const OpRow& row = op_row(op);
    const std::string name(row.spelling);
    const bool two = row.operands == 2;
    // What is called number by number is what <cmath> has in double, and not judged by the wide
    // one.
    const std::string wide =
        has_vector_version(op) ? "static_cast<long double>" : "static_cast<double>";
    checks += fmt::format(R"(
static void run_{0}() {{
  for (int k = 0; k < 4000; k += 8) {{
    double x[8], y[8], got[8];
    for (int l = 0; l < 8; ++l) x[l] = number(k + l);
    for (int l = 0; l < 8; ++l) y[l] = number({1} ? (k / 8 + l * 5) % 600 : 0);
    gradsmith_math::store(got, gradsmith_math::{0}(gradsmith_math::load(x){2}));
    for (int l = 0; l < 8; ++l) judge("{0}", x[l], y[l], got[l], std::{0}({3}(x[l]){4}), {5});
  }}
}}
)",
                          name, two, two ? ", gradsmith_math::load(y)" : "", wide,
                          two ? ", " + wide + "(y[l])" : "", !has_vector_version(op));
    calls += fmt::format("  run_{}();\n", name);
  }
  run_everywhere("lanes_functions.cpp", vector_math_source(all_functions()),
                 checks + calls + "}\n");
}

TEST_CASE("operators on lanes are those on each number") {
  const std::string checks = R"(
using gradsmith_math::lanes;
using gradsmith_math::mask;
static const double x[] = {1.5, -2.25, 0.0, -0.0, INFINITY, NAN, 1e308, 3.0};
static const double y[] = {1.5, 4.0, -0.0, 3.0, INFINITY, 1.0, 1e308, -7.0};
static bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}
static void check(int line, const lanes& got, const double (&wanted)[8]) {
  double g[8];
  gradsmith_math::store(g, got);
  for (int k = 0; k < 8; ++k) {
    if (same(g[k], wanted[k])) continue;
    ++bad;
    std::printf("line %d, number %d: %a, should be %a\n", line, k, g[k], wanted[k]);
  }
}
#define CHECK(on_lanes, on_numbers)                                        \
  {                                                                        \
    double wanted[8];                                                      \
    for (int k = 0; k < 8; ++k) {                                          \
      const double a = x[k], b = y[k];                                     \
      wanted[k] = on_numbers;                                              \
      (void)b, (void)a;                                                    \
    }                                                                      \
    const lanes a = gradsmith_math::load(x), b = gradsmith_math::load(y);  \
    check(__LINE__, on_lanes, wanted);                                     \
    (void)b, (void)a;                                                      \
  }
#define SAME(expression) CHECK(expression, expression)
#define COMPARED(op)                                                                \
  CHECK(gradsmith_math::choose(a op b, a, 2.0), (a op b) ? a : 2.0)                 \
  CHECK(gradsmith_math::choose(!(a op b), a, b), !(a op b) ? a : b)                 \
  CHECK(gradsmith_math::choose(a op b && b > 1.0, a, b), a op b && b > 1.0 ? a : b) \
  CHECK(gradsmith_math::choose(a op b || b > 1.0, a, b), a op b || b > 1.0 ? a : b) \
  CHECK(gradsmith_math::choose(a op b || false, a, b), a op b ? a : b)
static void run() {
  SAME(a + b) SAME(a - b) SAME(a * b) SAME(a / b) SAME(-a) SAME(2.0 - a) SAME(a * 0.5)
  COMPARED(<) COMPARED(<=) COMPARED(>) COMPARED(>=) COMPARED(==) COMPARED(!=)
  CHECK(lanes(-0.0), -0.0)
  CHECK(gradsmith_math::choose(mask(true), a, b), a)
  CHECK(gradsmith_math::choose(mask(false), a, b), b)
  lanes sum = 1.0;
  sum += gradsmith_math::load(y);
  sum -= 2.0;
  sum *= 3.0;
  CHECK(sum, ((1.0 + b) - 2.0) * 3.0)
  double spread[24] = {};
  for (int k = 0; k < 8; ++k) spread[3 * k] = y[k];
  CHECK(gradsmith_math::gather(spread, 3), b)
  CHECK(gradsmith_math::gather(y + 7, -1), y[7 - k])
  const double small[] = {1, 2, 4, 8, 16, 32, 64, 128};
  if (gradsmith_math::sum(gradsmith_math::load(small)) != 255) ++bad;
}
)";
  run_everywhere("lanes_operators.cpp", vector_math_source({}), checks);
}
