#include "emit/trip_steps.hpp"

#include <catch2/catch.hpp>

#include "emit/cpp_expression.hpp"

using namespace gradsmith;

namespace {

Expression integer(std::int64_t value) { return literal(Element::Index, value); }
Expression local(const std::string& n) { return name(Element::Index, n); }
Expression sum(Expression a, Expression b) { return apply(Op::Add, {std::move(a), std::move(b)}); }
Expression product(Expression a, Expression b) {
  return apply(Op::Mul, {std::move(a), std::move(b)});
}
Expression element(const std::string& array, Expression at) {
  return read(Element::F64, {array, {{"", 0, 0}}}, {std::move(at)});
}

std::string text(const std::optional<Expression>& step) {
  return step ? cpp_expression(*step, false) : "unknown";
}

using Use = TripSteps::Use;

}  // namespace

TEST_CASE("the step of an integer is its derivative by the trip") {
  TripSteps steps("i");
  CHECK(text(steps.of(local("i"))) == "1");
  CHECK(text(steps.of(sum(local("i"), local("n")))) == "1");
  CHECK(text(steps.of(product(local("i"), local("d")))) == "d");
  CHECK(text(steps.of(product(integer(3), sum(local("i"), integer(1))))) == "3");
  CHECK(text(steps.of(apply(Op::Sub, {local("n"), local("i")}))) == "-1");
  CHECK(text(steps.of(product(local("n"), local("n")))) == "0");
  CHECK(text(steps.of(product(local("i"), local("i")))) == "unknown");
  CHECK(text(steps.of(apply(Op::Quotient, {local("i"), integer(2)}))) == "unknown");
}

TEST_CASE("locals hand their step on, and inner loops have one of their own") {
  TripSteps steps("i");
  steps.define("row", product(local("i"), local("d")));
  steps.enter_inner_loop();
  steps.define_fixed("j");
  CHECK(text(steps.of(sum(local("row"), local("j")))) == "d");
  CHECK(steps.is_fixed(product(local("j"), local("j"))));
  steps.leave_inner_loop();
  CHECK_FALSE(steps.is_fixed(local("row")));
}

TEST_CASE("an element moves with its last subscript alone") {
  TripSteps steps("i");
  CHECK(text(steps.of_element(element("x", product(integer(2), local("i"))))) == "2");
  CHECK(text(steps.of_element(element("x", integer(4)))) == "0");
  const Expression row =
      read(Element::F64, {"w", {{"", 0, 0}, {"", 0, 1}}}, {local("i"), local("j")});
  CHECK(text(steps.of_element(row)) == "unknown");
  const Expression column =
      read(Element::F64, {"w", {{"", 0, 0}, {"", 0, 1}}}, {local("j"), local("i")});
  CHECK(text(steps.of_element(column)) == "1");
  const Expression member = read(Element::F64, {"p", {{"", 0, 0}, {"x", 0, -1}}}, {local("i")});
  CHECK(text(steps.of_element(member)) == "unknown");
  CHECK(text(steps.of_element(element("x", element("k", local("i"))))) == "unknown");
}

TEST_CASE("trips are independent where each has elements of its own, or all only add") {
  const auto independent = [](std::vector<std::pair<Expression, Use>> uses) {
    TripSteps steps("i");
    for (const auto& [e, use] : uses) steps.note(e, use);
    return steps.are_independent();
  };
  const Expression here = element("x", local("i"));
  const Expression next = element("x", sum(local("i"), integer(1)));
  const Expression fixed = element("x", integer(0));
  const Expression other = element("y", local("i"));
  const Expression spread = element("x", product(local("i"), local("d")));
  CHECK(independent({{here, Use::Set}, {other, Use::Read}}));
  CHECK(independent({{here, Use::Read}, {here, Use::Set}, {here, Use::Add}}));
  CHECK(independent({{here, Use::Add}, {next, Use::Add}, {fixed, Use::Add}, {spread, Use::Add}}));
  CHECK_FALSE(independent({{here, Use::Set}, {next, Use::Read}}));
  CHECK_FALSE(independent({{here, Use::Add}, {next, Use::Read}}));
  CHECK_FALSE(independent({{fixed, Use::Set}}));
  CHECK_FALSE(independent({{fixed, Use::Add}, {fixed, Use::Read}}));
  CHECK_FALSE(independent({{spread, Use::Set}, {spread, Use::Read}}));  // d may be 0
  CHECK_FALSE(independent({{here, Use::Set}, {element("x", element("k", local("n"))), Use::Read}}));
}

TEST_CASE("an element that an inner loop moves too belongs to no trip alone") {
  TripSteps steps("i");
  steps.enter_inner_loop();
  steps.define_fixed("j");
  const Expression both = element("x", sum(local("i"), local("j")));
  steps.note(both, Use::Set);
  steps.leave_inner_loop();
  CHECK_FALSE(steps.are_independent());
}
