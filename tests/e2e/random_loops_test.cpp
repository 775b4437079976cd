// Random programs of loops: what is emitted for them computes what the spec and the oracle compute,
// at sizes from none on, and touches nothing outside the arrays and the workspace.
//
// By hand, for long hunts:
//   GRADSMITH_E2E_FIRST_SEED=1000 GRADSMITH_E2E_SEEDS=5000 e2e "[hunt_loops]"
// Every function follows from its seed alone; failures name the function, f<seed>.

#include "random_loops.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "loop_comparison.hpp"
#include "loop_survey.hpp"
#include "process.hpp"

namespace {

using namespace e2e;

/// Those of the seeds.
std::vector<LoopFunction> programs(const std::vector<std::uint64_t>& seeds,
                                   LoopFunction (*program)(std::uint64_t) = random_loops) {
  std::vector<LoopFunction> found;
  for (const std::uint64_t seed : seeds) {
    found.push_back(program(seed));
    found.back().keep_loops = seed % 4 < 2;
  }
  return found;
}

}  // namespace

TEST_CASE("random programs of loops give the spec's values and derivatives") {
  LoopSurvey survey;
  // Those of 200 to 230 that are accepted and whose Hessian products are not too long to compile
  // here; the hunt takes all.
  compare_programs(
      programs({202, 204, 206, 208, 210, 211, 213, 214, 215, 218, 219, 221, 225, 226, 229}),
      "random_loops", false, survey);
  report(survey, 70);
}

TEST_CASE("random programs with vectors of their own give the spec's values and derivatives") {
  LoopSurvey survey;
  compare_programs(programs({300, 301, 302, 303, 304, 305, 306, 307}, random_forms), "random_forms",
                   false, survey);
  report(survey, 70);
}

/// The function `double(c, x, n)` with that body, which adds to `s`; x has n elements.
static LoopFunction over_n(const std::string& name, const std::string& body) {
  LoopFunction f;
  f.name = name;
  f.name_space = "spec_" + name;
  f.parameters = {LoopParameter{"c"}, LoopParameter{"x"}, LoopParameter{"n"}};
  f.parameters[1].kind = LoopParameter::Kind::Pointer;
  f.parameters[1].length = "n";
  f.parameters[2].kind = LoopParameter::Kind::Size;
  f.text = fmt::format(
      "namespace {} {{\ndouble {}(double c, const double* x, int n) {{\n  double s = c;\n  {}\n"
      "  return s;\n}}\n}}\n",
      f.name_space, f.name, body);
  return f;
}

// Carried from trip to trip of inner loops whose length follows the outer index, in both orders and
// with strides; nothing that varies with arrays; a third loop inside.
TEST_CASE("loops whose length follows an outer index have first and second derivatives") {
  const std::vector<std::string> bodies = {
      "for (int i = 0; i < n - 1; ++i)\n for (int j = i - 1; j >= 0; --j) s *= c + x[j];",
      "for (int i = 0; i < n; i += 2)\n for (int j = 0; j <= i; ++j) s = std::tanh(s + x[j] * c);",
      "for (int i = n - 1; i >= 0; i -= 3)\n for (int j = i; j < n; ++j) s = std::sin(s) + x[j];",
      "for (int i = 0; i < n; ++i)\n for (int j = 0; j <= i; ++j)\n"
      "  for (int k = 0; k < n; ++k) s += std::tanh(s) * x[k];",
      "for (int i = 0; i < n; ++i)\n for (int j = 0; j < std::min(i, n - i); ++j)\n"
      "  s = std::tanh(s + x[j]);",
      // Triangles in triangles.
      "for (int a = 0; a < n; ++a)\n for (int b = 0; b <= a; ++b)\n  for (int k = b; k >= 0; --k)"
      "\n   for (int l = k; l < n; ++l)\n    for (int j = 0; j < n; ++j)\n"
      "     s += x[a] * x[b] * x[k] * x[l] * x[j] * c;",
      // An adjoint for each trip of a loop whose length two others give.
      "for (int i = 1; i < n; ++i)\n for (int j = 0; j < i; ++j) {\n  if (x[0] > 0.5)\n"
      "   for (int k = j - 1; k >= 0; --k) s = std::tanh(s + (s > c ? x[1] * s : c - s));\n"
      "  s *= 1 + 0.25 * std::sin(x[j + 1] - x[n - 1 - i]);\n }",
      "s += n;"};
  LoopComparison c;
  c.folder = fresh_folder("ragged_loops");
  for (std::size_t k = 0; k < bodies.size(); ++k) {
    LoopFunction f = over_n(fmt::format("ragged_{}", k), bodies[k]);
    f.all_lengths = true;
    const Ran ran = generate_loops(c, f, loop_includes() + f.text);
    INFO(f.text << ran.err);
    REQUIRE(ran.status == 0);
    c.functions.push_back(f);
  }
  const bool good = compare_loops(c, false);
  INFO(c.log);
  CHECK(good);
}

