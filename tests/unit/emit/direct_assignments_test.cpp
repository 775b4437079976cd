#include "emit/direct_assignments.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"

namespace gradsmith::test {
namespace {

Expression number(const std::string& n) { return name(Element::F64, n); }
Statement define(const std::string& n, Expression value, const std::string& comment = "") {
  return {Define{n, std::move(value), comment}};
}
Statement declare(const std::string& n) { return {Declare{Element::F64, n, {}, ""}}; }
Statement assign(const std::string& n, Expression value) {
  return {Assign{{n, {}}, std::move(value)}};
}

std::string direct(std::vector<Statement> statements) {
  Block block{std::move(statements)};
  assign_directly(block);
  return "\n" + cpp_block(block, {"double ", ""}, 0);
}

}  // namespace

TEST_CASE("a local that only hands its value on is left out, inside of branches, too") {
  Block side{{define("a", number("x"), "spec.cpp:3"), define("c", number("y")),
              assign("b", number("a")), assign("d", number("c"))}};
  CHECK(direct({declare("b"), declare("d"), {Branch{name(Element::Bool, "p"), side, {}}}}) == R"(
double b;
double d;
if (p) {
  b = x;  // spec.cpp:3
  d = y;
}
)");
}

TEST_CASE("a local that others read, or whose target is in use until later, stays") {
  const auto stays = [](std::vector<Statement> statements) {
    Block block{statements};
    const std::string before = "\n" + cpp_block(block, {"double ", ""}, 0);
    return direct(std::move(statements)) == before;
  };
  // Read again; the target is read, set or declared between; it is added to.
  CHECK(stays({declare("b"), define("a", number("x")), assign("b", number("a")),
               define("c", number("a"))}));
  CHECK(stays({declare("b"), define("a", number("x")), define("c", number("b")),
               assign("b", number("a"))}));
  CHECK(stays({declare("b"), define("a", number("x")), assign("b", number("y")),
               assign("b", number("a"))}));
  CHECK(stays({define("a", number("x")), declare("b"), assign("b", number("a"))}));
  CHECK(stays(
      {declare("b"), define("a", number("x")), {Assign{{"b", {}}, number("a"), "", {}, Op::Add}}}));
  // A local of the scope around.
  CHECK(stays({declare("b"),
               define("a", number("x")),
               {Branch{name(Element::Bool, "p"), {{assign("b", number("a"))}}, {}}}}));
}

}  // namespace gradsmith::test
