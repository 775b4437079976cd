#include "emit/module.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "emit/header.hpp"
#include "emit/module_types.hpp"
#include "unit/emit/compiled.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// loss(w[2], x) = w[0] * x + w[1]
Function line() {
  FunctionBuilder b("loss");
  const Expr w = b.array("w", 2);
  const Expr x = b.number("x");
  b.returns(b.at(w, 0) * x + b.at(w, 1));
  b.f.result_leaves = {Leaf{{}, scalar_type(Element::F64), kNoNode}};
  for (Parameter& p : b.f.parameters) p.role = p.name == "x" ? Role::Data : Role::Param;
  return b.f;
}

}  // namespace

TEST_CASE("the runtime knows the same structs as generated files") {
  std::ifstream file(GRADSMITH_SOURCE_DIR "/runtime/module_v1.hpp");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string types(module_types_source());
  CHECK(text.str().find(types) != std::string::npos);
}

TEST_CASE("a module is called as its spec, as far as C++ has such names") {
  CHECK(module_name("specs/five_points.cpp") == "five_points");
  CHECK(module_name("a-b.v2.cpp") == "a_b");
  CHECK(module_name("specs/2d.cpp") == "module_2d");
}

TEST_CASE("functions with structs of integers and others are left out, and the module says why") {
  Function f = line();
  f.parameters[1].leaves = {Leaf{{Step{"value"}}, scalar_type(Element::F64), kNoNode},
                            Leaf{{Step{"count"}}, scalar_type(Element::Index), kNoNode}};
  ModuleRequest request;
  request.spec = "line.cpp";
  request.functions = {{f, &f, nullptr, nullptr, nullptr}};
  const std::string text = print_module(request);
  CHECK(text.find("// loss is not in the module: 'x' holds integers and others.") !=
        std::string::npos);
  CHECK(text.find("\"line.cpp\", 0, nullptr}") != std::string::npos);
}

TEST_CASE("an array of float is filled from the doubles that come, before all samples") {
  Function f = line();
  f.parameters[0].leaves[0].type = f.graph.array_type(Element::F32, std::array<std::int64_t, 1>{2});
  f.parameters[0].value_spelling = {"float ", "[2]"};
  ModuleRequest request;
  request.spec = "line.cpp";
  request.functions = {{f, &f, nullptr, nullptr, nullptr}};
  const std::string text = print_module(request);
  const std::size_t fills = text.find("fill_0(c_0, p + 0);");
  REQUIRE(fills != std::string::npos);
  CHECK(fills < text.find("for (long long i = 0; i < a->samples; ++i) {"));
  CHECK(text.find("{\"w\", 0, 2, 1, extents + 0, 0, 0, nullptr},") != std::string::npos);
}

TEST_CASE("a number of data that is a float is made of the double that comes") {
  Function f = line();
  f.parameters[1].leaves[0].type = scalar_type(Element::F32);
  CHECK(why_left_out({f, &f, nullptr, nullptr, nullptr}).empty());
  ModuleRequest request;
  request.spec = "line.cpp";
  request.functions = {{f, &f, nullptr, nullptr, nullptr}};
  CHECK(print_module(request).find("static_cast<float>(data_0[i * step_0])") != std::string::npos);
}

TEST_CASE("a description has names, roles and shapes, and calls sample after sample") {
  Function f = line();
  Function value = f;
  value.name = "loss_value";
  ModuleRequest request;
  request.spec = "line.cpp";
  request.functions = {{f, &value, nullptr, nullptr, nullptr}};
  const std::string text = print_module(request);
  CHECK(text.find("{\"w\", 0, 0, 1, extents + 0, 0, 0, nullptr},") != std::string::npos);
  CHECK(text.find("{\"x\", 1, 0, 0, nullptr, 0, 0, nullptr},") != std::string::npos);
  CHECK(text.find("{\"\", 4, 0, 0, nullptr, 0, 0, nullptr},") != std::string::npos);
  CHECK(text.find("data_0[i * step_0]") != std::string::npos);
}

}  // namespace gradsmith