// Several elements of an array a trip, at rows that the trips before and after have or have not in
// common: what is read where decides whether an array may be changed in place, or kept once.
/// Whether functions `double(c, x, n, t)` with those bodies, which add to `s` and work in t, are as
/// the oracle has them, with loops unrolled and kept. `with_second`: how many have second
/// derivatives.
static void compare_bodies(const std::string& folder, const std::vector<std::string>& bodies,
                           std::size_t with_second_at_least) {
  LoopComparison c;
  c.folder = fresh_folder(folder);
  std::size_t with_second = 0;
  for (std::size_t k = 0; k < bodies.size(); ++k) {
    for (const bool unrolled : {true, false}) {
      LoopFunction f;
      f.name = fmt::format("{}_{}_{}", folder, k, unrolled ? "unrolled" : "kept");
      f.name_space = "spec_" + f.name;
      f.all_lengths = true;
      f.keep_loops = !unrolled;
      f.parameters = {LoopParameter{"c"}, LoopParameter{"x"}, LoopParameter{"n"},
                      LoopParameter{"t"}};
      for (const std::size_t array : {1, 3}) {
        f.parameters[array].kind = LoopParameter::Kind::Pointer;
        f.parameters[array].length = "3 * n + 6";
      }
      f.parameters[2].kind = LoopParameter::Kind::Size;
      f.parameters[3].role = LoopParameter::Role::Work;
      f.text = fmt::format(
          "namespace {} {{\ndouble {}(double c, const double* x, int n, gradsmith::work<double>* "
          "t) "
          "{{\n  double s = c;\n  {}\n  return s;\n}}\n}}\n",
          f.name_space, f.name, bodies[k]);
      Ran ran = generate_loops(c, f, loop_includes() + f.text);
      // Elements that only one side of a branch asks for are not always seen to be read in time.
      f.second = ran.status == 0;
      if (!f.second) {
        CHECK(code_of_refusal(ran.err) == "gs-array-order");
        ran = generate_loops(c, f, loop_includes() + f.text);
      }
      with_second += f.second ? 1 : 0;
      INFO(f.text << ran.err);
      REQUIRE(ran.status == 0);
      c.functions.push_back(f);
    }
  }
  CHECK(with_second >= with_second_at_least);
  const bool good = compare_loops(c, false);
  INFO(c.log);
  CHECK(good);
}

TEST_CASE("arrays that loops fill by several elements a trip have the oracle's derivatives") {
  const std::vector<std::string> bodies = {
      // Rows apart, each made from the one before.
      "for (int i = 0; i < n; ++i) {\n  double u = i > 0 ? t[2 * (i - 1)] : c;\n"
      "  double v = i > 0 ? t[2 * (i - 1) + 1] : 1;\n  t[2 * i] = u * std::cos(x[i]) - v;\n"
      "  t[2 * i + 1] = u + v * std::sin(x[i]);\n}\n"
      "for (int i = 0; i < n; ++i) s += t[2 * i] * t[2 * i + 1];",
      // Rows that overlap those of the next trip.
      "for (int i = 0; i < 3 * n + 6; ++i) t[i] = c * i;\n"
      "for (int i = 0; i < n; ++i) {\n  double u = t[i + 1];\n  t[i] = u * x[i];\n"
      "  t[i + 1] = std::sin(t[i]) + u;\n  s += t[i] * t[i + 2];\n}\n"
      "for (int i = 0; i < n + 1; ++i) s += t[i] * x[i];",
      // What a later trip writes, read as it was in the beginning.
      "for (int i = 0; i < 3 * n + 6; ++i) t[i] = x[i] * x[i];\n"
      "for (int i = 0; i < n; ++i) {\n  double u = t[3 * i + 4];\n  t[3 * i] = u * c;\n"
      "  t[3 * i + 1] = std::tanh(u + t[3 * i + 1]);\n  t[3 * i + 2] = t[3 * i] * u;\n}\n"
      "for (int i = 0; i < 3 * n; ++i) s += std::sin(t[i]);",
      // Downwards, with strides.
      "for (int i = 0; i < 3 * n + 6; ++i) t[i] = 1;\n"
      "for (int i = n - 1; i >= 0; i -= 2) {\n  double u = t[2 * i + 4] * x[i];\n"
      "  double v = t[2 * i + 5] + c;\n  t[2 * i] = u + v;\n  t[2 * i + 1] = u * v;\n}\n"
      "for (int i = 0; i < 2 * n; ++i) s += t[i] * t[i] * x[i];",
      // A branch decides which rows there are.
      "for (int i = 0; i < 3 * n + 6; ++i) t[i] = x[i];\n"
      "for (int i = 0; i < n; ++i) {\n  if (i % 2 == 0) {\n    t[2 * i] = t[2 * i + 2] * c;\n"
      "    t[2 * i + 1] = std::cos(t[2 * i]);\n  } else {\n    t[2 * i] += t[2 * i - 1];\n  }\n"
      "}\nfor (int i = 0; i < 2 * n; ++i) s += t[i] * t[i];",
      // Small matrices in an inner loop of constant length.
      "for (int i = 0; i < n; ++i) {\n  double m[4] = {std::cos(x[i]), c, -c, x[i]};\n"
      "  double a[2] = {i > 0 ? t[2 * i - 2] : 1, i > 0 ? t[2 * i - 1] : c};\n"
      "  for (int r = 0; r < 2; ++r) {\n    double sum = 0;\n"
      "    for (int k = 0; k < 2; ++k) sum += m[r * 2 + k] * a[k];\n    t[2 * i + r] = sum;\n  }\n"
      "}\nfor (int i = 0; i < 2 * n; ++i) s += t[i] * x[i];"};
  compare_bodies("rows", bodies, 8);
}

