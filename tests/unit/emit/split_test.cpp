#include "emit/split.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "unit/emit/compiled.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// Steps that use each other, elements of an array, branches that run one side only, and conditions
/// that several branches share; results are returned and stored.
Function long_function(const std::string& name, int steps) {
  FunctionBuilder b(name);
  const Expr x = b.number("x");
  const Expr kept = b.number("kept");
  const Expr p = b.array("p", 8);
  std::vector<Expr> made{x, kept, b.at(p, 0)};
  const auto back = [&](std::size_t n) { return made[made.size() - 1 - n % made.size()]; };
  for (int i = 0; i < steps; ++i) {
    const auto n = static_cast<std::size_t>(i);
    Expr e = sin(back(0)) * back(n * 7 + 1) + b.at(p, i % 8);
    if (i % 5 == 3) e = choose(back(n * 3 + 2) > 0.25, x / e, back(1) * 0.5);
    if (i % 9 == 4) e = choose(back(n + 4) > 0.25, log(exp(e) + 1.0), back(2) / kept);
    made.push_back(b.named(e, "t" + std::to_string(i)));
  }
  b.output_parameter("out", {"double ", "[2]"});
  b.returns(back(0));
  b.stores_all("out", {back(steps / 2), back(1) * back(steps / 3)});
  return b.f;
}

std::optional<SplitFunction> split_function(const Function& f, std::size_t max_statements) {
  Block block = schedule(f);
  return split(f, block, max_statements);
}

/// The statements without what splitting adds: the struct's name, and that its members are no
/// constants.
std::string plain(std::string text, const std::string& keeper) {
  for (const std::string& added : {keeper + ".", std::string("const double "), std::string(" ")}) {
    for (std::size_t at; (at = text.find(added)) != std::string::npos;) {
      text.erase(at, added.size());
    }
  }
  return text;
}

std::string joined_lines(const std::string& text) {
  std::string one;
  for (const char c : text) one += c == '\n' ? std::string() : std::string(1, c);
  return one;
}

TEST_CASE("a function of few statements stays whole") {
  const Function f = long_function("f", 40);
  Block block = schedule(f);
  const std::size_t n = count_statements(block);
  CHECK_FALSE(split(f, block, n));
  CHECK_FALSE(split(f, block, 0));
  CHECK(count_statements(block) == n);
  CHECK(split(f, block, n - 1));
}

TEST_CASE("the parts of a function hold its statements in their order") {
  // Without branches: a branch's local is declared before it, and kept ones need no declaration.
  FunctionBuilder b("f");
  std::vector<Expr> made{b.number("x"), b.number("y")};
  for (int i = 0; i < 100; ++i) {
    const Expr e = sin(made.back()) * made[static_cast<std::size_t>(i)];
    made.push_back(b.named(e, "t" + std::to_string(i)));
  }
  b.returns(made.back());
  Block block = schedule(b.f);
  const std::string unsplit = cpp_block(block, b.f.result, 0);
  const auto parts = split(b.f, block, 40);
  REQUIRE(parts);
  CHECK(parts->parts.size() == 10);
  std::string together;
  for (const Part& part : parts->parts) {
    CHECK(count_statements(part.body) <= 10);
    together += cpp_block(part.body, b.f.result, 0);
  }
  Block last = parts->whole;
  std::erase_if(last.statements, [](const Statement& s) { return std::get_if<Call>(&s.is); });
  together += cpp_block(last, b.f.result, 0);
  CHECK(plain(joined_lines(together), parts->keeper) ==
        plain(joined_lines(unsplit), parts->keeper));
}

TEST_CASE("a part that does nothing but clear an array takes the array") {
  FunctionBuilder b("f");
  Expr e = b.number("x");
  for (int i = 0; i < 6; ++i) e = b.named(sin(e), "t" + std::to_string(i));
  b.output_parameter("h", {"double* ", ""});
  std::vector<Expr> elements(40, Expr{&b.f.graph, b.f.graph.constant(0)});
  elements[0] = e;
  b.stores_all("h", elements);
  const auto parts = split_function(b.f, 4);
  REQUIRE(parts);
  int clearing = 0;
  for (const Part& part : parts->parts) {
    if (!std::holds_alternative<Clear>(part.body.statements.at(0).is)) continue;
    ++clearing;
    CHECK(part.body.statements.size() == 1);
    CHECK(part.parameters == std::vector<std::string>{"h"});
  }
  CHECK(clearing == 1);
}

TEST_CASE("what only one part needs is no member of the struct") {
  FunctionBuilder b("f");
  Expr e = b.number("x");
  for (int i = 0; i < 20; ++i) e = b.named(sin(e), "t" + std::to_string(i));
  b.returns(e);
  const auto parts = split_function(b.f, 19);
  REQUIRE(parts);
  REQUIRE(parts->parts.size() == 5);
  std::string kept;
  for (const auto& local : parts->kept) kept += local.name + " ";
  CHECK(kept == "t3 t7 t11 t15 t19 ");
  CHECK(parts->parts[0].parameters == std::vector<std::string>{"x"});
  CHECK(parts->parts[1].parameters.empty());
}

