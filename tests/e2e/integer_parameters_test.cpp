// Integer parameters of every type, at values that an int does not hold: emitted code must give the
// bits that the spec itself gives.

#include <catch2/catch.hpp>

#include "process.hpp"

namespace {

using namespace e2e;

const std::string kSpec = R"(#include <cstddef>
#include <cstdint>

double cubed(double x, int m) { return x * (static_cast<long>(m) * m); }
double squared(double x, int m) {
  const long long k = 1LL * m * m;
  return x * static_cast<double>(k) + static_cast<double>(k % 1000);
}
double of_long(double x, long n) { return n > 5000000000 ? x * n : x - static_cast<double>(n / 3); }
double of_unsigned(double x, unsigned n) { return x * n + n % 1000u; }
double of_size(double x, std::size_t n, std::size_t m) { return n < m && n != 3 ? x * n : x / m; }
double of_fixed(double x, std::int64_t n, const std::int32_t (&k)[2]) {
  std::int64_t sum = n;
  for (int i = 0; i < 2; ++i) sum += k[i];
  return x * static_cast<double>(sum >> 2) + static_cast<double>(sum & 1023);
}
double of_narrow(double x, short s, unsigned char c, bool b) { return x * (s * c) + (b ? s : c); }
double of_int(double x, int n) { return x * (n >> 1) + (n & 3) * x * x + (n / 2 * 2 == n ? 1 : x); }
double of_unsigned_and_long(double x, unsigned n, long m) { return n < m ? x * n : x * m; }
double chosen(double x, long n, int m) { return x * static_cast<double>(n > m ? n : 7); }
double picked(const double (&x)[4], unsigned n, std::size_t m) { return x[n - 1] * x[m + 1] * n; }
)";

const std::string kProgram = R"(#include <initializer_list>
#include "spec.cpp"
#include "spec.grad.hpp"
#include <climits>
#include <cstdio>
#include <cstring>

static int failures = 0;
static void same(const char* name, double value, double expected) {
  if (std::memcmp(&value, &expected, sizeof value) == 0) return;
  std::printf("%s: %.17g, not %.17g\n", name, value, expected);
  ++failures;
}

// All are linear in x but for of_int, whose slope at 1 follows from values that are exact.
#define CHECK_AT(name, ...)                                        \
  do {                                                             \
    name##_partials d;                                             \
    same(#name, name##_gradient(1.5, __VA_ARGS__, d), name(1.5, __VA_ARGS__)); \
    same(#name " value", name##_value(-2.5, __VA_ARGS__), name(-2.5, __VA_ARGS__)); \
    same(#name " slope", d.x, name(2, __VA_ARGS__) - name(1, __VA_ARGS__)); \
  } while (false)

int main() {
  const int ints[] = {0, 1, -1, 7, -13, 46341, 100000, -70000, 30000000};
  for (int m : ints) {
    CHECK_AT(cubed, m);
    CHECK_AT(squared, m);
    CHECK_AT(of_narrow, static_cast<short>(m), static_cast<unsigned char>(m), m > 0);
    for (double x : {1.5, -2.25}) {
      of_int_partials d;
      same("of_int", of_int_gradient(x, m, d), of_int(x, m));
      const double h = 0.125;  // exact for a quadratic
      same("of_int slope", d.x, (of_int(x + h, m) - of_int(x - h, m)) / (2 * h));
    }
  }
  const long longs[] = {0, -5, 2147483648L, -3000000000L, 5000000000L, 5000000001L, 1L << 50};
  for (long n : longs) {
    CHECK_AT(of_long, n);
    const std::int32_t k[2] = {INT_MAX, INT_MAX - 7};
    CHECK_AT(of_fixed, n, k);
    CHECK_AT(chosen, n, -4);
    for (unsigned u : {0u, 5u, 3000000000u}) CHECK_AT(of_unsigned_and_long, u, n);
  }
  for (unsigned n : {0u, 3u, 2147483648u, 4000000000u, UINT_MAX}) CHECK_AT(of_unsigned, n);
  const std::size_t sizes[] = {1, 3, 4000000000u, std::size_t{1} << 63, SIZE_MAX};
  for (std::size_t n : sizes) {
    for (std::size_t m : sizes) CHECK_AT(of_size, n, m);
  }
  const double x[4] = {1.5, 2.5, 3.5, 4.5};
  picked_partials d;
  same("picked", picked_gradient(x, 4, 1, d), picked(x, 4, 1));
  same("picked by x[3]", d.x[3], 3.5 * 4);
  return failures == 0 ? 0 : 1;
}
)";

// Outputs of integers that are narrower than those in which emitted code computes, or wider.
const std::string kOutputs = R"(enum class Side : unsigned char { Left, Right };
struct Counts { short below; unsigned char first[2]; Side side; };
)";
const std::string kOutputSpec = R"(#include "counts.hpp"
void of_int(double x, int n, short& near, unsigned char (&bytes)[2], unsigned& u, long& wide,
            Counts& counts, double& value) {
  near = 4;
  if (x > 0 && n > 3) near = 5;
  bytes[0] = n > 7 ? 7 : 8;
  bytes[1] = 9;
  u = n > 2 ? 6u : 7u;
  wide = n;
  counts.below = x < n ? 1 : 0;
  counts.first[0] = n < 0 ? 2 : 3;
  counts.first[1] = 250;
  counts.side = Side::Right;
  value = x * x * n;
}
void of_long(double x, long long n, int& small, bool& positive, double& value) {
  small = n > 3 ? 3 : 4;
  positive = x > 0;
  value = x * static_cast<double>(n);
}
)";
const std::string kOutputProgram = R"(#include <initializer_list>

