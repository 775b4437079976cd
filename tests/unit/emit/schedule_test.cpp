// What is written for whole functions: one expectation per rule of the scheduler.

#include "emit/schedule.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"
#include "support/refusal.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

std::string body(const FunctionBuilder& b) {
  return "\n" + cpp_block(schedule(b.f), b.f.result, 2);
}

}  // namespace

TEST_CASE("an expression that is used once is written where it is used") {
  FunctionBuilder b("z");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  b.returns(4 * x * y + exp(-y));
  CHECK(body(b) == R"(
  return 4.0 * x * y + std::exp(-y);
)");
}

TEST_CASE("what is used twice is computed once and has a name") {
  FunctionBuilder b("f_value");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr shared = x * y + 1;
  b.returns(exp(shared) / shared);
  CHECK(body(b) == R"(
  const double f_1 = x * y + 1.0;
  return std::exp(f_1) / f_1;
)");
}

TEST_CASE("leaves, constants and negated leaves are written again") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  b.returns(-x * exp(-x) * (x + 2) * 2);
  CHECK(body(b) == R"(
  return -x * std::exp(-x) * (x + 2.0) * 2.0;
)");
}

TEST_CASE("the author's locals keep their names and say where they stand") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr r = b.named(x * x, "r", 14);
  const Expr d = b.named(2 * r, "d_r", 0, "d f / d r");
  b.returns(d + 1);
  CHECK(body(b) == R"(
  const double r = x * x;  // spec.cpp:14
  const double d_r = 2.0 * r;  // d f / d r
  return d_r + 1.0;
)");
}

TEST_CASE("the steps of one accumulation are one expression") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr first = b.named(x * x, "s", 3);
  const Expr second = b.named(first + x * y, "s", 4);
  b.returns(exp(b.named(second + y * y, "s", 5)));
  CHECK(body(b) == R"(
  const double s = x * x + x * y + y * y;  // spec.cpp:5
  return std::exp(s);
)");
}

TEST_CASE("values that the author gave one name are numbered") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr first = b.named(exp(x), "s", 3);
  const Expr second = b.named(first * first, "s", 4);
  b.returns(second + first);
  CHECK(body(b) == R"(
  const double s = std::exp(x);  // spec.cpp:3
  const double s_2 = s * s;  // spec.cpp:4
  return s_2 + s;
)");
}

TEST_CASE("an element that is used twice is loaded once") {
  FunctionBuilder b("f");
  const Expr w = b.array("w", 3);
  b.returns(b.at(w, 0) * b.at(w, 0) + b.at(w, 2));
  CHECK(body(b) == R"(
  const double w_0 = w[0];
  return w_0 * w_0 + w[2];
)");
}

TEST_CASE("nothing is read once an output has been written") {
  FunctionBuilder b("f", {"double ", ""});
  const Expr w = b.array("w", 3);
  const Expr scale = b.leaf("scale", {"const double& ", ""}, {}, scalar_type(Element::F64));
  b.output_parameter("out", {"double ", "[3]"});
  b.stores_all("out", {2 * b.at(w, 0), 2 * b.at(w, 1), b.constant(0)});
  b.returns(scale * b.at(w, 2));
  CHECK(body(b) == R"(
  const double w_1 = w[1];
  const double scale_ = scale;
  const double w_2 = w[2];
  out[0] = 2.0 * w[0];
  out[1] = 2.0 * w_1;
  out[2] = 0.0;
  return scale_ * w_2;
)");
}

TEST_CASE("a returned array is filled and returned") {
  FunctionBuilder b("f", {"std::array<double, 2> ", ""});
  const Expr x = b.number("x");
  b.stores_all("", {exp(x), -exp(x)});
  CHECK(body(b) == R"(
  const double exp_x = std::exp(x);
  std::array<double, 2> result;
  result[0] = exp_x;
  result[1] = -exp_x;
  return result;
)");
}

TEST_CASE("an output that is one value throughout, or an argument as it came, needs no Pack") {
  FunctionBuilder b("f", {"void ", ""});
  const Expr w = b.array("w", 2);
  b.output_parameter("a", {"double ", "[2]"});
  b.output_parameter("b", {"double ", "[2]"});
  b.f.outputs.push_back({"a", {Step{}}, b.f.graph.zeros(b.f.graph[w.id].type)});
  b.f.outputs.push_back({"b", {Step{}}, w.id});
  CHECK(body(b) == R"(
  const double w_0 = w[0];
  const double w_1 = w[1];
  a[0] = 0.0;
  a[1] = 0.0;
  b[0] = w_0;
  b[1] = w_1;
)");
}

