#include "commands/observers.hpp"

#include <catch2/catch.hpp>

#include "commands/status.hpp"
#include "ir/expr.hpp"
#include "passes/derive.hpp"

using namespace gradsmith;

namespace {

Function square_plus_zero() {
  Function f;
  f.name = "f";
  Parameter p;
  p.name = "x";
  p.leaves.push_back(
      {{}, scalar_type(Element::F64), f.graph.input("x", scalar_type(Element::F64))});
  f.parameters.push_back(p);
  const Expr x{&f.graph, p.leaves[0].input};
  f.outputs.push_back({"", {}, (x * x + 0).id});
  f.value_outputs = 1;
  f.result_leaves.push_back({{}, scalar_type(Element::F64), kNoNode});
  return f;
}

std::vector<std::string> heads(const std::string& stage) {
  std::vector<std::string> lines;
  const PassObserver observer = print_after(stage, [&](const std::string& line) {
    if (line.starts_with(";")) lines.push_back(line);
  });
  const Function prepared = prepare(square_plus_zero(), observer);
  derive(prepared, read_word("d_x", prepared), observer);
  return lines;
}

}  // namespace

TEST_CASE("every stage is printed in order, and where nothing changed that is all it says") {
  CHECK(heads("all") ==
        std::vector<std::string>{
            "; f after lower", "; f after unroll (unchanged)", "; f after simplify",
            "; f after nest_returns (unchanged)", "; f after simplify (unchanged)",
            "; f_d_x after differentiate", "; f_d_x after simplify",
            "; f_d_x after compact (unchanged)", "; f_d_x after factor (unchanged)",
            "; f_d_x after binarise (unchanged)", "; f_d_x after reciprocals (unchanged)",
            "; f_d_x after simplify (unchanged)", "; f_d_x after share_sums (unchanged)",
            "; f_d_x after place_signs (unchanged)", "; f_d_x after simplify (unchanged)",
            "; f_d_x after compact (unchanged)"});
}

TEST_CASE("one stage is printed wherever it runs") {
  CHECK(heads("simplify") ==
        std::vector<std::string>{"; f after simplify", "; f after simplify (unchanged)",
                                 "; f_d_x after simplify", "; f_d_x after simplify (unchanged)",
                                 "; f_d_x after simplify (unchanged)"});
  CHECK(heads("differentiate") == std::vector<std::string>{"; f_d_x after differentiate"});
}

TEST_CASE("an unknown stage is wrong usage, and the message lists the known ones") {
  CHECK_NOTHROW(require_stage("all"));
  CHECK_NOTHROW(require_stage("unroll"));
  try {
    require_stage("simplfy");
    FAIL("nothing was refused");
  } catch (const UsageError& error) {
    CHECK(error.way_out() ==
          "the stages are lower, unroll, simplify, nest_returns, differentiate, compact, factor, "
          "binarise, reciprocals, share_sums, place_signs, guard_trips, unroll_inner, "
          "constant_elements, "
          "one_ending, "
          "raise_loops, "
          "inline_elements, "
          "hoist_values, count_trips, join_counted, turn_sums, share_loops, join_traces, "
          "keep_values, gather, free_trips, fuse_loops, "
          "merge_states, drop_states, opposite_differences, loop_reciprocals, split_sums, "
          "distribute_loops, carry_neighbours, "
          "sum_stored, lanes, thread_sums, set_elements, fill_once, keep_states, hoist_operations, "
          "materialise, fuse_rows, "
          "read_in_place, guard_loops, unswitch, copy_versions, fuse_elements, lay_out, and all");
  }
}

TEST_CASE("counts come with the time of each stage, that of differentiation with what follows it") {
  std::vector<std::string> stages;
  const PassObserver observer = print_counts([&](const std::string& line) {
    stages.push_back(line.substr(0, line.find(':')));
    CHECK(line.ends_with(" ms") == (stages.back() != "f after lower"));
  });
  const Function prepared = prepare(square_plus_zero(), observer);
  derive(prepared, read_word("d_x", prepared), observer);
  REQUIRE(stages.size() == 1 + preparation().size() + finishing().size());
  CHECK(stages[0] == "f after lower");
  CHECK(stages[1] == "f after unroll");
  CHECK(stages[1 + preparation().size()] ==
        "f_d_x after differentiate and " + std::string(finishing().front().name));
}

TEST_CASE("both observers see every pass") {
  int first = 0;
  int second = 0;
  const auto counting = [](int& count) {
    return [&count](std::string_view, const Function&, const Function&) { ++count; };
  };
  prepare(square_plus_zero(), both(counting(first), counting(second)));
  CHECK(first == static_cast<int>(preparation().size()));
  CHECK(second == first);
}