TEST_CASE("an if that returns stays in the whole, and what follows it is split") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  Expr e = x;
  for (int i = 0; i < 30; ++i) e = b.named(sin(e), "t" + std::to_string(i));
  Expr other = e;
  for (int i = 0; i < 30; ++i) other = b.named(cos(other), "u" + std::to_string(i));
  b.returns(choose(e > 0.0, 1.0 / e, other));
  const auto parts = split_function(b.f, 40);
  REQUIRE(parts);
  const std::string whole = cpp_function(b.f, *parts);
  INFO(whole);
  const std::size_t returned = whole.find("if (kept.t29 > 0.0) return");
  REQUIRE(returned != std::string::npos);
  CHECK(whole.find("part_1") < returned);
  CHECK(whole.find("part_" + std::to_string(parts->parts.size())) > returned);
}

TEST_CASE("a function in parts gives the bits of the whole one") {
  const Function whole = long_function("f", 120);
  const Block block = schedule(whole);
  std::string text =
      "#include <cmath>\n#include <cstdio>\n#include <cstring>\n#include <initializer_list>\n"
      "namespace whole {\n" +
      cpp_function(whole, block) + "}\n";
  const std::size_t sizes[] = {4, 20, 77, 150};
  std::string calls;
  for (const std::size_t size : sizes) {
    const auto parts = split_function(whole, size);
    REQUIRE(parts);
    REQUIRE(parts->parts.size() > 2);
    CHECK(parts->keeper == "kept_");  // a parameter has the name
    text += fmt::format("namespace split{} {{\n{}{}}}\n", size, cpp_parts(whole, *parts),
                        cpp_function(whole, *parts));
    calls += fmt::format(
        "    {{ double b[2]; const double v = split{}::f(x, 1.5 - x, p, b);\n"
        "      if (std::memcmp(&v, &u, 8) != 0 || std::memcmp(a, b, 16) != 0) return 1; }}\n",
        size);
  }
  text +=
      "int main() {\n  const double p[8] = {0.3, -0.7, 0.2, 1.1, -0.4, 0.6, 0.05, -0.9};\n"
      "  int finite = 0;\n"
      "  for (double x = -2; x < 2; x += 0.03125) {\n    double a[2];\n"
      "    const double u = whole::f(x, 1.5 - x, p, a);\n    finite += std::isfinite(u);\n" +
      calls + "  }\n  std::printf(finite > 100 ? \"same\" : \"never finite\");\n}\n";
  const std::string path = write_scratch("split.cpp", text);
  for (const std::string& compiler : compilers()) {
    CAPTURE(compiler);
    const Outcome outcome =
        compile_and_run(compiler, path, std::string(kStrictFlags) + " -O3 -ffp-contract=off");
    INFO(outcome.text);
    CHECK(outcome.good);
    CHECK(outcome.text == "same");
  }
}

TEST_CASE("an object that is returned is filled by the parts") {
  FunctionBuilder b("f", {"std::array<double, 2> ", ""});
  Expr e = b.number("x");
  for (int i = 0; i < 30; ++i) e = b.named(sin(e) + 0.5, "t" + std::to_string(i));
  const std::int64_t extents[] = {2};
  const std::vector<NodeId> elements{e.id, (e * e).id};
  const TypeId type = b.f.graph.array_type(Element::F64, extents);
  b.f.result_leaves = {{{Step{}}, type, kNoNode}};
  b.f.outputs.push_back({"", {Step{}}, b.f.graph.pack(type, elements)});
  const auto parts = split_function(b.f, 20);
  REQUIRE(parts);
  const std::string path = write_scratch(
      "split_result.cpp", "#include <array>\n#include <cmath>\n" + cpp_parts(b.f, *parts) +
                              cpp_function(b.f, *parts) + "double g() { return f(1.0)[1]; }\n");
  for (const std::string& compiler : compilers()) {
    const Outcome outcome = compile_only(compiler, path);
    INFO(outcome.text);
    CHECK(outcome.good);
  }
}

TEST_CASE("a chain of a million operations is scheduled, split and printed") {
  constexpr int kLength = 1'000'000;
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  Expr e = x;
  for (int i = 0; i < kLength / 2; ++i) e = b.named(sin(e) * x, "t" + std::to_string(i));
  b.returns(e);
  Block block = schedule(b.f);
  CHECK(count_statements(block) == kLength / 2 + 1);
  CHECK(count_operations(block).operations == kLength / 2);
  CHECK(count_operations(block).calls == kLength / 2);
  const auto parts = split(b.f, block, 4000);
  REQUIRE(parts);
  CHECK(parts->parts.size() == kLength / 2 / 1000);
  CHECK(parts->kept.size() == parts->parts.size());
  const std::string text = cpp_parts(b.f, *parts);
  CHECK(text.find("kept.t499999 = std::sin(t499998) * x;") != std::string::npos);
}

}  // namespace
}  // namespace gradsmith
