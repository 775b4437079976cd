#include "emit/print_cpp.hpp"

#include <catch2/catch.hpp>

#include "emit/schedule.hpp"
#include "unit/emit/compiled.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

std::string function_text(const FunctionBuilder& b) { return cpp_function(b.f, schedule(b.f)); }

}  // namespace

TEST_CASE("parameters are spelled as the author does, and unused ones have no name") {
  FunctionBuilder b("f", {"float ", ""});
  const Expr x = b.number("x", Element::F32);
  b.array("w", 3);
  b.leaf("m", {"const std::array<std::array<double, 2>, 2>& ", ""}, {Step{}, Step{}},
         scalar_type(Element::F64));
  b.returns(x * 0.5);
  CHECK(function_text(b) ==
        "inline float f(float x, const double /*w*/[3], "
        "const std::array<std::array<double, 2>, 2>& /*m*/) {\n"
        "  return x * 0.5f;\n"
        "}\n");
}

TEST_CASE("long statements are broken behind operators, and indented by four more") {
  Block block;
  Expression sum = name(Element::F64, "a_quantity_with_a_long_name_0");
  for (int i = 1; i < 5; ++i) {
    const Expression next = name(Element::F64, "a_quantity_with_a_long_name_" + std::to_string(i));
    sum = apply(Op::Add, {sum, apply(Op::Mul, {next, name(Element::F64, "x")})});
  }
  block.statements.push_back({Define{"total", sum, "the sum"}});
  CHECK(cpp_block(block, {"double ", ""}, 2) == R"(  // the sum
  const double total = a_quantity_with_a_long_name_0 + a_quantity_with_a_long_name_1 * x +
      a_quantity_with_a_long_name_2 * x + a_quantity_with_a_long_name_3 * x +
      a_quantity_with_a_long_name_4 * x;
)");
}

TEST_CASE("outputs may share memory with arguments: all reading comes first") {
  FunctionBuilder b("swap_and_scale", {"double ", ""});
  const Expr x = b.array("x", 3);
  const Expr scale = b.leaf("scale", {"const double& ", ""}, {}, scalar_type(Element::F64));
  b.output_parameter("out", {"double ", "[3]"});
  const Expr positive = 0 < b.at(x, 2);
  b.stores_all("out", {b.at(x, 2) * scale, b.at(x, 0) + scale,
                       choose(positive, b.at(x, 1), apply(Op::Max, b.at(x, 0), scale))});
  b.returns(b.at(x, 1) - scale);
  const std::string program =
      write_scratch("alias.cpp", "#include <cmath>\n#include <cstdio>\n" + function_text(b) + R"(
int main() {
  double a[3] = {2, 3, 5};
  const double r = swap_and_scale(a, a[0], a);  // x, scale and out overlap
  std::printf("%g %g %g %g\n", a[0], a[1], a[2], r);
}
)");
  for (const std::string& compiler : compilers()) {
    const Outcome run = compile_and_run(compiler, program, "-std=c++11 -O2");
    INFO(function_text(b) << run.text);
    CHECK(run.text == "10 4 3 1\n");
  }
}

}  // namespace gradsmith
