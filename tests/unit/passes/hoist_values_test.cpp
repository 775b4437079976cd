// Values leave loops that do not change them only where that is safe and saves work; sums over
// elements are read without their array.

#include "passes/hoist_values.hpp"

#include <catch2/catch.hpp>

#include "ir/arrays.hpp"
#include "ir/verify.hpp"
#include "passes/gather.hpp"
#include "unit/loop_program.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

namespace {

constexpr std::int64_t kRows = 4;
constexpr std::int64_t kColumns = 3;

/// A function of q with kColumns elements and x with kRows rows of them.
struct Program {
  Function f;
  LoopBuilder b{f.graph};
  Expr q = b.input("q", {kColumns});
  Expr x = b.input("x", {kRows, kColumns});
  Expr rows = b.index(kRows);
  Expr columns = b.index(kColumns);
  Environment at;

  Program() {
    f.name = "f";
    LoopNumbers r(3);
    at = {{"q", Value::vector(r.list(kColumns))},
          {"x", Value::matrix(kRows, kColumns, r.list(kRows * kColumns))}};
  }
  void gives(const Expr& result) {
    f.outputs = {{"", {}, result.id}};
    f.value_outputs = 1;
  }
  long double value(const Function& of) const {
    return evaluate<long double>(of.graph, of.outputs[0].value, at).number();
  }
  Expr f_of(const Expr& e) { return exp(e); }
};

/// Whether each call stands in no loop but those that it depends on.
bool calls_are_outside(const Function& f) {
  for (NodeId id : reachable(f.graph, output_values(f))) {
    if (f.graph.op(id) != Op::Exp) continue;
    for (int level = 1; level < scope_of(f.graph, id); ++level) {
      if ((f.graph.free(id) & Graph::bit(level)) == 0) return false;
    }
  }
  return true;
}

void check_moved(Program& p) {
  CHECK_FALSE(calls_are_outside(p.f));
  const Function after = hoist_values(p.f);
  verify(after.graph, "hoist_values");
  CHECK(calls_are_outside(after));
  CHECK(p.value(after) == p.value(p.f));  // to the bit
}

void check_stays(Program& p) {
  const Function after = hoist_values(p.f);
  CHECK(after.outputs[0].value == p.f.outputs[0].value);
}

}  // namespace

TEST_CASE("a call that the outer loop does not change is made before it") {
  Program p;
  auto& b = p.b;
  p.gives(b.sum(p.rows, [&](Expr i) {
    return b.sum(p.columns, [&](Expr j) { return exp(b.at(p.q, {j})) * b.at(p.x, {i, j}); });
  }));
  check_moved(p);
}

TEST_CASE("so is one in a triangle, and one that goes down in strides") {
  Program p;
  auto& b = p.b;
  p.gives(b.sum(p.rows, [&](Expr i) {
    const Range down = b.range(p.columns - 1, b.index(-1), -2);
    const Expr strided = b.reduce(Op::Add, down, b.real(0), [&](Expr j) {
      return exp(b.at(p.q, {j}) + 1) * b.at(p.x, {i, j});
    });
    return strided + b.sum(p.columns, [&](Expr j) {
      return b.sum(j, [&](Expr k) { return exp(b.at(p.q, {k})) * b.at(p.x, {i, j}); });
    });
  }));
  check_moved(p);
}

TEST_CASE("what only one side of a choice needs stays in the loop") {
  Program p;
  auto& b = p.b;
  p.gives(b.sum(p.rows, [&](Expr i) {
    return b.sum(p.columns, [&](Expr j) {
      const Expr element = b.at(p.x, {i, j});
      return Expr{&p.f.graph,
                  p.f.graph.choose((element > 0).id, exp(b.at(p.q, {j})).id, element.id)};
    });
  }));
  check_stays(p);
}

TEST_CASE("what reads elements that may not be there stays in the loop") {
  Program p;
  auto& b = p.b;
  const Expr n = {&p.f.graph, p.f.graph.input("n", scalar_type(Element::Index))};
  p.gives(b.sum(p.rows, [&](Expr i) {
    return b.sum(n, [&](Expr j) { return exp(b.at(p.q, {j})) * b.at(p.x, {i, j}); });
  }));
  check_stays(p);
}

