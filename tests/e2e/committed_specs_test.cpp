// The committed specs, compiled as they stand and under the oracle, against the committed headers
// in generated/ and against everything else that can be emitted for them.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "comparison.hpp"
#include "process.hpp"

namespace {

using namespace e2e;
using Words = std::vector<std::string>;

// A parameter as the spec declares it: `shape` stands around the name, as in "const double #[3]".
Parameter parameter(const std::string& name, const std::string& shape, const std::string& object,
                    Role role, const std::vector<int>& extents) {
  const auto around = [&](std::string text) {
    text.replace(text.find('#'), 1, name);
    return text;
  };
  Parameter p{name, around(shape), around(object), {{name, false}}, role};
  for (const int extent : extents) {
    std::vector<Number> next;
    for (const Number& n : p.numbers) {
      for (int k = 0; k < extent; ++k) next.push_back({fmt::format("{}[{}]", n.path, k), false});
    }
    p.numbers = next;
  }
  return p;
}

Parameter array(const std::string& name, const std::vector<int>& extents, Role role = Role::Param) {
  std::string object = "$D #";
  for (const int extent : extents) object += fmt::format("[{}]", extent);
  return parameter(name, object, object, role, extents);
}

void scalars(Interface& f, const Words& names, Role role) {
  for (const std::string& name : names) {
    f.parameters.push_back(parameter(name, "$D #", "$D #", role, {}));
  }
}

Interface number(const std::string& name_space, const std::string& name, const Words& parameters,
                 const Words& data = {}) {
  Interface f{name_space, name, "$D", {{"result", false}}, {}};
  scalars(f, parameters, Role::Param);
  scalars(f, data, Role::Data);
  return f;
}

struct Committed {
  std::string spec;
  std::vector<Interface> functions;
  Words committed;  ///< what specs/CMakeLists.txt asks for, of the words that the comparison knows
  Words all;        ///< what else can be asked for
};

const Words kNetwork = {"b1", "w11", "w21", "b2", "w12", "w22", "c", "u1", "u2"};
const Words kAll = {"value", "gradient", "partials", "jacobian",        "hessian",
                    "jvp",   "vjp",      "hvp",      "sparse_jacobian", "sparse_hessian"};
const Words kAllOfSeveral = {"value", "jacobian", "jvp", "vjp", "sparse_jacobian"};
const Words kUsual = {"value", "gradient", "partials"};
const Words kWithHessian = {"value", "gradient", "partials", "hessian"};

Interface several(const std::string& name_space, const std::string& name,
                  std::vector<Parameter> parameters) {
  return {name_space, name, "void", {}, std::move(parameters)};
}

Interface of_arrays(const std::string& name_space, const std::string& name,
                    std::vector<Parameter> parameters) {
  return {name_space, name, "$D", {{"result", false}}, std::move(parameters)};
}

std::vector<Parameter> camera() {
  Parameter w = parameter("w", "$D #", "$D #", Role::Param, {});
  return {array("cam", {11}), array("X", {3}), w, array("observed", {2}, Role::Data),
          array("residual", {2}, Role::Output)};
}

Parameter standard_array(const std::string& name, const std::vector<int>& extents, Role role) {
  std::string type = "$D";
  for (std::size_t k = extents.size(); k-- > 0;)
    type = fmt::format("std::array<{}, {}>", type, extents[k]);
  return parameter(name, "const " + type + "& #", type + " #", role, extents);
}

std::vector<Parameter> pinhole() {
  Parameter cam =
      parameter("cam", "const pinhole::Camera& #", "pinhole::Camera #", Role::Param, {});
  cam.numbers.clear();
  for (const char* member : {"focal", "centre[0]", "centre[1]", "distortion"}) {
    cam.numbers.push_back({std::string("cam.") + member, false});
  }
  return {cam, array("point", {3}), parameter("u", "$D #", "$D #", Role::Data, {}),
          parameter("v", "$D #", "$D #", Role::Data, {})};
}

std::vector<Committed> committed_specs() {
  const auto network = [](const std::string& name, const Words& parameters, const Words& data) {
    return number("five_points", name, parameters, data);
  };
  const Words in_lab3_order = {"b1", "b2", "w11", "w12", "w21", "w22", "c", "u1", "u2"};
  return {
      {"quadratic", {number("lab3", "f", {"x1", "x2"})}, kUsual, kAll},
      {"lab5_z", {number("lab5", "z", {"x", "y"})}, kUsual, kAll},
      {"five_points",
       {network("loss", kNetwork, {"x1", "x2", "y"}), network("prediction", kNetwork, {"x1", "x2"}),
        network("loss_from_fout", kNetwork, {"x1", "x2", "y"}),
        network("full_batch_term", in_lab3_order, {"x1", "x2", "y"})},
       kUsual,
       kAll},
      {"recitation4",
       {number("recitation4", "y", {"x", "z"}),
        number("recitation4", "network",
               {"w11", "w12", "w21", "w22", "w31", "w32", "w41", "w42", "b11", "b12", "a1", "a2",
                "b21"},
               {"x1", "x2", "x3", "x4"}),
        of_arrays("recitation4", "network_of_vectors",
                  {standard_array("W", {4, 2}, Role::Param), standard_array("b1", {2}, Role::Param),
                   standard_array("A", {2}, Role::Param),
                   parameter("b21", "$D #", "$D #", Role::Param, {}),
                   standard_array("x", {4}, Role::Data)})},
       kUsual,
       kAll},
      {"pinhole", {of_arrays("pinhole", "error", pinhole())}, {"value", "gradient"}, kAll},
      {"bundle_adjustment",
       {several("bundle_adjustment", "reprojection", camera()),
        several("bundle_adjustment", "reprojection_any_angle", camera())},
       {"value", "jacobian"},
       kAllOfSeveral},
      {"black_scholes",
       {number("black_scholes", "call_price", {"S", "K", "r", "v", "t"})},
       kWithHessian,
       kAll},
      {"robot_arm",
       {several("robot_arm", "tip", {array("q", {6}), array("position", {3}, Role::Output)})},
       {"value", "jacobian"},
       kAllOfSeveral},
      {"lennard_jones",
       {of_arrays("lennard_jones", "energy", {array("position", {5, 3})})},
       kWithHessian,
       kAll},
      {"rosenbrock",
       {of_arrays("rosenbrock", "valley", {array("p", {16})})},
       {"value", "gradient", "partials", "hessian", "sparse_hessian"},
       kAll},
      {"pendulum",
       {several("pendulum", "motion",
                {array("angle", {5}), array("rate", {5}), array("torque", {5}),
                 array("defect", {8}, Role::Output),
                 parameter("effort", "$D& #", "$D #", Role::Output, {})})},
       {"value", "sparse_jacobian"},
       kAllOfSeveral},
      {"mlp_4_16_16_3",
       {of_arrays("mlp", "loss",
                  {array("W1", {16, 4}), array("b1", {16}), array("W2", {16, 16}),
                   array("b2", {16}), array("W3", {3, 16}), array("b3", {3}),
                   array("x", {4}, Role::Data), array("onehot", {3}, Role::Data)})},
       {"value", "gradient"},
       {"value", "gradient", "jvp", "vjp"}},
  };
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// A spec with its own headers in place: the oracle compiles it once for each of its number types.
std::string with_headers(const std::string& spec) {
  std::istringstream lines(read_file(std::filesystem::path(GRADSMITH_SPECS_DIR) / spec));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const std::string include = "#include \"";
    const bool own = line.starts_with(include);
    if (own) text += with_headers(line.substr(include.size(), line.size() - include.size() - 1));
    if (!own && line != "#pragma once") text += line + "\n";
  }
  return text;
}

void check(const Committed& spec) {
  Comparison c;
  c.folder = fresh_folder("committed_" + spec.spec);
  c.functions = spec.functions;
  c.spec = spec.spec + ".cpp";
  c.oracle_spec = "oracle_spec.cpp";
  write_file(c.folder / c.oracle_spec, with_headers(c.spec));
  c.before_oracle = "#define double Real\n#define constexpr const\n";
  c.include_folders = {GRADSMITH_SPECS_DIR, GRADSMITH_SPEC_INCLUDE_DIR, GRADSMITH_GENERATED_DIR};
  CAPTURE(spec.spec);
  const bool references = build_references(c);
  INFO(c.log);
  REQUIRE(references);

  struct Header {
    std::string name;
    std::string policy;
    Words words;
  };
  std::vector<Header> headers{{spec.spec + ".grad.hpp", "finite", spec.committed}};
  for (const std::string policy : {"strict", "finite", "fast"}) {
    const std::string header = fmt::format("all.{}.grad.hpp", policy);
    const Ran ran = gradsmith({"generate", std::string(GRADSMITH_SPECS_DIR) + "/" + c.spec, "-o",
                               header, "--emit=" + joined(spec.all), "--fp=" + policy},
                              c.folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    headers.push_back({header, policy, spec.all});
  }
  Counts counts;
  for (const Header& header : headers) {
    for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
      c.log.clear();
      const bool good = compare(c, header.words, header.name, header.policy, compiler, counts);
      INFO(c.log);
      CHECK(good);
    }
  }
  // A spec has its domain: where prices are negative, nothing can be said.
  CHECK(counts.ordinary > counts.skipped_ordinary / 3);
  CHECK(counts.ordinary > 200);
}

void check(const std::string& name) {
  for (const Committed& spec : committed_specs()) {
    if (spec.spec == name) return check(spec);
  }
  FAIL("no such spec");
}

}  // namespace

