// What is written for branches: one expectation per rule of the scheduler.

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

std::string body(const FunctionBuilder& b) {
  return "\n" + cpp_block(schedule(b.f), b.f.result, 2);
}

}  // namespace

TEST_CASE("a small choice is a conditional expression") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  b.returns(2 * choose(0 < x, x, 0.5 * x));
  CHECK(body(b) == R"(
  const double f_1 = 0.0 < x ? x : 0.5 * x;
  return 2.0 * f_1;
)");
}

TEST_CASE("a minimum gives its first operand at ties, as std::min does") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  b.returns(apply(Op::Min, x, y) + apply(Op::Max, x, y + 1));
  CHECK(body(b) == R"(
  const double x_min_y = y < x ? y : x;
  const double f_1 = y + 1.0;
  const double f_2 = x < f_1 ? f_1 : x;
  return x_min_y + f_2;
)");
}

TEST_CASE("a function that is a choice returns from its sides") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  b.returns(choose(x < 0, log(-x), choose(x < 1, exp(x) * x, sqrt(x) / (1 + x))));
  CHECK(body(b) == R"(
  if (x < 0.0) return std::log(-x);
  if (x < 1.0) return std::exp(x) * x;
  return std::sqrt(x) / (1.0 + x);
)");
}

TEST_CASE("a void function stores what comes from its sides, and returns nothing") {
  FunctionBuilder b("f", {"void ", ""});
  const Expr x = b.number("x");
  b.output_parameter("out", {"double* ", ""});
  b.stores_all("out", {choose(x < 0, log(-x), choose(x < 1, exp(x) * x, sqrt(x) / (1 + x)))});
  CHECK(body(b).find("return") == std::string::npos);
  CHECK(body(b).find("out[0] = ") != std::string::npos);
}

TEST_CASE("nested choices are an else-if chain over one local") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr r = choose(x < 0, log(-x), choose(x < 1, exp(x) * x, sqrt(x) / (1 + x)));
  b.returns(exp(b.named(r, "r", 7)));
  CHECK(body(b) == R"(
  double r;  // spec.cpp:7
  if (x < 0.0) {
    r = std::log(-x);
  } else if (x < 1.0) {
    r = std::exp(x) * x;
  } else {
    r = std::sqrt(x) / (1.0 + x);
  }
  return std::exp(r);
)");
}

TEST_CASE("a side that has nothing to compute is where the local starts") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  b.returns(2 * choose(0 < x, log(x) * x, 0.0));
  CHECK(body(b) == R"(
  double f_1 = 0.0;
  if (0.0 < x) {
    f_1 = std::log(x) * x;
  }
  return 2.0 * f_1;
)");
}

TEST_CASE("what both sides need stands before the if, what one needs stands in it") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr both = exp(x);
  const Expr one = log(y);
  b.returns(1 + choose(x < y, both * one + one, both / y));
  CHECK(body(b) == R"(
  const double exp_x = std::exp(x);
  double f_1;
  if (x < y) {
    const double log_y = std::log(y);
    f_1 = exp_x * log_y + log_y;
  } else {
    f_1 = exp_x / y;
  }
  return 1.0 + f_1;
)");
}

TEST_CASE("a call that two branches need but not every path is cloned, a product is shared") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr call = log(x);
  const Expr product = x * y;
  const Expr p = choose(0 < x, call * product + 1, 0.0);
  const Expr q = choose(1 < y, call / product + 2, 0.0);
  b.returns(p + q);
  CHECK(body(b) == R"(
  const double f_1 = x * y;
  double f_2 = 0.0;
  if (0.0 < x) {
    f_2 = std::log(x) * f_1 + 1.0;
  }
  double f_3 = 0.0;
  if (1.0 < y) {
    f_3 = std::log(x) / f_1 + 2.0;
  }
  return f_2 + f_3;
)");
}

TEST_CASE("branches on one condition are one if, also where one is on its negation") {
  FunctionBuilder b("f", {"void ", ""});
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  b.output_parameter("out", {"double ", "[2]"});
  b.stores_all("out", {choose(c, log(x) + 1, y / x + 2), choose(!c, exp(y) * x, y)});
  CHECK(body(b) == R"(
  double out_0;
  double out_1;
  if (x < y) {
    out_0 = std::log(x) + 1.0;
    out_1 = y;
  } else {
    out_0 = y / x + 2.0;
    out_1 = std::exp(y) * x;
  }
  out[0] = out_0;
  out[1] = out_1;
)");
}

