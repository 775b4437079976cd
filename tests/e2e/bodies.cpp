#include "bodies.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "loop_comparison.hpp"
#include "process.hpp"
#include "random_loops.hpp"

namespace e2e {
namespace {

LoopFunction function(const Bodies& b, std::size_t k) {
  LoopFunction f;
  f.name = fmt::format("{}_{}", b.folder, k);
  f.name_space = "spec_" + f.name;
  f.parameters = {LoopParameter{"c"}, LoopParameter{"x"}, LoopParameter{"n"}};
  f.parameters[1].kind = LoopParameter::Kind::Pointer;
  f.parameters[1].length = b.length;
  f.parameters[2].kind = LoopParameter::Kind::Size;
  f.all_lengths = b.tells_length;
  f.text = fmt::format(
      "namespace {} {{\n{}\ndouble {}(double c, const double* x, int n) {{\n  double s = c;\n  {}\n"
      "  return s;\n}}\n}}\n",
      f.name_space, b.helpers, f.name, b.bodies[k]);
  return f;
}

}  // namespace

void compare_bodies(const Bodies& b) {
  for (const std::string policy : {"finite", "strict"}) {
    LoopComparison c;
    c.policy = policy;
    c.folder = fresh_folder(b.folder + "_" + policy);
    for (std::size_t k = 0; k < b.bodies.size(); ++k) {
      LoopFunction f = function(b, k);
      const Ran ran = generate_loops(c, f, loop_includes() + f.text);
      INFO(f.text << ran.err);
      REQUIRE(ran.status == 0);
      c.functions.push_back(f);
    }
    const bool good = compare_loops(c, false);
    INFO(policy << c.log);
    CHECK(good);
  }
}

}  // namespace e2e