#include "spec.cpp"
#include "spec.grad.hpp"

int main() {
  for (int n : {-1, 1, 5, 9}) {
    for (double x : {-2.0, 0.5, 7.0}) {
      short near[2];
      unsigned char bytes[2][2];
      unsigned u[2];
      long wide[2];
      Counts c[2];
      double value[2], jacobian[1];
      of_int(x, n, near[0], bytes[0], u[0], wide[0], c[0], value[0]);
      of_int_jacobian(x, n, near[1], bytes[1], u[1], wide[1], c[1], value[1], jacobian);
      if (near[0] != near[1] || bytes[0][0] != bytes[1][0] || bytes[0][1] != bytes[1][1] ||
          u[0] != u[1] || wide[0] != wide[1] || c[0].below != c[1].below ||
          c[0].first[0] != c[1].first[0] || c[0].first[1] != c[1].first[1] ||
          c[0].side != c[1].side || value[0] != value[1] || jacobian[0] != 2 * x * n) {
        return 1;
      }
      int small[2];
      bool positive[2];
      of_long(x, n, small[0], positive[0], value[0]);
      of_long_value(x, n, small[1], positive[1], value[1]);
      if (small[0] != small[1] || positive[0] != positive[1] || value[0] != value[1]) return 2;
    }
  }
  return 0;
}
)";

}  // namespace

TEST_CASE("integers of other types are written as what they are, without a warning") {
  const auto folder = fresh_folder("integer_outputs");
  write_file(folder / "counts.hpp", "#pragma once\n" + kOutputs);
  write_file(folder / "spec.cpp", kOutputSpec);
  write_file(folder / "program.cpp", kOutputProgram);
  write_file(folder / "header.cpp", "#include \"spec.grad.hpp\"\n");
  const Ran made = gradsmith({"generate", "spec.cpp", "--emit=value,jacobian"}, folder);
  INFO(made.err);
  REQUIRE(made.status == 0);
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const Ran header =
        run({compiler, "-std=c++11", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion",
             "-Wshadow", "-Werror", "-fsyntax-only", "header.cpp"},
            folder);
    INFO(header.err);
    CHECK(header.status == 0);
    const Ran built = run({compiler, "-std=c++17", "-w", "program.cpp", "-o", "program"}, folder);
    INFO(built.err);
    REQUIRE(built.status == 0);
    CHECK(run({(folder / "program").string()}, folder).status == 0);
  }
}

TEST_CASE("integers that an int does not hold keep their values") {
  const auto folder = fresh_folder("integer_parameters");
  write_file(folder / "spec.cpp", kSpec);
  write_file(folder / "program.cpp", kProgram);
  write_file(folder / "header.cpp", "#include \"spec.grad.hpp\"\n");
  for (const std::string policy : {"strict", "finite"}) {
    const Ran made = gradsmith(
        {"generate", "spec.cpp", "--fp=" + policy, "--emit=value,gradient,hessian"}, folder);
    INFO(made.err);
    REQUIRE(made.status == 0);
    for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
      const Ran header =
          run({compiler, "-std=c++11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow",
               "-Wdouble-promotion", "-Werror", "-fsyntax-only", "header.cpp"},
              folder);
      INFO(header.err);
      CHECK(header.status == 0);
      const Ran built =
          run({compiler, "-std=c++17", "-O1", "-ffp-contract=off", "-w", "-fsanitize=undefined",
               "-fno-sanitize-recover=all", "program.cpp", "-o", "program"},
              folder);
      INFO(built.err);
      REQUIRE(built.status == 0);
      const Ran ran = run({(folder / "program").string()}, folder);
      INFO(ran.out << ran.err);
      CHECK(ran.status == 0);
    }
  }
}
