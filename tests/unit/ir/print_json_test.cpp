#include <catch2/catch.hpp>

#include "ir/parse.hpp"
#include "ir/print.hpp"

using namespace gradsmith;

TEST_CASE("nodes are numbered from 0, whatever else the graph holds") {
  Graph g;
  parse_infix(g, "exp(unused) * 7");
  CHECK(to_json(g, parse_infix(g, "x - 2f*-inff", Element::F32)) ==
        "{\n"
        "  \"nodes\": [\n"
        "    {\"id\": 0, \"op\": \"Input\", \"element\": \"f32\", \"name\": \"x\"},\n"
        "    {\"id\": 1, \"op\": \"Constant\", \"element\": \"f32\", \"value\": 2},\n"
        "    {\"id\": 2, \"op\": \"Constant\", \"element\": \"f32\", \"value\": \"-inff\"},\n"
        "    {\"id\": 3, \"op\": \"Mul\", \"element\": \"f32\", \"operands\": [1, 2]},\n"
        "    {\"id\": 4, \"op\": \"Sub\", \"element\": \"f32\", \"operands\": [0, 3]}],\n"
        "  \"outputs\": [{\"node\": 4}]\n"
        "}\n");
}

TEST_CASE("a function's loops show level, reducer, slot and extents") {
  Function f;
  f.name = "f";
  f.outputs = {{"d",
                {{"a"}, {""}},
                parse_infix(f.graph, "map(i in 0..3: fold(j in 0..i, s from x: s*2).0)")}};
  const std::string text = to_json(f);
  CHECK(text.find("\"function\": \"f\"") != std::string::npos);
  CHECK(text.find("{\"name\": \"d.a[]\", \"node\": ") != std::string::npos);
  CHECK(text.find("\"op\": \"Fold\", \"element\": \"tuple\"") != std::string::npos);
  CHECK(text.find("\"level\": 2, \"states\": 1}") != std::string::npos);
  CHECK(text.find("\"op\": \"Map\", \"element\": \"f64\", \"extents\": [") != std::string::npos);
}
