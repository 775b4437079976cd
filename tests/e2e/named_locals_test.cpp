// Derivatives by and of a named local: those of the function cut in two at that local.

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "interface.hpp"
#include "process.hpp"
#include "random_statement.hpp"
#include "spec_library.hpp"

namespace {

using namespace e2e;

// whole(x, y, z) computes mid = before(x, y, z) first, and then what after(x, y, z, mid) computes.
std::string cut_in_two(std::uint64_t seed) {
  Random random(seed);
  Scope scope;
  for (const char* name : {"x", "y", "z"}) scope.scalars.push_back({name, false, false});
  ExpressionWriter write(random);
  const std::string mid = write.expression(scope, 3) + " + x * y";
  scope.scalars.push_back({"mid", false, false});
  StatementWriter body(random, "return {};");
  body.statements(scope, random.between(1, 4));
  const std::string rest = fmt::format("{}  return {} + mid * {};\n", body.text(),
                                       write.expression(scope, 3), write.leaf(scope));
  return fmt::format(
      "$D before{0}($D x, $D y, $D z) {{\n  const $D mid = {1};\n  return mid;\n}}\n"
      "$D after{0}($D x, $D y, $D z, $D mid) {{\n{2}}}\n"
      "$D whole{0}($D x, $D y, $D z) {{\n  const $D mid = {1};\n{2}}}\n\n",
      seed, mid, rest);
}

}  // namespace

TEST_CASE("a derivative by or of a named local is that of the function cut in two there") {
  const std::filesystem::path folder = fresh_folder("named_locals");
  std::string spec = spec_includes() + "#include \"shapes.hpp\"\n\n" + spec_helpers();
  std::string words = "--emit=value,partials", checks;
  for (std::uint64_t seed = 500; seed < 520; ++seed) {
    spec += cut_in_two(seed);
    for (const char* word : {"d_mid", "mid_d_x", "mid_d_y", "d_mid_d_x"}) {
      words += fmt::format(",whole{}:{}", seed, word);
    }
    checks += fmt::format("  CHECK_AT({});\n", seed);
  }
  write_file(folder / "shapes.hpp", "#pragma once\n" + to_plain(shapes_header()));
  write_file(folder / "spec.cpp", to_plain(spec));
  write_file(folder / "main.cpp", R"(
#include <cstdio>
#include "spec.grad.hpp"
static int checked = 0, wrong = 0;
static void check(int seed, const char* what, double x, double y, double z, double got, double wanted) {
  if (!std::isfinite(wanted)) return;
  ++checked;
  if (std::fabs(got - wanted) <= 1e-9 * (1 + std::fabs(wanted))) return;
  std::printf("%s of whole%d is %.17g, not %.17g, at %.17g %.17g %.17g\n", what, seed, got, wanted, x, y, z);
  ++wrong;
}
#define CHECK_AT(seed)                                                                            \
  check(seed, "d_mid", x, y, z, whole##seed##_d_mid(x, y, z),                                     \
        after##seed##_d_mid(x, y, z, before##seed##_value(x, y, z)));                             \
  check(seed, "mid_d_x", x, y, z, whole##seed##_mid_d_x(x, y, z), before##seed##_d_x(x, y, z));   \
  check(seed, "mid_d_y", x, y, z, whole##seed##_mid_d_y(x, y, z), before##seed##_d_y(x, y, z))
static void at(double x, double y, double z) {
)" + checks + R"(}
int main() {
  for (int k = 0; k < 10; ++k) at(0.3 + 0.13 * k, 1.9 - 0.17 * k, 0.11 + 0.07 * k * k);
  if (checked < 300) std::printf("only %d could be checked\n", checked);
  return wrong != 0 || checked < 300;
}
)");
  const Ran generated =
      gradsmith({"generate", "spec.cpp", words, "--fp=strict", "--", "-std=c++17"}, folder);
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  const Ran built = run({GRADSMITH_GXX, "-std=c++11", "-Wall", "-Wextra", "-Werror",
                         "-ffp-contract=off", "main.cpp", "-o", "main"},
                        folder);
  INFO(built.err);
  REQUIRE(built.status == 0);
  const Ran ran = run({"./main"}, folder);
  INFO(ran.out);
  CHECK(ran.status == 0);
}