TEST_CASE("what a loop carries from trip to trip stays in it") {
  Program p;
  auto& b = p.b;
  p.gives(b.sum(p.rows, [&](Expr i) {
    const Expr fold = b.fold(b.upto(p.columns), {b.real(1)},
                             [&](const Expr& j, const std::vector<Expr>& s) -> std::vector<Expr> {
                               return {exp(s[0] * b.at(p.q, {j})) + b.at(p.x, {i, j})};
                             });
    return b.final_state(fold, 0);
  }));
  check_stays(p);
}

TEST_CASE("cheap operations move only after differentiation, and where loops run often") {
  Program p;
  auto& b = p.b;
  const Expr many = b.index(100);
  const auto product = [&](const Expr& times) {
    return b.sum(times, [&](Expr i) {
      return b.sum(p.columns, [&](Expr j) {
        return b.at(p.q, {j}) * b.at(p.x, {b.index(1), j}) * b.to_real(i);
      });
    });
  };
  p.gives(product(many));
  check_stays(p);
  const Function after = hoist_operations(p.f);
  CHECK(after.outputs[0].value != p.f.outputs[0].value);
  CHECK(p.value(after) == p.value(p.f));
  p.gives(product(b.index(4)));
  CHECK(hoist_operations(p.f).outputs[0].value == p.f.outputs[0].value);
}

TEST_CASE("a loop around that computes the same of its own index reads the array, too") {
  // For each i the sum over r of u(r) * the sum over s < r of u(s).
  const auto length_after = [](std::int64_t from) {
    Program p;
    auto& b = p.b;
    p.gives(b.sum(p.rows, [&](Expr i) {
      const auto call = [&](const Expr& j) { return exp(b.at(p.x, {i, j})); };
      const Range range{b.index(from).id, p.columns.id, b.index(1).id};
      return b.reduce(Op::Add, range, b.real(0),
                      [&](Expr r) { return call(r) * b.sum(r, [&](Expr s) { return call(s); }); });
    }));
    const Function after = hoist_values(p.f);
    CHECK(p.value(after) == p.value(p.f));
    std::int64_t length = 0;
    for (NodeId id : reachable(after.graph, output_values(after))) {
      if (after.graph.op(id) == Op::Map) length += after.graph.element_count(after.graph[id].type);
    }
    return length;
  };
  CHECK(length_after(0) == kColumns);
  // Where the loop around begins elsewhere its elements are not those of an array from 0 on.
  CHECK(length_after(1) == kColumns - 1);
}

TEST_CASE("elements that loops add up once are read as what was added") {
  Program p;
  auto& b = p.b;
  const Expr zeros = {&p.f.graph, p.f.graph.zeros(p.f.graph[p.q.id].type)};
  const auto scattered = [&](const Expr& end) {
    return b.reduce(Op::Add, b.upto(end), zeros, [&](Expr j) {
      return b.one_hot(p.q, {j}, b.at(p.q, {j}) * b.at(p.x, {b.index(0), j}));
    });
  };
  const auto read = [&](const Expr& array, const Expr& end) {
    return b.sum(end, [&](Expr j) { return b.at(array, {j}) * b.at(p.q, {j}); });
  };
  const auto has_array = [&](const Function& f) {
    for (NodeId id : reachable(f.graph, output_values(f))) {
      if (f.graph.op(id) == Op::OneHot) return true;
    }
    return false;
  };
  SECTION("by a loop over the same range") {
    p.gives(read(scattered(p.columns), p.columns));
    const Function after = gather(p.f);
    CHECK_FALSE(has_array(after));
    CHECK(p.value(after) == p.value(p.f));
  }
  SECTION("but not by one that goes further") {
    p.gives(read(scattered(p.columns - 1), p.columns));
    CHECK(has_array(gather(p.f)));
  }
  SECTION("or at any place, where the loop goes over all elements") {
    p.gives(b.at(scattered(p.columns), {b.index(1)}));
    const Function after = gather(p.f);
    CHECK_FALSE(has_array(after));
    CHECK(p.value(after) == p.value(p.f));
  }
  SECTION("but not where others need the array") {
    const Expr array = scattered(p.columns);
    const Expr changed = b.set(array, {b.index(1)}, b.real(2));
    p.gives(read(array, p.columns) + b.at(changed, {b.index(0)}));
    CHECK(has_array(gather(p.f)));
  }
}