TEST_CASE("sine and cosine of one argument stand together") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  b.returns(sin(x) * exp(y) + cos(x));
  CHECK(body(b) == R"(
  const double sin_x = std::sin(x);
  const double cos_x = std::cos(x);
  return sin_x * std::exp(y) + cos_x;
)");
}

TEST_CASE("a long expression is split into lines that serve the nearest named quantity") {
  FunctionBuilder b("f");
  const Expr w = b.array("weight", 6);
  const Expr v = b.array("value", 6);
  Expr sum = b.at(w, 0) * b.at(v, 0);
  for (int i = 1; i < 6; ++i) sum = sum + b.at(w, i) * b.at(v, i);
  b.returns(exp(b.named(sum, "total", 9)));
  CHECK(body(b) == R"(
  const double total_1 = weight[0] * value[0] + weight[1] * value[1] + weight[2] * value[2];
  const double total_2 = total_1 + weight[3] * value[3] + weight[4] * value[4];
  const double total = total_2 + weight[5] * value[5];  // spec.cpp:9
  return std::exp(total);
)");
}

TEST_CASE("integers that are not ints become ints") {
  FunctionBuilder b("f");
  const Expr w = b.array("w", 8);
  const Expr n = b.leaf("n", {"std::size_t ", ""}, {}, scalar_type(Element::Index));
  const Expr i = b.number("i", Element::Index);
  const Expr at{&b.f.graph, b.f.graph.at(w.id, {(n + i).id})};
  b.returns(at * Expr{&b.f.graph, b.f.graph.convert(Element::F64, i.id)});
  CHECK(body(b) == R"(
  return w[static_cast<int>(n) + i] * static_cast<double>(i);
)");
}

TEST_CASE("integers wider than int are computed in long long") {
  FunctionBuilder b("f");
  b.f.wide_integers = true;
  const Expr x = b.number("x");
  const Expr n = b.leaf("n", {"long ", ""}, {}, scalar_type(Element::Index));
  const Expr m = b.number("m", Element::Index);
  const Expr square = b.named(m * m, "square", 3);
  const auto real = [&](Expr i) { return Expr{i.graph, i.graph->convert(Element::F64, i.id)}; };
  b.returns(x * real(square + n) + real(square) + real(n));
  CHECK("\n" + cpp_block(schedule(b.f), b.f.result, 2, b.f.wide_integers) == R"(
  const long long square = static_cast<long long>(m) * static_cast<long long>(m);  // spec.cpp:3
  const double f_1 = x * static_cast<double>(square + static_cast<long long>(n)) +
      static_cast<double>(square);
  return f_1 + static_cast<double>(n);
)");
}

TEST_CASE("names stay away from parameters, keywords and other things in the file") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr exp_x = b.number("exp_x");
  const Expr e = exp(x);
  const Expr s = b.named(e * e, "partials", 2);
  b.returns(e + exp_x + s);
  CHECK("\n" + cpp_block(schedule(b.f, {"partials"}), b.f.result, 2) == R"(
  const double exp_x_2 = std::exp(x);
  const double partials_ = exp_x_2 * exp_x_2;  // spec.cpp:2
  return exp_x_2 + exp_x + partials_;
)");
}

TEST_CASE("a loop that is left is refused, and so is a variable without a value") {
  FunctionBuilder b("f");
  const Expr n = b.number("n", Element::Index);
  Graph& g = b.f.graph;
  const NodeId sum = g.reduce(Op::Add, 1, g.range(n.id), g.constant(0),
                              g.convert(Element::F64, g.bound(1, 0, scalar_type(Element::Index))));
  b.returns({&g, sum});
  try {
    schedule(b.f);
    FAIL("no refusal");
  } catch (const Refusal& refusal) {
    CHECK(refusal.code() == "gs-loop-kept");
  }

  FunctionBuilder u("f");
  u.returns(Expr{&u.f.graph, u.f.graph.input("?t", scalar_type(Element::F64))} + 1);
  try {
    schedule(u.f);
    FAIL("no refusal");
  } catch (const Refusal& refusal) {
    CHECK(refusal.code() == "gs-uninitialised");
  }
}

TEST_CASE("a chain of a million operations is scheduled without recursion") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  Expr e = x;
  for (int i = 0; i < 1'000'000; ++i) e = i % 3 ? e * y : e + x;
  b.returns(e);
  const OperationCounts counts = count_operations(schedule(b.f));
  CHECK(counts.operations == 1'000'000);
}

}  // namespace gradsmith
