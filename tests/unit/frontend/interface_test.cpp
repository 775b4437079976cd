#include <filesystem>
#include <fstream>

#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

const char* kPrelude =
    "#include <array>\n#include <cstddef>\n#include <cstdint>\n#include <gradsmith/spec.hpp>\n"
    "using gradsmith::param;\nconstexpr int n = 3;\nusing real = double;\n"
    "using std::array;\ntypedef double matrix[n][2];\n";

Parameter parameter(const std::string& declaration) {
  return lowered_text(kPrelude + ("double f(" + declaration + ", param<double> x) { return x; }"))
      .parameters[0];
}

std::string declared(const std::string& declaration) {
  const Parameter p = parameter(declaration);
  return p.spelling.declare(p.name);
}

std::string value(const std::string& declaration) {
  const Parameter p = parameter(declaration);
  return p.value_spelling.declare(p.name);
}

}  // namespace

TEST_CASE("a parameter is spelled as in the spec, with the spec's own names written out") {
  CHECK(declared("double p") == "double p");
  CHECK(declared("const double p") == "const double p");
  CHECK(declared("double const& p") == "const double& p");
  CHECK(declared("const double p[9]") == "const double p[9]");
  CHECK(declared("const double p[n][2]") == "const double p[3][2]");
  CHECK(declared("const double (&p)[n]") == "const double (&p)[3]");
  CHECK(declared("const std::array<double, n>& p") == "const std::array<double, 3>& p");
  CHECK(declared("array<array<float, 2>, n> p") == "std::array<std::array<float, 2>, 3> p");
  CHECK(declared("real p") == "double p");
  CHECK(declared("const matrix& p") == "const double (&p)[3][2]");
  CHECK(declared("const param<double> p[n]") == "const double p[3]");
  CHECK(declared("const gradsmith::param<std::array<double, 2>>& p") ==
        "const std::array<double, 2>& p");
  CHECK(declared("unsigned long p") == "unsigned long p");
  CHECK(declared("std::size_t p") == "std::size_t p");
  CHECK(declared("int32_t p") == "std::int32_t p");
  CHECK(declared("bool p") == "bool p");
}

TEST_CASE("an object of a parameter's value type is neither const nor a reference") {
  CHECK(value("const double p") == "double p");
  CHECK(value("const double& p") == "double p");
  CHECK(value("const double p[9]") == "double p[9]");
  CHECK(value("const double (&p)[n][2]") == "double p[3][2]");
  CHECK(value("const std::array<double, 3>& p") == "std::array<double, 3> p");
}

TEST_CASE("the headers of the types in a signature are told") {
  const auto includes = [](const std::string& parameters) {
    return lowered_text(kPrelude + ("double f(" + parameters + ") { return x; }")).includes;
  };
  CHECK(includes("param<double> x").empty());
  CHECK(includes("const std::array<double, 2>& a, std::size_t k, param<double> x") ==
        std::vector<std::string>{"<array>", "<cstddef>"});
}

TEST_CASE("a class from a header is named, its header included, its leaves are its numbers") {
  const std::filesystem::path folder =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "interface";
  std::filesystem::create_directories(folder / "geometry");
  std::ofstream(folder / "geometry" / "camera.hpp")
      << "#pragma once\n#include \"point.hpp\"\nnamespace geo { struct Camera { double f; Point "
         "at[2]; int id; }; }\n";
  std::ofstream(folder / "geometry" / "point.hpp")
      << "#pragma once\nnamespace geo { struct Point { double x, y[3]; }; }\n";
  ReadOptions options;
  options.compiler_arguments = {"-I" + folder.string()};
  const std::string text =
      "#include \"geometry/camera.hpp\"\nnamespace geo { inline namespace v1 {\n"
      "double f(const Camera& c, Point& p) { p.x = c.f * c.at[1].y[2]; p.y[0] += c.id; return c.f; "
      "} } }\n";
  const Function f = lowered_text(text, {}, options);
  CHECK(f.namespaces == std::vector<std::string>{"geo", "!v1"});
  CHECK(f.parameters[0].spelling == Spelling{"const Camera& ", ""});
  CHECK(f.parameters[0].value_spelling == Spelling{"Camera ", ""});
  CHECK(f.parameters[0].class_type);
  CHECK(f.includes == std::vector<std::string>{"\"geometry/camera.hpp\""});
  std::vector<std::string> leaves;
  for (const Leaf& leaf : f.parameters[0].leaves) leaves.push_back(leaf_name("c", leaf.steps));
  CHECK(leaves == std::vector<std::string>{"c.f", "c.at[].x", "c.at[].y[]", "c.id"});
  CHECK(f.graph.constant_extents(f.parameters[0].leaves[2].type) ==
        std::vector<std::int64_t>{2, 3});
  CHECK(f.parameters[1].role == Role::InOut);
  CHECK(to_infix(f.graph, f.outputs[1].value) == "(c.f * c.at[].y[][1, 2])");
  const auto spec = spec_of(text, options);
  CHECK(spec->dependencies().size() == 3);
  CHECK(f.files.size() == 3);
}

TEST_CASE("a class with private members cannot stand in an interface") {
  const std::filesystem::path folder =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "interface";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "hidden.hpp") << "class Hidden { public: double x() const { return x_; } "
                                          "private: double x_; };\n";
  ReadOptions options;
  options.compiler_arguments = {"-I" + folder.string()};
  const auto spec =
      spec_of("#include \"hidden.hpp\"\ndouble f(const Hidden& h) { return h.x(); }", options);
  REQUIRE(spec);
  REQUIRE(spec->entries().size() == 1);
  CHECK_THROWS_WITH(spec->lower(0), Catch::Contains("gs-private-member"));
}

}  // namespace gradsmith