TEST_CASE("arrays that loops update in place have the oracle's derivatives") {
  const std::string filled = "for (int i = 0; i < 3 * n + 6; ++i) t[i] = x[i] * x[i];\n";
  const std::string summed = "\nfor (int i = 0; i < 3 * n + 6; ++i) s += std::sin(t[i]);";
  std::vector<std::string> bodies = {
      "for (int i = 0; i < n; ++i) t[i] = t[i] * x[i] * c;",
      "for (int i = 0; i < n; ++i) {\n  t[i] = std::sin(t[i]);\n  s += t[i] * t[i];\n}",
      // Rows, which subscripts show to be apart, and rows that overlap.
      "for (int i = 0; i < n; ++i)\n  for (int j = 0; j < 3; ++j) t[i * 3 + j] = t[i * 3 + j] * "
      "t[i * 3 + j] * c;",
      "for (int i = 0; i < 3; ++i)\n  for (int j = 0; j < n; ++j) t[i * n + j] = std::tanh(t[i * n "
      "+ j]) * x[j];",
      "for (int i = 0; i < n; ++i)\n  for (int j = 0; j < 3; ++j) t[2 * i + j] = t[2 * i + j] * "
      "x[i] + c;",
      "for (int i = 0; i < n; ++i)\n  for (int j = 0; j <= i; ++j) t[i + j] = t[i + j] * x[i];",
      // Neighbours that later trips write, and such as earlier ones have written.
      "for (int i = 0; i < n; ++i) t[i] = t[i] * t[i + 1] * c;",
      "for (int i = 0; i < n; ++i) t[i + 1] = t[i] * t[i + 1] + c;",
      "for (int i = n; i > 0; --i) t[i] = t[i] - c * t[i - 1];",
      "for (int i = n; i > 0; i -= 2) t[i] = t[i] - c * t[i - 1] * t[i + 2];",
      "for (int i = n - 1; i >= 0; --i) {\n  double u = t[i];\n  for (int j = i + 1; j < n; ++j) u "
      "-= x[j] * t[j] * c;\n  t[i] = u * x[n + i];\n}",
      "for (int k = 0; k < 3; ++k)\n  for (int i = 1; i < n; ++i) t[i] += c * (t[i - 1] - 2 * t[i] "
      "+ t[i + 1]);"};
  for (std::string& body : bodies) body = filled + body + summed;
  compare_bodies("in_place", bodies, 12);
}

TEST_CASE("numbers that take each other's place from trip to trip have the oracle's derivatives") {
  compare_bodies(
      "swapped",
      {"double u = c, v = 1;\nfor (int i = 0; i < n; ++i) {\n  const double w = std::sin(u) "
       "* v + x[i];\n  u = v;\n  v = w;\n}\ns += u * v;",
       "double u = c, v = 1, w = x[0];\nfor (int i = n; i > 0; --i) {\n  const double a = "
       "u;\n  u = v * std::cos(w);\n  v = w - c * x[i];\n  w = a * v;\n}\ns += u + v * w;"},
      4);
}

// Elements that a branch or a running maximum picks may not be there on the other side: before the
// first one there is memory that is not ours.
TEST_CASE("columns of elements that may not be there are left alone") {
  compare_bodies(
      "picked",
      {"double m = x[0];\nfor (int i = 1; i < n; ++i) m = std::fmax(m, x[i]);\n"
       "for (int i = 0; i < n; ++i) s += std::exp(x[i] - m) * c;\ns += m * m;",
       "double m = x[0];\nfor (int i = 1; i < n; ++i)\n  if (x[i] > m) m = x[i];\n"
       "s += m * m * c;",
       "for (int i = 0; i < n; ++i) s += (i > 0 ? x[i - 1] : c) * x[i] * x[i];",
       "for (int i = 0; i < n; ++i) {\n  double least = c;\n  for (int j = 0; j < i; ++j) "
       "least = std::fmin(least, x[j] * x[i]);\n  s += least * std::sin(least);\n}",
       "double u = c, v = 1;\nfor (int i = 0; i < n; ++i) {\n  double w = u * x[i] + v;\n"
       "  if (w > 1) w -= 1;\n  v = u;\n  u = w;\n}\ns += u + v;",
       // Not a number where the side that is not taken counts with a factor of zero.
       "for (int i = 0; i < n; ++i) s += std::exp(1000 * c) * (c < 0.5 ? x[i] * x[i] : 1) "
       "+ i * x[i];"},
      10);
}

