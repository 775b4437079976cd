#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"

using namespace gradsmith;

TEST_CASE("a picture has a box per node and its operands' edges in order") {
  Graph g;
  CHECK(to_dot(g, parse_infix(g, "x - 2")) ==
        "digraph \"expression\" {\n"
        "  ordering=in;\n"
        "  node [shape=box, style=rounded, fontname=monospace];\n"
        "  n0 [label=\"x\", style=solid];\n"
        "  n1 [label=\"2\", style=solid];\n"
        "  n2 [label=\"-\"];\n"
        "  n0 -> n2;\n"
        "  n1 -> n2;\n"
        "}\n");
}

TEST_CASE("a function's picture names its outputs and escapes what it must") {
  Function f;
  f.name = "odd \"name\"";
  f.outputs = {{"", {}, parse_infix(f.graph, "sum(i in 0..3: x)")}, {"d", {{"w"}}, 0}};
  const std::string text = to_dot(f);
  CHECK(text.find("digraph \"odd \\\"name\\\"\"") == 0);
  CHECK(text.find("label=\"Reduce Add i1\"") != std::string::npos);
  CHECK(text.find("out0 [label=\"odd \\\"name\\\"\", shape=plaintext]") != std::string::npos);
  CHECK(text.find("out1 [label=\"d.w\", shape=plaintext]") != std::string::npos);
}
