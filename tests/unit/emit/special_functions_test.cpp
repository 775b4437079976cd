#include "emit/special_functions.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "ir/ops.hpp"
#include "unit/emit/compiled.hpp"

using namespace gradsmith;

namespace {

std::vector<double> points() {
  std::vector<double> all;
  for (int i = -80; i <= 80; ++i) all.push_back(i * 0.25 + 0.0625);
  for (double x : {-3.0, 0.0, 1.0, 2.0, 1e-9, 1e-200, 1e6, 1e300, -1e6 - 0.25}) all.push_back(x);
  return all;
}

constexpr int kOrders[] = {0, 1, 2, 3, 4, 7, 12};

}  // namespace

TEST_CASE("the emitted polygamma compiles strictly, also twice in one file") {
  const std::string source(polygamma_source());
  CHECK(source.starts_with("#ifndef "));
  const std::string path =
      write_scratch("polygamma_twice.cpp", "#include <cmath>\n" + source + source);
  for (const std::string& compiler : compilers()) {
    const Outcome outcome = compile_only(compiler, path);
    INFO(outcome.text);
    CHECK(outcome.good);
  }
  for (std::istringstream lines(source); lines;) {
    std::string line;
    std::getline(lines, line);
    CHECK(line.size() <= 100);
  }
}

TEST_CASE("the emitted polygamma has the values that the evaluator has") {
  std::string program = "#include <cmath>\n#include <cstdio>\n";
  program += polygamma_source();
  program += "int main() {\n";
  for (int order : kOrders) {
    for (double x : points()) {
      program += fmt::format(
          "  std::printf(\"%a %a\\n\", gradsmith_math::polygamma({0}, {1:a}),"
          " static_cast<double>(gradsmith_math::polygamma({0}, static_cast<float>({1:a}))));\n",
          order, x);
    }
  }
  program += "}\n";
  const std::string path = write_scratch("polygamma_values.cpp", program);
  for (const std::string& compiler : compilers()) {
    // Hexadecimal constants are C++17's, though compilers take them earlier.
    const Outcome outcome = compile_and_run(compiler, path, "-std=c++17 -ffp-contract=off");
    INFO(compiler);
    REQUIRE(outcome.good);
    std::istringstream results(outcome.text);
    for (int order : kOrders) {
      for (double x : points()) {
        std::string wide;
        std::string narrow;
        REQUIRE(results >> wide >> narrow);
        const double expected = polygamma_value<double>(order, x);
        const double got = std::strtod(wide.c_str(), nullptr);
        INFO("order " << order << " at " << x << ": " << got << ", not " << expected);
        // The same operations; compilers may fold constants on one side only.
        CHECK((std::isnan(expected)
                   ? std::isnan(got)
                   : got == expected || std::fabs(got - expected) <= 4e-16 * std::fabs(expected)));
        const float expected_narrow =
            polygamma_value<float>(static_cast<float>(order), static_cast<float>(x));
        const float got_narrow = std::strtof(narrow.c_str(), nullptr);
        CHECK((std::isnan(expected_narrow)
                   ? std::isnan(got_narrow)
                   : got_narrow == expected_narrow || std::fabs(got_narrow - expected_narrow) <=
                                                          1.2e-7f * std::fabs(expected_narrow)));
      }
    }
  }
}