// A bound that data decides says nothing of the room that the trips need together.
TEST_CASE("what an outer loop does not change has the oracle's derivatives before it") {
  compare_bodies(
      "hoisted",
      {"for (int i = 0; i < n; ++i) {\n  double p = 0;\n  for (int j = 0; j < n + 1; ++j) p += "
       "std::exp(x[j] * c) * x[i + j];\n  s += p * p;\n}",
       // Downwards, under a condition, and in two loops of which one is not always run.
       "for (int i = 0; i < n; ++i) {\n  double p = c;\n  for (int j = n; j > 0; j -= 2) p = p * "
       "std::sin(x[j] * x[0]) + x[i + j];\n  s += p * p;\n  if (x[i] > 0) for (int j = 0; j < n; "
       "++j) s += std::tanh(x[j]) * x[i];\n}",
       // Triangular, by both indices of the inner loops.
       "for (int i = 0; i < n; ++i)\n  for (int a = 0; a < n; ++a) {\n    double q = x[i];\n    "
       "for "
       "(int b = 0; b < a; ++b) q += (x[i + b] - x[2 * b]) * std::exp(x[a] - x[b]);\n    s += q * "
       "q;\n  }",
       // Sums, and arrays of sums.
       "for (int i = 0; i < n; ++i)\n  for (int a = 0; a < 3; ++a) {\n    double q = 0;\n    for "
       "(int b = 0; b < n; ++b) q += x[3 * b + a] * x[b];\n    s += q * q * x[i] * c;\n  }",
       "for (int i = 0; i < n; ++i) {\n  for (int a = 0; a < n; ++a) t[a] = std::cos(x[a]) * "
       "x[i];\n"
       "  for (int a = 0; a < n; ++a) s += t[a] * t[n - 1 - a];\n}",
       // Pairs, whose inner range the outer index moves.
       "for (int i = 0; i < n; ++i)\n  for (int j = i + 1; j < n; ++j) s += std::exp(x[j]) * x[i] "
       "+ "
       "(x[i] - x[j]) * (x[i] - x[j]) * c;",
       // A division by zero that is not reached where the outer loop is empty.
       "for (int i = 0; i < n; ++i)\n  for (int j = 0; j < n; ++j) s += std::sin(x[j + 6 / n]) * "
       "x[i];"},
      12);
}

TEST_CASE(
    "elements beyond an array's ends that conditions leave out have the oracle's "
    "derivatives") {
  compare_bodies(
      "ends",
      {"for (int i = 0; i < n; ++i) {\n  double d = -2 * x[i];\n  if (i > 0) d += x[i - 1];\n  if "
       "(i "
       "+ 1 < n) d += c * x[i + 1];\n  s += d * d * x[i];\n}",
       "for (int i = 0; i < n; ++i) s += std::cos(x[(i + 1) % n] - x[i]) + x[(i + n - 1) % n] * c;",
       "for (int i = 0; i < n; ++i) {\n  const double a = x[std::max(i - 1, 0)] + x[i] + "
       "x[std::min(i + 1, n - 1)];\n  s += a * a * x[i / 2];\n}",
       "for (int i = 0; i < n; ++i)\n  for (int j = 0; j < 3; ++j) {\n    if (i == j) continue;\n  "
       "  "
       "s += x[3 * i + j] * x[3 * i + j] * c;\n  }",
       "for (int i = 0; i < n; ++i) {\n  double a = 0;\n  for (int j = 0; j < 5; ++j) {\n    const "
       "int "
       "at = i + j - 2;\n    if (at >= 0 && at < n) a += x[n + j] * x[at];\n  }\n  s += a * a;\n}",
       "for (int i = 0; i < n; ++i) t[i] = x[i] * c;\nfor (int k = 0; k < 3; ++k) {\n  for (int i "
       "= "
       "0; i < n; ++i) t[n + i] = t[i] + x[i] * ((i > 0 ? t[i - 1] : 1) - 2 * t[i] + (i < n - 1 ? "
       "t[i "
       "+ 1] : 0));\n  for (int i = 0; i < n; ++i) t[i] = t[n + i];\n}\nfor (int i = 0; i < n; "
       "++i) s "
       "+= t[i] * t[i];"},
      9);
}

TEST_CASE("what only some trips need of an array is kept of those alone") {
  // Values that the way back needs and that are dear, behind a condition without which the element,
  // or the quotient, is not there.
  compare_bodies(
      "kept_in_some_trips",
      {"s = c;\nfor (int i = 0; i < n; ++i)\n  if (i > 0) s = s * std::cos(x[i - 1]);",
       "s = c;\nfor (int i = 0; i < 3 * n + 9; ++i) {\n  if (i >= 3 * n + 6) break;\n  s = s * "
       "std::cos(x[i]);\n}",
       "s = c;\nfor (int i = 0; i < n; ++i) {\n  const int g = i % 3;\n  if (g > 0) s = s * "
       "std::cos(x[i] * (12 / g));\n}",
       "s = c;\nfor (int i = 0; i < n; ++i)\n  for (int j = -2; j < 3; ++j)\n    if (i + j >= 0) s "
       "= "
       "s * std::exp(0.125 * x[i + j]) - std::tanh(s);"},
      8);
}