TEST_CASE("what is emitted for specs/quadratic.cpp is right") { check("quadratic"); }
TEST_CASE("what is emitted for specs/lab5_z.cpp is right") { check("lab5_z"); }
TEST_CASE("what is emitted for specs/five_points.cpp is right") { check("five_points"); }
TEST_CASE("what is emitted for specs/recitation4.cpp is right") { check("recitation4"); }
TEST_CASE("what is emitted for specs/pinhole.cpp is right") { check("pinhole"); }
TEST_CASE("what is emitted for specs/bundle_adjustment.cpp is right") {
  check("bundle_adjustment");
}
TEST_CASE("what is emitted for specs/black_scholes.cpp is right") { check("black_scholes"); }
TEST_CASE("what is emitted for specs/robot_arm.cpp is right") { check("robot_arm"); }
TEST_CASE("what is emitted for specs/lennard_jones.cpp is right") { check("lennard_jones"); }
TEST_CASE("what is emitted for specs/rosenbrock.cpp is right") { check("rosenbrock"); }
TEST_CASE("what is emitted for specs/pendulum.cpp is right") { check("pendulum"); }
TEST_CASE("what is emitted for specs/mlp_4_16_16_3.cpp is right") { check("mlp_4_16_16_3"); }

TEST_CASE("every committed spec is compared with the oracle") {
  std::vector<std::string> known;
  for (const Committed& spec : committed_specs()) known.push_back(spec.spec);
  for (const auto& entry : std::filesystem::directory_iterator(GRADSMITH_SPECS_DIR)) {
    if (entry.path().extension() != ".cpp") continue;
    CHECK_THAT(known, Catch::VectorContains(entry.path().stem().string()));
  }
}
