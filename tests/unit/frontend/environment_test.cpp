#include "frontend/environment.hpp"

#include <catch2/catch.hpp>

namespace gradsmith::frontend {
namespace {

struct Two {
  Two() {
    layout.leaves.resize(2);
    Variable v;
    v.name = "v";
    v.layout = &layout;
    id = env.declare(v);
    env.set(0, number_cell(10));
    env.set(1, number_cell(11));
  }
  Layout layout;
  Environment env;
  VariableId id = 0;
};

}  // namespace

TEST_CASE("a branch is undone when it ends, and tells what it changed") {
  Two t;
  t.env.begin_branch();
  t.env.set(1, number_cell(21));
  t.env.set(1, number_cell(22));
  const Changes changes = t.env.end_branch();
  CHECK(changes.slots == std::vector<Slot>{1});
  CHECK(changes.cells.at(1).node == 22);
  CHECK(t.env.get(0).node == 10);
  CHECK(t.env.get(1).node == 11);
}

TEST_CASE("what is as it was is no change") {
  Two t;
  t.env.begin_branch();
  t.env.set(0, number_cell(99));
  t.env.set(0, number_cell(10));
  CHECK(t.env.end_branch().slots.empty());
}

TEST_CASE("a branch's own variables are not among its changes") {
  Two t;
  t.env.begin_branch();
  Variable inner;
  inner.layout = &t.layout;
  t.env.declare(inner);
  t.env.set(2, number_cell(5));
  CHECK(t.env.end_branch().slots.empty());
}

TEST_CASE("a change in an inner branch that is written again belongs to the outer one too") {
  Two t;
  t.env.begin_branch();
  t.env.begin_branch();
  t.env.set(0, number_cell(1));
  const Changes inner = t.env.end_branch();
  t.env.set(0, inner.cells.at(0));
  CHECK(t.env.end_branch().slots == std::vector<Slot>{0});
  CHECK(t.env.get(0).node == 10);
}

TEST_CASE("accesses conflict where one writes what the other touches") {
  Two t;
  t.env.begin_tracking();
  t.env.set(0, number_cell(1));
  const Accesses writes = t.env.end_tracking();
  t.env.begin_tracking();
  t.env.get(0);
  const Accesses reads = t.env.end_tracking();
  t.env.begin_tracking();
  t.env.set(1, number_cell(1));
  const Accesses elsewhere = t.env.end_tracking();
  CHECK(writes.conflicts_with(reads));
  CHECK(reads.conflicts_with(writes));
  CHECK(writes.conflicts_with(writes));
  CHECK_FALSE(reads.conflicts_with(reads));
  CHECK_FALSE(writes.conflicts_with(elsewhere));
}

}  // namespace gradsmith::frontend