TEST_CASE("rows of inner loops in the Hessian are made for the trips that have them") {
  const std::string head = "for (int i = 0; i < n; ++i) {\n  ";
  compare_bodies(
      "rows_in_some_trips",
      {head +
           "if (i < 2) continue;\n  double a = 0;\n  for (int j = 0; j < 3; ++j) a += x[i - 2] * "
           "std::sin(x[j]);\n  s += a * a;\n}",
       head +
           "if (i < 2) continue;\n  double a = 1;\n  for (int j = 0; j < 3; ++j) a *= x[i - 2] * "
           "std::sin(x[j]);\n  s += std::sin(a);\n}",
       head + "if (i < 2) continue;\n  for (int j = 0; j < 3; ++j) s += std::sin(s) * x[i - 2] * "
              "std::sin(x[j]);\n}",
       head + "double a = c;\n  if (i >= 2) for (int j = 0; j < n; ++j) a += std::cos(x[i - 2] * "
              "x[j]);\n  s = std::sin(a * s);\n}",
       head + "if (i >= 2) {\n  for (int j = 0; j < n; ++j) t[j] = std::cos(x[i - 2] * "
              "x[j]);\n  for (int j = 0; j < n; ++j) s *= t[j]; }\n}",
       head + "const int g = i % 3;\n  if (g > 0) for (int j = 0; j < 3; ++j) s += x[i] * s * "
              "std::sin(x[j + 12 / g - 6]);\n}",
       head +
           "double a = c;\n  if (i > 0) { for (int j = 0; j < n; ++j) a += x[i - 1] * x[j]; } else "
           "{ for (int j = 0; j < n; ++j) a += x[i + 1] * x[j]; }\n  s += std::tanh(a);\n}"},
      14);
}

/// t begins as x, and is squared and added up at the end.
static const std::string kFilled = "for (int i = 0; i < n; ++i) t[i] = x[i];\n";
static const std::string kSummed = "\nfor (int i = 0; i < n; ++i) s += t[i] * t[i];";

TEST_CASE("loops over neighbouring elements have the oracle's derivatives") {
  compare_bodies(
      "neighbours",
      {// Ends held, in a time loop; the terms are quadratic.
       kFilled +
           "for (int k = 0; k < 3; ++k) {\n  for (int i = 1; i < n - 1; ++i) t[n + i] = t[i] + c "
           "* t[i - 1] * (t[i - 1] - 2 * t[i] + t[i + 1]);\n  for (int i = 1; i < n - 1; ++i) "
           "t[i] = t[n + i];\n}" +
           kSummed,
       // Outside of loops: five of them, backwards and by two.
       "for (int i = 2; i < 3 * n; ++i) s += x[i - 2] * x[i - 1] + c * x[i] * x[i + 1] - x[i + 2] "
       "* "
       "x[i + 2];",
       "for (int i = 3 * n; i > 0; --i) s += c * x[i - 1] * x[i] - x[i + 1] * x[i + 1];",
       "for (int i = 1; i < 3 * n; i += 2) s += c * x[i - 1] * x[i] * x[i + 1];",
       // Two rows, of which one is read beside the other; a kernel that an inner loop goes over.
       "for (int i = 1; i < n; ++i) s += x[i] * x[n + i] + c * x[i - 1] * x[n + i + 1];",
       "for (int i = 0; i < n; ++i) {\n  double a = 0;\n  for (int k = 0; k < 3; ++k) a += x[n + "
       "k] "
       "* x[i + k];\n  s += a * a;\n}",
       // A grid of three rows; a sum that the loop carries beside its array.
       "for (int k = 0; k < 2; ++k) {\n  for (int i = 0; i < 3 * n; ++i) t[i] = k == 0 ? x[i] : "
       "t[i] "
       "* c;\n  for (int i = n; i < 2 * n; ++i) s += t[i] * (t[i - n] + t[i + n] + t[i - 1] + t[i "
       "+ "
       "1] - 4 * t[i]);\n}",
       // Two buffers, of which loops in loops read the one as it was.
       "double u[64] = {};\nfor (int i = 0; i < 3 * n; ++i) t[i] = x[i];\nfor (int k = 0; k < 3; "
       "++k) {\n"
       "  for (int i = 1; i < 2 + 0 * n; ++i) for (int j = 1; j < n - 1; ++j) {\n    const double "
       "lap = "
       "t[n * i - n + j] + t[n * i + n + j] + t[n * i + j - 1] * t[n * i + j + 1];\n    u[n * i + "
       "j] = "
       "t[n * i + j] + c * lap;\n    s += lap * lap;\n  }\n  for (int i = 1; i < 2 + 0 * n; ++i) "
       "for "
       "(int j = 1; j < n - 1; ++j) t[n * i + j] = u[n * i + j];\n}" +
           kSummed,
       // What is written has neighbours, and so has what is read of it.
       "for (int i = 0; i < n + 2; ++i) t[i] = 0;\nfor (int i = 0; i < n; ++i) {\n  t[i] += x[i];\n"
       "  t[i + 1] += c * x[i];\n  t[i + 2] -= x[i];\n}" +
           kSummed},
      18);
}

