#include "runtime/typed.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "unit/runtime/line_module.hpp"

using namespace gradsmith::runtime;

namespace {

// f(W[2][2], float b, Line lines[2], v[d])
struct Line {
  float slope;
  std::array<double, 2> offset;
  float weight;
};
struct Partials {
  double W[2][2];
  float b;
  Line lines[2];
};

constexpr gradsmith_type_v1 kLines = {"", "Line", "[2]{f<2>df}"};
constexpr long long kExtents[] = {2, 2, 8, -1};
constexpr gradsmith_parameter_v1 kParameters[] = {
    {"W", 0, 0, 2, kExtents, 0, 0, nullptr},         {"b", 0, 2, 0, nullptr, 0, 0, nullptr},
    {"lines", 0, 2, 1, kExtents + 2, 0, 0, &kLines}, {"v", 0, 0, 1, kExtents + 3, 0, 0, nullptr},
    {"d", 2, 1, 0, nullptr, 0, 100, nullptr},
};
long long length(int p, const long long* sizes) {
  constexpr long long fixed[] = {4, 1, 8};
  return p < 3 ? fixed[p] : p == 3 ? sizes[0] : 1;
}
long long no_work(const long long*) { return 0; }
const gradsmith_function_v1 kFunction = {"f", 0, 5, kParameters, length, no_work, nullptr, nullptr};

Model model() { return Model(kFunction, {{"d", 2}}); }

const std::vector<double> kNumbers = {0.1, 2,   1.0 / 3, -4e-300, 0.5, 1,   1e-200, 0.2,
                                      3,   2.5, 7,       8,       -1,  0.7, 0.9};

}  // namespace

TEST_CASE("flat parameters are the emitted struct and back, floats and objects among them") {
  const auto p = as_struct<Partials>(model(), kNumbers);
  CHECK(p.W[1][1] == -4e-300);
  CHECK(p.b == 0.5f);
  CHECK(p.lines[0].slope == 1.0f);
  CHECK(p.lines[0].offset[1] == 0.2);
  CHECK(p.lines[1].offset[0] == 7);
  CHECK(p.lines[1].weight == -1.0f);
  std::vector<double> expected = kNumbers;
  expected[13] = expected[14] = 0;  // of run-time length, so in no struct
  CHECK(as_numbers(model(), p) == expected);
}

TEST_CASE("a member of float holds the float that the function is called with") {
  std::vector<double> numbers = kNumbers;
  numbers[4] = 0.1;
  CHECK(as_struct<Partials>(model(), numbers).b == 0.1f);
}

TEST_CASE("parameters of run-time length are taken by name") {
  const auto v = numbers_of(model(), kNumbers, "v");
  CHECK(std::vector<double>(v.begin(), v.end()) == std::vector<double>{0.7, 0.9});
  CHECK(numbers_of(model(), kNumbers, "b")[0] == 0.5);
  CHECK_THROWS_AS(numbers_of(model(), kNumbers, "u"), ModelError);
}

TEST_CASE("another function's struct is refused, and so are too few parameters") {
  CHECK_THROWS_AS(as_struct<Line>(model(), kNumbers), ModelError);
  CHECK_THROWS_AS(as_struct<Partials>(model(), std::vector<double>(4)), ModelError);
}

TEST_CASE("a session trains to the struct of its loss, of float too") {
  struct Doubles {
    double w[2];
  };
  Session session(line::kModule, line::line_data(40), line::plan());
  const auto w = train<Doubles>(session);
  CHECK(w.w[0] == Approx(3).margin(0.2));

  struct Floats {
    float w[2];
  };
  constexpr gradsmith_parameter_v1 in_float[] = {{"w", 0, 2, 1, line::kTwo, 0, 0, nullptr},
                                                 line::kParameters[1],
                                                 line::kParameters[2],
                                                 line::kParameters[3]};
  gradsmith_function_v1 function = line::kFunctions[0];
  function.parameters = in_float;
  const gradsmith_module_v1 module = {1, "line.cpp", 1, &function};
  Session of_float(module, line::line_data(40), line::plan());
  const auto v = train<Floats>(of_float);
  CHECK(v.w[0] == static_cast<float>(w.w[0]));
  CHECK(v.w[1] == static_cast<float>(w.w[1]));
}
