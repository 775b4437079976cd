#include "commands/point.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "commands/status.hpp"

using namespace gradsmith;

namespace {

void add_parameter(Function& f, const std::string& name, std::vector<Leaf> leaves) {
  Parameter p;
  p.name = name;
  for (Leaf& leaf : leaves) leaf.input = f.graph.input(leaf_name(name, leaf.steps), leaf.type);
  p.leaves = std::move(leaves);
  f.parameters.push_back(std::move(p));
}

/// f(double x, float s, int n, bool on, double w[2][3], Point pts[2]) with members x and tag[2];
/// returns `returned`, or x.
Function example() {
  Function f;
  f.name = "f";
  const std::int64_t matrix[] = {2, 3};
  const std::int64_t pair[] = {2};
  const std::int64_t square[] = {2, 2};
  add_parameter(f, "x", {{}});
  add_parameter(f, "s", {{{}, scalar_type(Element::F32), kNoNode}});
  add_parameter(f, "n", {{{}, scalar_type(Element::Index), kNoNode}});
  add_parameter(f, "on", {{{}, scalar_type(Element::Bool), kNoNode}});
  add_parameter(f, "w", {{{Step{}, Step{}}, f.graph.array_type(Element::F64, matrix), kNoNode}});
  add_parameter(
      f, "pts",
      {{{Step{}, Step{"x"}}, f.graph.array_type(Element::F64, pair), kNoNode},
       {{Step{}, Step{"tag"}, Step{}}, f.graph.array_type(Element::F64, square), kNoNode}});
  f.outputs.push_back({"", {}, f.parameters[0].leaves[0].input});
  return f;
}

Environment at(const std::vector<std::string>& entries, const Function& f = example()) {
  std::vector<PointEntry> point;
  for (const std::string& entry : entries) point.push_back(read_point_entry(entry));
  return environment_at(point, f);
}

std::string code_of(const std::vector<std::string>& entries, const Function& f = example()) {
  try {
    at(entries, f);
  } catch (const UsageError& error) {
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("a number is read to the last bit") {
  CHECK(at({"x=0.1"}).at("x").number() == static_cast<long double>(0.1));
  CHECK(at({"x=-1e-300"}).at("x").number() == static_cast<long double>(-1e-300));
  CHECK(at({"x=+2"}).at("x").number() == 2);
  CHECK(at({"x=inf"}).at("x").number() == std::numeric_limits<long double>::infinity());
  CHECK(at({"x=0", "s=0.1"}).at("s").number() == static_cast<long double>(0.1f));
}

TEST_CASE("integers and truth values are read as such") {
  CHECK(at({"x=0", "n=-3"}).at("n").number() == -3);
  CHECK(at({"x=0", "on=true"}).at("on").number() == 1);
  CHECK(code_of({"x=0", "n=3.5"}) == "gs-usage");
  CHECK(code_of({"x=0", "x=2y"}) == "gs-usage");
  CHECK(code_of({"x="}) == "gs-usage");
  CHECK(code_of({"x=1e999"}) == "gs-usage");
  CHECK(code_of({"x=0", "s=1e39"}) == "gs-usage");
  CHECK(code_of({"x=0", "on=maybe"}) == "gs-usage");
}

TEST_CASE("arrays are given whole, in part, or element by element") {
  const std::vector<long double> expected = {1, 2, 3, 4, 5, 6};
  CHECK(at({"x=0", "w=1;2;3;4;5;6"}).at("w[][]").numbers == expected);
  CHECK(at({"x=0", "w[1]=4;5;6", "w[0]=1;2;3"}).at("w[][]").numbers == expected);
  CHECK(at({"x=0", "w[1]=4;5;6", "w[0][0]=1", "w[0][1]=2", "w[0][2]=3"}).at("w[][]").numbers ==
        expected);
}

TEST_CASE("members of an array of aggregates are given by their path") {
  const Environment e = at(
      {"x=0", "pts[0].x=1", "pts[1].x=2", "pts[0].tag=3;4", "pts[1].tag[0]=5", "pts[1].tag[1]=6"});
  CHECK(e.at("pts[].x").numbers == std::vector<long double>{1, 2});
  CHECK(e.at("pts[].tag[]").numbers == std::vector<long double>{3, 4, 5, 6});
}

TEST_CASE("wrong shapes are refused") {
  CHECK(code_of({"x=0", "w=1;2"}) == "gs-usage");
  CHECK(code_of({"x=0", "w[2]=1;2;3"}) == "gs-usage");
  CHECK(code_of({"x=0", "w[0]=1;2;3", "w[0][1]=7"}) == "gs-usage");
  CHECK(code_of({"x=0", "x=1"}) == "gs-usage");
}

TEST_CASE("unknown names are refused") {
  CHECK(code_of({"x=0", "q=1"}) == "gs-unknown-variable");
  CHECK(code_of({"x=0", "pts=1;2"}) == "gs-unknown-variable");
  CHECK(code_of({"x=0", "pts[0].y=1"}) == "gs-unknown-variable");
  CHECK(code_of({"x=0", "x[0]=1"}) == "gs-unknown-variable");
}

TEST_CASE("what is no entry at all is refused") {
  for (const char* text : {"x", "=2", "x.=1", "w[=1", "w[a]=1", "w[-1]=1", "w]=1", "x y=1"}) {
    INFO(text);
    CHECK_THROWS_AS(read_point_entry(text), UsageError);
  }
}

TEST_CASE("a number that is needed and missing is named, others may be left out") {
  CHECK(code_of({"x=0"}).empty());
  CHECK(code_of({"s=0"}) == "gs-missing-value");
  Function f = example();
  f.outputs.push_back({"", {}, f.parameters[4].leaves[0].input});
  try {
    at({"x=0", "w[0]=1;2;3", "w[1][0]=4"}, f);
    FAIL("nothing was refused");
  } catch (const UsageError& error) {
    CHECK(error.reason() == "no value for 'w[1][1]'");
  }
}