TEST_CASE("loops end where any of their conditions fails") {
  compare_bodies(
      "conditions",
      {// Two bounds, on either side, with offsets; down; a bound of an outer index.
       "for (int i = 0; i < 3 * n && i + 1 < 2 * n; ++i) s += x[i] * x[i + 1];",
       "for (int i = 0; 5 > i && i < n; ++i) s = std::sin(s + x[i]);",
       "for (int i = 0; i < n; ++i)\n  for (int j = i; j >= 0 && j > i - 3; --j) s += x[i] * "
       "std::cos(x[j] * c);",
       "int i = 0;\nfor (i = 0; i < n && i < 4; ++i) s += x[i] * x[i];\ns *= c + i;",
       // A bound that the body changes, one that is no bound in this direction, and `!=`.
       "int most = 4;\nfor (int i = 0; i < n && i < most; ++i) {\n  if (x[i] > 0.5) most = 2;\n  s "
       "+= x[i] * x[i];\n}",
       "for (int i = n; i >= 0 && i != 2; --i) s += x[i] * c * c;",
       "for (int i = 0; i != 3 && i < n && i > -1; ++i) s += x[i] * x[i] * c;",
       // Conditions on data and on what the loop carries.
       "for (int i = 0; i < 3 * n && x[i] < 0.9; ++i) s += std::exp(x[i]) * c;",
       "double r = c * c + 1;\nfor (int i = 0; i < 20 + 0 * n && std::fabs(r * r - 2) > 1e-3; ++i) "
       "r -= (r * r - 2 - 0.125 * c) / (2 * r);\ns += r * r;",
       "for (int i = 0; s < 2 && i < n; ++i) {\n  if (i == 1) continue;\n  s += x[i] * x[i] * "
       "0.5;\n}",
       "for (int i = 0; (i < n && s < 3) && s > -3; ++i)\n  for (int j = 0; j < n && x[j] < x[i] + "
       "0.25; ++j) s += x[i] * x[j] * c;"},
      20);
}

TEST_CASE("neighbours that only some elements have give few elements of the Hessian each") {
  const std::string cells =
      "for (int i = 0; i < 3; ++i)\n  for (int j = 0; j < n; ++j) {\n    double q = 0;\n    ";
  compare_bodies(
      "grid",
      {cells + "if (i > 0) q += x[(i - 1) * n + j];\n    if (j > 0) q += x[i * n + j - 1];\n    if "
               "(i < 2) q += x[(i + 1) * n + j] * c;\n    if (j + 1 < n) q += x[i * n + j + 1] * "
               "std::cos(x[i * n + j + 1]);\n    s += q * q * q;\n  }",
       cells + "if (i > 0) q += x[(i - 1) * n + j]; else q -= x[j] * c;\n    if (j > 0) { q *= x[i "
               "* n + j - 1]; if (j + 1 < n) q += x[i * n + j + 1] * x[i * n + j]; }\n    s += "
               "std::sin(q);\n  }",
       "for (int i = 0; i < n; ++i) {\n  double q = x[i];\n  if (x[i] > 0.25) q += x[i + 1] * "
       "c;\n  if (i % 2 == 0) q = x[n] * q; else if (i % 3 == 0) q = c;\n  q += q > 0.5 ? x[2 * n "
       "- 1 - i] : x[i];\n  s += q * q * q;\n}",
       // What a condition around an inner loop leaves out is summed up in a loop that runs without.
       "for (int i = n - 1; i >= 0; --i)\n  for (int j = 0; j < 3; ++j)\n    if (i > 0) {\n      "
       "const double q = x[(i - 1) * 3 + j] * x[n + i];\n      s += q * q * q;\n    }",
       cells +
           "if (i == 0) continue;\n    q += x[(i - 1) * n + j] * x[3 * n + i];\n    if (j > 0) q "
           "+= x[i * n + j - 1];\n    s += q * q * c;\n  }"},
      8);
}

TEST_CASE("rows of derivatives that trips fill from those before have the oracle's derivatives") {
  const std::string before = "double u = c, v = 1, w = 0;\n  ";
  compare_bodies(
      "rows_of_trips",
      {// Three numbers a trip, made of those of the trip before, or of the one behind.
       "for (int i = 0; i < n; ++i) {\n  " + before +
           "if (i > 0) { u = t[3 * i - 3]; v = t[3 * i - 2]; w = t[3 * i - 1]; }\n  t[3 * i] = u * "
           "std::cos(x[i]) - v;\n  t[3 * i + 1] = v * x[i] + u;\n  t[3 * i + 2] = w + u * v;\n}\n"
           "for (int i = 0; i < 3 * n; ++i) s += t[i] * t[i];",
       "for (int i = n - 1; i >= 0; --i) {\n  " + before +
           "if (i + 1 < n) { u = t[3 * i + 3]; w = t[3 * i + 5]; }\n  t[3 * i + 2] = u * w + "
           "x[i];\n "
           " t[3 * i] = x[i] * u;\n  t[3 * i + 1] = w - v * u;\n}\nfor (int i = 0; i < 3 * n; ++i) "
           "s "
           "= std::sin(s) + t[i] * c;",
       // Five of them, in place, and one that is read after it was set.
       "for (int e = 0; e < 5; ++e) t[e] = x[e];\nfor (int i = 0; i < n; ++i) {\n  const double "
       "a = t[0], b = t[1];\n  t[0] = a * c + b;\n  t[1] = b * x[i] - a;\n  t[2] += a * b;\n  "
       "t[3] = t[2] * b;\n  t[4] *= x[i];\n}\nfor (int e = 0; e < 5; ++e) s += t[e] * t[e];"},
      4);
}

