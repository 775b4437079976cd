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
  for (const std::string policy : {"strict", "finite", "fast"}) {
    const std::string header = fmt::format("tricky.{}.grad.hpp", policy);
    const Ran ran =
        gradsmith({"generate", (specs / "tricky.cpp").string(), "-o", header, "--fp=" + policy,
                   "--emit=value,gradient,partials,jacobian,hessian,jvp,vjp,hvp"},
                  c.folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
      c.log.clear();
      const bool good =
          compare(c, {"value", "gradient", "partials", "jacobian", "hessian", "jvp", "vjp", "hvp"},
                  header, policy, compiler, counts);
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
