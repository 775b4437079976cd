#include "emit/unused_locals.hpp"

#include <catch2/catch.hpp>

#include "emit/empty_sides.hpp"
#include "emit/print_cpp.hpp"

namespace gradsmith {
namespace {

Expression local(const char* called) { return name(Element::F64, called); }
Statement defined(const char* called, Expression value) {
  return {Define{called, std::move(value), ""}};
}
Statement begun(const char* called) {
  return {Declare{Element::F64, called, literal(Element::F64, 0.0), ""}};
}
Statement added(const char* to, Expression value) {
  return {Assign{{to, {}}, std::move(value), "", {}, Op::Add}};
}
Statement looped(Block body) {
  return {Loop{"i", literal(Element::Index, std::int64_t{0}), name(Element::Index, "n"), 1,
               std::move(body), ""}};
}
std::string text(Block block) {
  drop_unused_locals(block);
  return cpp_block(block, {"double ", ""}, 0);
}

}  // namespace

TEST_CASE("a sum that a loop makes for nobody falls away, and what only it reads") {
  Block body;
  body.statements = {defined("t", apply(Op::Exp, {local("x")})), added("sum", local("t")),
                     added("other", local("x"))};
  Block block;
  block.statements = {begun("sum"), begun("other"), looped(body), {Return{local("other")}}};
  CHECK(text(block) ==
        "double other = 0.0;\nfor (int i = 0; i < n; ++i) {\n  other += x;\n}\nreturn other;\n");
}

TEST_CASE("a local that another one reads stays, and so does what a branch assigns") {
  Block yes;
  yes.statements = {added("sum", local("x"))};
  Block block;
  block.statements = {
      begun("sum"), {Branch{name(Element::Bool, "c"), yes, {}}}, {Return{local("sum")}}};
  CHECK(text(block).find("if (c) {\n  sum += x;\n}") != std::string::npos);
}

TEST_CASE(
    "loops and branches that are empty then fall away, and one with an empty side is turned") {
  Block idle;
  idle.statements = {added("sum", local("x"))};
  Block busy;
  busy.statements = {added("other", local("x"))};
  Block block;
  block.statements = {begun("sum"),
                      begun("other"),
                      looped(idle),
                      {Branch{name(Element::Bool, "c"), idle, {}}},
                      {Branch{name(Element::Bool, "d"), idle, busy}},
                      {Return{local("other")}}};
  drop_unused_locals(block);
  drop_empty_sides(block);
  CHECK(text(block) == "double other = 0.0;\nif (!d) {\n  other += x;\n}\nreturn other;\n");
}

TEST_CASE("empty sides go in loops and branches inside, too") {
  Block busy;
  busy.statements = {added("other", local("x"))};
  const Expression early =
      apply(Op::Lt, {name(Element::Index, "i"), literal(Element::Index, std::int64_t{2})});
  Block inside;
  inside.statements = {{Branch{early, {}, busy}}, {Branch{name(Element::Bool, "c"), {}, {}}}};
  Block side;
  side.statements = {{Branch{name(Element::Bool, "d"), {}, {}}}};
  Block block;
  block.statements = {looped(inside), {Branch{name(Element::Bool, "c"), side, {}}}};
  drop_empty_sides(block);
  CHECK(text(block) == "for (int i = 0; i < n; ++i) {\n  if (i >= 2) {\n    other += x;\n  }\n}\n");
}

TEST_CASE("of two locals of one name in blocks beside each other the unread one falls away") {
  Block first;
  first.statements = {defined("t", local("x"))};
  Block second;
  second.statements = {defined("t", local("y")), added("sum", local("t"))};
  Block block;
  block.statements = {begun("sum"), looped(first), looped(second), {Return{local("sum")}}};
  CHECK(text(block) ==
        "double sum = 0.0;\nfor (int i = 0; i < n; ++i) {\n  const double t = y;\n  sum += t;\n}\n"
        "return sum;\n");
}

TEST_CASE("what is not declared here, or is an element, is never left out") {
  Block block;
  block.statements = {
      added("out", local("x")), {Assign{{"a", {{"", 0, -1}}}, local("x")}}, {Return{local("x")}}};
  Block before = block;
  CHECK(text(block) == cpp_block(before, {"double ", ""}, 0));
}

TEST_CASE("an array that nobody reads falls away with what fills it") {
  const auto element = [](const char* array, Expression value) {
    Access at;
    at.operand = 0;
    return Statement{Assign{{array, {at}}, std::move(value), "", {name(Element::Index, "i")}}};
  };
  Block body;
  body.statements = {element("t", local("x")), element("u", local("x")), element("w", local("x"))};
  Block block;
  block.statements = {{DeclareArray{Element::F64, "t", {3}}},
                      {DeclareArray{Element::F64, "u", {3}}},
                      {Clear{"t", 3, "i"}},
                      looped(body),
                      {Return{local("u")}}};
  // The parameter w is the caller's.
  CHECK(text(block) ==
        "double u[3];\nfor (int i = 0; i < n; ++i) {\n  u[i] = x;\n  w[i] = x;\n}\nreturn u;\n");
}

}  // namespace gradsmith