TEST_CASE("sums that only one side of a condition makes go on in one array, on either side") {
  compare_bodies(
      "sums_of_sides",
      {// The array, and a number that the same loop makes, on one side; on both; loops of their
       // own.
       "for (int i = 0; i < n; ++i) {\n  double a = x[i];\n  if (i % 2 == n % 2) for (int j = 0; j "
       "< n; "
       "++j) a += x[n + j] * x[n + j] * x[i];\n  s += std::log(a * a + 1);\n}",
       "for (int i = 0; i < n; ++i) {\n  double a = x[i];\n  if (i % 3 == 0) { for (int j = 0; j < "
       "n; "
       "++j) a += x[n + j] * x[n + j] * x[i]; } else { for (int j = 0; j < n; ++j) a *= "
       "std::cos(x[i "
       "+ j]); }\n  s += std::log(a * a + 1);\n}",
       "for (int i = 0; i < n; ++i) {\n  if (i == 1) continue;\n  double a = c;\n  for (int j = 0; "
       "j "
       "< n; ++j) a += x[j] * x[i];\n  if (i > 1) for (int j = 0; j < i; ++j) a *= x[n + j];\n  s "
       "+= "
       "std::sin(a);\n}",
       // What the array held before is read beside it; conditions in conditions.
       "for (int i = 0; i < n; ++i) t[i] = x[i];\nfor (int k = 0; k < 3; ++k) {\n  if (k % 2 == n "
       "% 2) "
       "for (int i = 1; i < n; ++i) t[i] += c * t[i - 1];\n  else if (n > 2) for (int i = 0; i < n "
       "- 1; "
       "++i) t[i] += t[i + 1] * t[i];\n  for (int i = 0; i < n; ++i) s += t[i] * t[i];\n}"},
      8);
}

TEST_CASE("arrays that only some trips change, or set in part, have the oracle's derivatives") {
  compare_bodies(
      "some_trips",
      {// One side changes the array, or both do, in place.
       kFilled + "for (int k = 0; k < 3; ++k) {\n  if (k % 2 == n % 2) for (int i = 0; i < n; ++i) "
                 "t[i] = std::sin(t[i]) * c;\n  for (int i = 0; i < n; ++i) s += t[i] * t[i];\n}",
       kFilled +
           "for (int k = 0; k < n; ++k) {\n  if (k % 2 == 0) { for (int i = 0; i < n; ++i) t[i] "
           "= std::sin(t[i]) + t[i]; } else { for (int i = 0; i < n; ++i) t[i] = t[i] * t[i]; }\n"
           "  for (int i = 0; i < n; ++i) s += t[i] * c;\n}",
       // The ends are set anew in each trip, and what lies between them changes in place.
       kFilled +
           "for (int k = 0; k < n; ++k) {\n  t[0] = c;\n  t[n - 1] = c * c;\n  for (int i = 1; i "
           "< n - 1; ++i) t[i] = t[i] + c * (t[i - 1] - 2 * t[i] + t[i + 1]);\n}" +
           kSummed,
       // One element, by a subscript that divides.
       "for (int i = 0; i < 3; ++i) t[i] = 1;\nfor (int i = 0; i < n; ++i) t[i % 3] *= x[i];\nfor "
       "(int i = 0; i < 3; ++i) s += t[i] * c;",
       // What steps begin with anew, before they may end early: the other side is made from it.
       kFilled +
           "for (int k = 0; k < n; ++k) {\n  for (int i = 0; i < n; ++i) t[i] = x[i] * x[i];\n  "
           "if (k == n % 3) break;\n  for (int i = 0; i < n; ++i) t[i] = std::tanh(t[i] * t[i + 1]"
           ");\n}" +
           kSummed,
       // Two rows that follow one another.
       "for (int j = 0; j <= n; ++j) t[j] = 1;\nfor (int i = 0; i < 3; ++i) {\n  t[n + 1] = 2;\n  "
       "for "
       "(int j = 1; j <= n; ++j) t[n + 1 + j] = c * t[j] * t[n + j] + x[j];\n  for (int j = 0; j "
       "<= "
       "n; ++j) t[j] = t[n + 1 + j];\n}\ns += t[n];"},
      6);
}

