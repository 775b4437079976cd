#include "ir/function.hpp"

#include <catch2/catch.hpp>

#include "ir/parse.hpp"

using namespace gradsmith;

TEST_CASE("a leaf is named by its root, members and subscripts") {
  CHECK(leaf_name("x", {}) == "x");
  CHECK(leaf_name("cam", {{"pose"}, {"t"}, {""}}) == "cam.pose.t[]");
  CHECK(leaf_name("points", {{""}, {"x"}}) == "points[].x");
}

TEST_CASE("a spelling stands around the name that it declares") {
  CHECK(Spelling{"const double ", "[9]"}.declare("w") == "const double w[9]");
}

TEST_CASE("parameters and locals are found by name") {
  Function f;
  f.parameters.resize(2);
  f.parameters[0].name = "x";
  f.parameters[1].name = "y";
  f.locals.resize(1);
  f.locals[0].name = "z1";
  CHECK(f.parameter("y") == &f.parameters[1]);
  CHECK(f.parameter("z1") == nullptr);
  CHECK(f.local("z1") == &f.locals[0]);
  CHECK(f.local("x") == nullptr);
}

TEST_CASE("roles say what is read, written and differentiated") {
  Parameter p;
  const auto flags = [&](Role role) {
    p.role = role;
    return std::array{p.is_input(), p.is_differentiated(), p.is_written()};
  };
  CHECK(flags(Role::Param) == std::array{true, true, false});
  CHECK(flags(Role::Data) == std::array{true, false, false});
  CHECK(flags(Role::Output) == std::array{false, false, true});
  CHECK(flags(Role::InOut) == std::array{true, true, true});
}

TEST_CASE("reachable nodes come in ascending order, with bodies and extents") {
  Graph g;
  parse_infix(g, "exp(unused)");
  g.input("a", g.intern({Element::F64, {g.input("n", scalar_type(Element::Index))}}));
  const NodeId e = parse_infix(g, "sum(i in 0..3: a[i]*x)");
  const auto nodes = reachable(g, std::span(&e, 1));
  CHECK(std::is_sorted(nodes.begin(), nodes.end()));
  const auto has = [&](const char* name) {
    return std::ranges::count(nodes, g.find_input(name)) == 1;
  };
  CHECK(has("a"));
  CHECK(has("n"));
  CHECK(has("x"));
  CHECK_FALSE(has("unused"));
  CHECK(nodes.back() == e);
}

TEST_CASE("a million-deep chain is reachable without a deep stack") {
  Graph g;
  NodeId e = g.input("x", scalar_type(Element::F64));
  for (int i = 0; i < 1000000; ++i) e = g.apply(Op::Neg, {e});
  CHECK(reachable(g, std::span(&e, 1)).size() == 1000001);
}

TEST_CASE("value outputs and all conditions are pinned, the rest is free") {
  Function f;
  f.graph.input("c", scalar_type(Element::F64));
  f.outputs = {{"", {}, parse_infix(f.graph, "exp(x)")},
               {"d", {}, parse_infix(f.graph, "cos(c) < 1 ? exp(x)*2 : sin(x)")}};
  f.value_outputs = 1;
  const std::vector<bool> pinned = pinned_nodes(f);
  CHECK(pinned[parse_infix(f.graph, "exp(x)")]);
  CHECK(pinned[f.graph.find_input("x")]);
  CHECK(pinned[parse_infix(f.graph, "cos(c)")]);
  CHECK_FALSE(pinned[f.outputs[1].value]);
  CHECK_FALSE(pinned[parse_infix(f.graph, "sin(x)")]);
}
