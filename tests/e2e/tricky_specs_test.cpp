// specs/tricky.cpp: what random specs meet too seldom, compared with the oracle one by one.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <regex>

#include "comparison.hpp"
#include "process.hpp"

namespace {

using namespace e2e;

// Every external function of the file is `double name(double x, double y)`.
std::vector<Interface> functions_in(const std::string& text) {
  std::vector<Interface> functions;
  const std::regex opening("\ndouble ([a-z0-9_]+)\\(double x, double (y)?\\)");
  for (std::sregex_iterator at(text.begin(), text.end(), opening), end; at != end; ++at) {
    const Parameter x{"x", "$D x", "$D x", {{"x", false}}, Role::Param};
    // A parameter without a name has no derivative to ask for.
    const Parameter y{"y", "$D y", "$D y", {{"y", false}}, Role::Param};
    const Parameter unnamed{"unnamed", "$D", "$D unnamed", {{"unnamed", false}}, Role::Data};
    functions.push_back(
        {"tricky", (*at)[1], "$D", {{"result", false}}, {x, (*at)[2].matched ? y : unnamed}});
  }
  return functions;
}

}  // namespace

TEST_CASE("what is emitted for tricky specs is right") {
  Comparison c;
  c.folder = fresh_folder("tricky");
  const std::filesystem::path specs = std::filesystem::path(GRADSMITH_TEST_DATA_DIR) / "e2e/specs";
  c.functions = functions_in(read_file(specs / "tricky.cpp"));
  REQUIRE(c.functions.size() > 40);
  c.spec = c.oracle_spec = "tricky.cpp";
  c.before_oracle = "#define double Real\n#define float RealF\n#define constexpr const\n";
  c.include_folders = {specs.string(), GRADSMITH_SPEC_INCLUDE_DIR};
  const bool references = build_references(c);
  INFO(c.log);
  REQUIRE(references);
  Counts counts;
  const std::vector<std::string> words = {
      "value", "gradient", "partials", "jacobian",        "hessian",
      "jvp",   "vjp",      "hvp",      "sparse_jacobian", "sparse_hessian"};
  for (const std::string policy : {"strict", "finite", "fast"}) {
    const std::string header = fmt::format("tricky.{}.grad.hpp", policy);
    const Ran ran = gradsmith({"generate", (specs / "tricky.cpp").string(), "-o", header,
                               "--fp=" + policy, fmt::format("--emit={}", fmt::join(words, ","))},
                              c.folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
      c.log.clear();
      const bool good = compare(c, words, header, policy, compiler, counts);
      INFO(c.log);
      CHECK(good);
    }
  }
  CHECK(counts.ordinary > 4 * counts.skipped_ordinary);
}

TEST_CASE("the oracle agrees with finite differences on the tricky specs") {
  Comparison c;
  c.folder = fresh_folder("tricky_oracle");
  const std::filesystem::path specs = std::filesystem::path(GRADSMITH_TEST_DATA_DIR) / "e2e/specs";
  c.functions = functions_in(read_file(specs / "tricky.cpp"));
  c.spec = c.oracle_spec = "tricky.cpp";
  c.before_oracle = "#define double Real\n#define float RealF\n#define constexpr const\n";
  c.include_folders = {specs.string(), GRADSMITH_SPEC_INCLUDE_DIR};
  const bool references = build_references(c);
  INFO(c.log);
  REQUIRE(references);
  write_file(c.folder / "nothing.hpp", "");
  Counts counts;
  const bool good = compare(c, {}, "nothing.hpp", "strict", GRADSMITH_GXX, counts);
  INFO(c.log);
  CHECK(good);
  CHECK(counts.differences > 300);
}

TEST_CASE("a planted mistake is found") {
  Comparison c;
  c.folder = fresh_folder("planted");
  write_file(c.folder / "spec.cpp", "double f(double x, double y) { return x * x * y - y; }\n");
  const auto scalar = [](const std::string& name) {
    return Parameter{name, "$D " + name, "$D " + name, {{name, false}}, Role::Param};
  };
  c.functions = {{"", "f", "$D", {{"result", false}}, {scalar("x"), scalar("y")}}};
  c.oracle_spec = c.spec;
  c.before_oracle = "#define double Real\n";
  c.include_folders = {GRADSMITH_SPEC_INCLUDE_DIR};
  REQUIRE(build_references(c));
  const std::string head = "struct f_partials { double x; double y; };\n";
  const std::string value = "inline double f_value(double x, double y) { return x * x * y - y; }\n";
  const auto gradient = [](const std::string& by_x, const std::string& by_y) {
    return "inline double f_gradient(double x, double y, f_partials& d) {\n" + by_x + by_y +
           "  return x * x * y - y;\n}\n";
  };
  const std::string by_x = "  d.x = 2.0 * x * y;\n", by_y = "  d.y = x * x - 1.0;\n";
  const auto found = [&](const std::string& text) {
    write_file(c.folder / "f.hpp", text);
    Counts counts;
    return !compare(c, {"value", "gradient"}, "f.hpp", "strict", GRADSMITH_GXX, counts);
  };
  CHECK_FALSE(found(head + value + gradient(by_x, by_y)));
  CHECK(found(head + value + gradient("  d.x = 2.0 * x * x;\n", by_y)));
  CHECK(found(head + value + gradient("  d.x = 2.0000000001 * x * y;\n", by_y)));
  CHECK(found(head + value + gradient(by_x, "")));
  CHECK(found(head + value + gradient(by_x, "  d.y += x * x - 1.0;\n")));
  CHECK(found(head + "inline double f_value(double x, double y) { return x * (x * y) - y; }\n" +
              gradient(by_x, by_y)));
  // Not C++11, a warning, and memory that is not there.
  CHECK(found(head + value +
              gradient("  auto twice = [](auto v) { return 2 * v; };\n" + by_x, by_y)));
  CHECK(found(head + value + gradient("  int unused;\n" + by_x, by_y)));
  CHECK(found(
      head + value +
      gradient(by_x,
               by_y + "  const double a[2] = {x, y};\n  d.y += 0.0 * a[d.y < 1e9 ? 3 : 1];\n")));
}