TEST_CASE("what loops read at a place of their own gets its adjoint only where it is there") {
  // The oracle calls with arrays of exact length, of no element too.
  LoopComparison c;
  c.folder = fresh_folder("written_places");
  const std::vector<std::string> bodies = {
      "for (int i = 0; i < n; ++i) s += x[i] * std::sin(x[0]);",
      "for (int i = 0; i < n; ++i) s += x[i] * x[n - 1] * c;",
      "for (int i = 0; i < n; ++i)\n  for (int r = 0; r < 3; ++r) s += c * x[i] * (r + x[0]);",
      "for (int i = 0; i < n; ++i)\n  for (int k = 0; k + 1 < n; ++k) s += x[k] * (x[1] * x[i]);",
      "std::vector<double> p(n);\n for (int i = 0; i < n; ++i) p[i] = c * x[i];\n"
      " for (int i = n - 1; i >= 0; --i) s += p[i] * (c + x[n - 1]);",
      "for (int i = 0; i < n; ++i) s += std::sin(x[i]) * (x[n - 1] * c);",
      // In a scope that has trips, for loops inside that have none.
      "for (int i = 0; i < n; ++i)\n  for (int j = 0; j < i; ++j) s += x[j] * x[i - 1] * c;",
      "for (int i = 0; i < n; ++i) {\n  double p = c;\n  for (int j = 0; j < i; ++j) p = "
      "std::sin(p * x[j] * (x[i - 1] * c));\n  s += p * x[i];\n}",
      "for (int i = 0; i < n; ++i) s += x[i] * (i == n - 1 ? x[0] : x[i + 1]);"};
  for (std::size_t k = 0; k < bodies.size(); ++k) {
    LoopFunction f = over_n(fmt::format("places_{}", k), bodies[k]);
    const Ran ran = generate_loops(c, f, loop_includes() + f.text);
    INFO(f.text << ran.err);
    REQUIRE(ran.status == 0);
    c.functions.push_back(f);
  }
  const bool good = compare_loops(c, false);
  INFO(c.log);
  CHECK(good);
}

TEST_CASE("an inner loop as long as data says is refused where its trips must be kept") {
  LoopComparison c;
  c.folder = fresh_folder("data_loops");
  LoopFunction f;
  f.name = "by_data";
  f.parameters = {LoopParameter{"x"}};
  f.parameters[0].kind = LoopParameter::Kind::Pointer;
  f.parameters[0].length = "n";
  f.all_lengths = true;
  const Ran ran =
      generate_loops(c, f,
                     loop_includes() +
                         "double by_data(double c, const double* x, const int* k, int n) {\n"
                         "  double s = c;\n  for (int i = 0; i < n; ++i)\n"
                         "    for (int j = 0; j < k[i]; ++j) s = std::tanh(s + x[i]);\n"
                         "  return s;\n}\n");
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(code_of_refusal(ran.err) == "gs-trip-count");
}

TEST_CASE("random programs of loops, written to be looked at", "[.][write_loops]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const std::filesystem::path folder = fresh_folder(fmt::format("written_loops_{}", first));
  for (int seed = first; seed < first + seeds; ++seed) {
    const LoopFunction f = random_loops(static_cast<std::uint64_t>(seed));
    write_file(folder / (f.name + ".cpp"), loop_includes() + f.text);
    std::string options;
    for (const std::string& word : loop_options(f)) options += word + "\n";
    write_file(folder / (f.name + ".options"), options);
  }
}

TEST_CASE("one random program of loops, as a file has it after cuts", "[.][one_loop]") {
  const int seed = number_from("GRADSMITH_E2E_FIRST_SEED", 1);
  LoopComparison c;
  c.folder = fresh_folder(fmt::format("one_loop_{}", seed));
  const LoopFunction f = random_loops(static_cast<std::uint64_t>(seed));
  const char* text = std::getenv("GRADSMITH_E2E_TEXT");
  const Ran ran = generate_loops(c, f, text ? read_file(text) : loop_includes() + f.text);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  c.functions.push_back(f);
  const bool good = compare_loops(c, number_from("GRADSMITH_E2E_QUICK", 1) != 0);
  INFO(c.log);
  CHECK(good);
}

TEST_CASE("a hunt over many random programs of loops", "[.][hunt_loops]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const int per_batch = number_from("GRADSMITH_E2E_BATCH", 40);
  LoopSurvey survey;
  for (int seed = first; seed < first + seeds; seed += per_batch) {
    std::vector<std::uint64_t> batch;
    for (int k = seed; k < std::min(seed + per_batch, first + seeds); ++k) {
      batch.push_back(static_cast<std::uint64_t>(k));
    }
    compare_programs(programs(batch), fmt::format("hunt_loops_{}", seed),
                     number_from("GRADSMITH_E2E_QUICK", 0) != 0, survey);
  }
  report(survey, 70);
}

TEST_CASE("a hunt over many random programs with vectors of their own", "[.][hunt_forms]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 200000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const int per_batch = number_from("GRADSMITH_E2E_BATCH", 40);
  LoopSurvey survey;
  for (int seed = first; seed < first + seeds; seed += per_batch) {
    std::vector<std::uint64_t> batch;
    for (int k = seed; k < std::min(seed + per_batch, first + seeds); ++k) {
      batch.push_back(static_cast<std::uint64_t>(k));
    }
    compare_programs(programs(batch, random_forms), fmt::format("hunt_forms_{}", seed),
                     number_from("GRADSMITH_E2E_QUICK", 0) != 0, survey);
  }
  report(survey, 70);
}