TEST_CASE("a branch that needs another on the same condition stays apart") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  const Expr first = choose(c, log(x) + 1, y / x + 2);
  const Expr between = first * first;
  b.returns(choose(c, exp(between) * x, between / y) + 1);
  CHECK(body(b) == R"(
  const bool x_below_y = x < y;
  double f_1;
  if (x_below_y) {
    f_1 = std::log(x) + 1.0;
  } else {
    f_1 = y / x + 2.0;
  }
  const double f_2 = f_1 * f_1;
  double f_3;
  if (x_below_y) {
    f_3 = std::exp(f_2) * x;
  } else {
    f_3 = f_2 / y;
  }
  return f_3 + 1.0;
)");
}

TEST_CASE("a condition that needs no guard of its own is a plain &&") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr no{&b.f.graph, b.f.graph.boolean(false)};
  b.returns(choose(choose(0 < x, x * x < y, no), log(x) * y, x / 3));
  CHECK(body(b) == R"(
  if (0.0 < x && x * x < y) return std::log(x) * y;
  return x / 3.0;
)");
}

TEST_CASE("a branch that only one on the same condition needs becomes part of it") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  const Expr call = b.named(log(x), "t", 3);
  const Expr first = choose(c, call * y + 1, y * 0.5);
  const Expr second = choose(c, exp(first) * call, first / y);
  b.returns(second + 1);
  CHECK(body(b) == R"(
  double f_1;
  if (x < y) {
    const double t = std::log(x);  // spec.cpp:3
    f_1 = std::exp(t * y + 1.0) * t;
  } else {
    f_1 = y * 0.5 / y;
  }
  return f_1 + 1.0;
)");
}

TEST_CASE("a branch inside a side that decides it is its own side, through && and || as well") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr p = 0 < x;
  const Expr q = x < y;
  const Expr inside = choose(p, log(x), y) * choose(q, y, x / y);
  b.returns(choose(p && q, inside * inside, y * 3));
  CHECK(body(b) == R"(
  if (0.0 < x && x < y) {
    const double f_1 = std::log(x) * y;
    return f_1 * f_1;
  }
  return y * 3.0;
)");
}

TEST_CASE("what two branches on one condition need is computed in the first and handed on") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  const Expr call = b.named(log(x), "t", 3);
  const Expr first = choose(c, call * y + 1, y * 0.5);
  const Expr second = choose(c, exp(first) * call, first / y);
  b.returns(second + first * first);
  CHECK(body(b) == R"(
  const bool x_below_y = x < y;
  double t = 0.0;  // spec.cpp:3
  double f_1;
  if (x_below_y) {
    t = std::log(x);
    f_1 = t * y + 1.0;
  } else {
    f_1 = y * 0.5;
  }
  double f_2;
  if (x_below_y) {
    f_2 = std::exp(f_1) * t;
  } else {
    f_2 = f_1 / y;
  }
  return f_2 + f_1 * f_1;
)");
}

TEST_CASE("what one branch needs on one side and the next on the other is always needed") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  const Expr call = log(x);
  const Expr first = choose(c, call * y + 1, y * 0.5);
  const Expr second = choose(c, exp(first) * y, first / call);
  b.returns(second + first);
  CHECK(body(b) == R"(
  const bool x_below_y = x < y;
  const double log_x = std::log(x);
  double f_1;
  if (x_below_y) {
    f_1 = log_x * y + 1.0;
  } else {
    f_1 = y * 0.5;
  }
  double f_2;
  if (x_below_y) {
    f_2 = std::exp(f_1) * y;
  } else {
    f_2 = f_1 / log_x;
  }
  return f_2 + f_1;
)");
}

TEST_CASE("a branch has the author's name for its sides") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr one = b.named(log(x) * y + 1, "r", 3);
  const Expr other = b.named(exp(y) * x + 2, "r", 5);
  b.returns(exp(choose(x < y, one, other)));
  CHECK(body(b) == R"(
  double r;  // spec.cpp:3
  if (x < y) {
    r = std::log(x) * y + 1.0;
  } else {
    r = std::exp(y) * x + 2.0;
  }
  return std::exp(r);
)");
}

TEST_CASE("a small choice whose side a later branch needs is an if") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  const Expr c = x < y;
  const Expr call = log(x);
  const Expr first = choose(c, call, y);
  b.returns(choose(c, exp(first) * call, first / y) + first);
  CHECK(body(b) == R"(
  const bool x_below_y = x < y;
  double log_x = 0.0;
  double f_1;
  if (x_below_y) {
    log_x = std::log(x);
    f_1 = log_x;
  } else {
    f_1 = y;
  }
  double f_2;
  if (x_below_y) {
    f_2 = std::exp(f_1) * log_x;
  } else {
    f_2 = f_1 / y;
  }
  return f_2 + f_1;
)");
}

}  // namespace gradsmith
