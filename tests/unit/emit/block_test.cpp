#include "emit/block.hpp"

#include <catch2/catch.hpp>

namespace gradsmith {
namespace {

const Expression x = name(Element::F64, "x");

Block branch() {
  Block sides[2];
  sides[0].statements.push_back({Assign{{"r", {}}, apply(Op::Div, {x, apply(Op::Exp, {x})})}});
  sides[1].statements.push_back({Assign{{"r", {}}, apply(Op::Mul, {x, x})}});
  Block block;
  block.statements.push_back({Declare{Element::F64, "r", {}, ""}});
  block.statements.push_back({Branch{apply(Op::Lt, {x, x}), sides[0], sides[1]}});
  block.statements.push_back({Return{apply(Op::Sqrt, {name(Element::F64, "r")})}});
  return block;
}

}  // namespace

TEST_CASE("operations, divisions and calls are counted apart, on both sides of a branch") {
  const OperationCounts counts = count_operations(branch());
  CHECK(counts.operations == 2);  // < and *
  CHECK(counts.divisions == 1);
  CHECK(counts.calls == 2);  // exp and sqrt
}

TEST_CASE("a block mentions what it reads and what it writes") {
  CHECK(mentioned_roots(branch()) == std::set<std::string>{"r", "x"});
}

TEST_CASE("calls of a function are found wherever they stand") {
  CHECK(calls(branch(), Op::Exp));
  CHECK(calls(branch(), Op::Sqrt));
  CHECK_FALSE(calls(branch(), Op::Log));
}

}  // namespace gradsmith
