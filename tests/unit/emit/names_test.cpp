#include "emit/names.hpp"

#include <catch2/catch.hpp>

#include "emit/schedule.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

/// The name of the one local that the function 2 * e * e * e gets for e.
std::string name_of(FunctionBuilder& b, const Expr& e) {
  b.returns(2 * e * e * e);
  const Block block = schedule(b.f);
  const auto* define = std::get_if<Define>(&block.statements.back().is);
  if (!define) define = std::get_if<Define>(&block.statements.at(block.statements.size() - 2).is);
  return define->name;
}

struct Named : FunctionBuilder {
  Named() : FunctionBuilder("loss_gradient"), x(number("x")), y(number("y")), w(array("w", 4)) {}
  Expr x;
  Expr y;
  Expr w;
};

}  // namespace

TEST_CASE("a call of a short name is called after both") {
  Named b;
  CHECK(name_of(b, sin(b.x)) == "sin_x");
  Named c;
  CHECK(name_of(c, exp(-c.x)) == "exp_neg_x");
  Named d;
  CHECK(name_of(d, sqrt(d.at(d.w, 2))) == "sqrt_w_2");
}

TEST_CASE("reciprocals, quotients, squares and distances from 1 say what they are") {
  Named b;
  CHECK(name_of(b, 1 / b.x) == "inv_x");
  Named c;
  CHECK(name_of(c, c.x / c.y) == "x_over_y");
  Named d;
  CHECK(name_of(d, d.x * d.x) == "x_sq");
  Named e;
  CHECK(name_of(e, 1 - e.x) == "one_minus_x");
  Named f;
  CHECK(name_of(f, 1 + f.x) == "one_plus_x");
}

TEST_CASE("what has no description serves the nearest quantity: the function, without its word") {
  Named b;
  CHECK(name_of(b, b.x * b.y) == "loss_1");
  Named c;
  c.f.name = "loss_d_w11";
  CHECK(name_of(c, c.x * c.y) == "d_w11_1");
}

TEST_CASE("a description is not made from numbered or long names") {
  Named b;
  CHECK(name_of(b, exp(b.x * b.y)) == "loss_1");
  Named c;
  const Expr other = c.number("a_parameter_with_a_long_name");
  CHECK(name_of(c, exp(other)) == "loss_1");
}

TEST_CASE("a conversion is called after its operand and its type") {
  Named b;
  const Expr n = b.number("n", Element::Index);
  CHECK(name_of(b, Expr{&b.f.graph, b.f.graph.convert(Element::F64, n.id)}) == "n_double");
}

TEST_CASE("an inserted line renumbers what serves the same quantity, and nothing else") {
  const auto lines = [](bool inserted) {
    Named b;
    const Expr p = b.x * b.y + 3;
    Expr first = p * p;
    if (inserted) {
      const Expr extra = b.x - b.y;
      first = first + extra * extra;
    }
    const Expr u = b.named(first, "u", 1);
    const Expr q = u * b.y + b.x;
    const Expr v = b.named(q * q, "v", 2);
    b.returns(v);
    std::vector<std::string> names;
    for (const Statement& s : schedule(b.f).statements) {
      if (const auto* define = std::get_if<Define>(&s.is)) names.push_back(define->name);
    }
    return names;
  };
  CHECK(lines(false) == std::vector<std::string>{"u_1", "u", "v_1", "v"});
  CHECK(lines(true) == std::vector<std::string>{"u_1", "u_2", "u", "v_1", "v"});
}

TEST_CASE("an author's name is never taken by one of ours") {
  Named b;
  const Expr e = sin(b.x);
  const Expr s = b.named(e * e * b.y, "sin_x", 4);
  b.returns(s + e);
  const Block block = schedule(b.f);
  CHECK(std::get<Define>(block.statements[0].is).name == "sin_x_");
  CHECK(std::get<Define>(block.statements[1].is).name == "sin_x");
}

}  // namespace gradsmith
