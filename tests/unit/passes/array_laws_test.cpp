#include "passes/array_laws.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "passes/simplify.hpp"

namespace gradsmith::test {
namespace {

constexpr TypeId real_type = scalar_type(Element::F64);
constexpr TypeId index_type = scalar_type(Element::Index);

/// A function with arrays a and b of three numbers, a number x, an index i and a flag p.
struct Sketch {
  Function f;
  Graph& g = f.graph;
  const std::int64_t three[1] = {3};
  TypeId vector = g.array_type(Element::F64, three);
  NodeId a = g.input("a", vector);
  NodeId b = g.input("b", vector);
  NodeId x = g.input("x", real_type);
  NodeId i = g.input("i", index_type);
  NodeId p = g.input("p", scalar_type(Element::Bool));

  Sketch() = default;
  Sketch(const Sketch&) = delete;
  Sketch& operator=(const Sketch&) = delete;

  NodeId number(double value) { return g.constant(value); }
  NodeId index(std::int64_t value) { return g.index(value); }
  NodeId add(NodeId u, NodeId v) { return g.apply(Op::Add, {u, v}); }
  NodeId mul(NodeId u, NodeId v) { return g.apply(Op::Mul, {u, v}); }
  NodeId counter(int level = 1) { return g.bound(level, 0, index_type); }

  static Environment values() {
    return {{"a", Value::vector({2, 3, 5})},
            {"b", Value::vector({7, 11, 13})},
            {"x", Value(0.5)},
            {"i", Value::index(1)},
            {"p", Value(Element::Bool, 1)}};
  }

  /// The value's simplified form under Strict; checks that its value is kept and that simplifying
  /// again changes nothing.
  std::string simplified(NodeId id) {
    f.outputs = {{"", {}, id}};
    f.value_outputs = 1;
    f.policy = FpPolicy::Strict;
    const Function after = simplify(f);
    const NodeId result = after.outputs[0].value;
    CHECK(violations(after.graph).empty());
    CHECK(evaluate<double>(after.graph, result, values()).numbers ==
          evaluate<double>(g, id, values()).numbers);
    CHECK(simplify(after).outputs[0].value == result);
    return to_infix(after.graph, result);
  }
};

}  // namespace

TEST_CASE("an element of a pack is that element") {
  Sketch s;
  const NodeId elements[] = {s.x, s.number(2), s.number(3)};
  const NodeId pack = s.g.pack(s.vector, elements);
  CHECK(s.simplified(s.g.at(pack, {s.index(0)})) == "x");
  CHECK(s.simplified(s.g.at(pack, {s.index(2)})) == "3");
  const std::string at_run_time = s.simplified(s.g.at(pack, {s.i}));
  CHECK(at_run_time == "pack(3: x, 2, 3)[i]");
}

TEST_CASE("a row of a pack is the pack of the row") {
  Sketch s;
  const std::int64_t extents[] = {2, 2};
  const NodeId elements[] = {s.x, s.number(2), s.number(3), s.x};
  const NodeId matrix = s.g.pack(s.g.array_type(Element::F64, extents), elements);
  CHECK(s.simplified(s.g.at(matrix, {s.index(1)})) == "pack(2: 3, x)");
  CHECK(s.simplified(s.g.at(s.g.at(matrix, {s.index(1)}), {s.i})) == "pack(2: 3, x)[i]");
  CHECK(s.simplified(s.g.at(s.g.at(matrix, {s.index(0)}), {s.index(1)})) == "2");
}

TEST_CASE("an element of a map is its body there, where the index is a number or the body cheap") {
  Sketch s;
  const NodeId cheap = s.g.map(1, s.index(3), s.mul(s.x, s.g.at(s.a, {s.counter()})));
  CHECK(s.simplified(s.g.at(cheap, {s.index(2)})) == "(x * a[2])");
  CHECK(s.simplified(s.g.at(cheap, {s.i})) == "(x * a[i])");
  const NodeId dear = s.g.map(1, s.index(3), s.g.apply(Op::Exp, {s.g.at(s.a, {s.counter()})}));
  CHECK(s.simplified(s.g.at(dear, {s.index(2)})) == "exp(a[2])");
  CHECK(s.simplified(s.g.at(dear, {s.i})) == "map(i1 in 0..3: exp(a[i1]))[i]");
}

TEST_CASE("an element of a one-hot array is its value in one place and zero elsewhere") {
  Sketch s;
  const NodeId at_one[] = {s.index(1)};
  const NodeId at_i[] = {s.i};
  const NodeId known = s.g.one_hot(s.vector, at_one, s.x);
  CHECK(s.simplified(s.g.at(known, {s.index(1)})) == "x");
  CHECK(s.simplified(s.g.at(known, {s.index(2)})) == "0");
  const NodeId unknown = s.g.one_hot(s.vector, at_i, s.x);
  CHECK(s.simplified(s.g.at(unknown, {s.index(2)})) == "((i == 2i) ? x : 0)");
  CHECK(s.simplified(s.g.at(unknown, {s.i})) == "x");
}

TEST_CASE("an element after an assignment is what was assigned, or what was there") {
  Sketch s;
  const NodeId at_one[] = {s.index(1)};
  const NodeId written = s.g.set(s.a, at_one, s.x);
  CHECK(s.simplified(s.g.at(written, {s.index(1)})) == "x");
  CHECK(s.simplified(s.g.at(written, {s.index(0)})) == "a[0]");
  const std::string unknown = s.simplified(s.g.at(written, {s.i}));
  CHECK(unknown == to_infix(s.g, s.g.at(written, {s.i})));
}

TEST_CASE("an element of a choice between arrays is a choice between elements") {
  Sketch s;
  const NodeId elements[] = {s.x, s.number(2), s.number(3)};
  const NodeId choice = s.g.choose(s.p, s.g.pack(s.vector, elements), s.b);
  CHECK(s.simplified(s.g.at(choice, {s.index(1)})) == "(p ? 2 : b[1])");
}

TEST_CASE(
    "elements of what a loop made, or of another array, as one condition says, are a choice of "
    "arrays") {
  Sketch s;
  const NodeId state = s.g.bound(1, 1, s.vector);
  const NodeId place[] = {s.counter()};
  const NodeId nexts[] = {s.g.set(state, place, s.x)};
  const NodeId inits[] = {s.a};
  const Range three = s.g.range(s.index(3));
  const NodeId made = s.g.final_state(s.g.fold(1, three, inits, nexts), 0);
  const auto map = [&](NodeId condition, NodeId first, NodeId second) {
    return s.g.map(1, s.index(3), s.g.choose(condition, first, second));
  };
  const NodeId of_made = s.g.at(made, place);
  const NodeId of_b = s.g.at(s.b, place);
  CHECK(s.simplified(map(s.p, of_made, of_b)) == to_infix(s.g, s.g.choose(s.p, made, s.b)));
  // Two arguments; a condition that the elements differ in; another order of elements.
  for (const NodeId other :
       {map(s.p, s.g.at(s.a, place), of_b), map(s.g.apply(Op::Lt, {place[0], s.i}), of_made, of_b),
        map(s.p, of_made, s.g.at(s.b, {s.g.apply(Op::Sub, {s.index(2), place[0]})}))}) {
    CHECK(s.simplified(other) == to_infix(s.g, other));
  }
}

TEST_CASE("conversions there and back are none, where nothing can get lost") {
  Sketch s;
  const NodeId single = s.g.input("s", scalar_type(Element::F32));
  const auto converted = [&](Element to, NodeId id) { return s.g.convert(to, id); };
  s.f.outputs = {{"", {}, converted(Element::F32, converted(Element::F64, single))},
                 {"", {}, converted(Element::F64, converted(Element::F32, s.x))},
                 {"", {}, converted(Element::Index, converted(Element::F64, s.i))},
                 {"", {}, converted(Element::F64, converted(Element::Index, s.p))}};
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) == "s");
  CHECK(to_infix(after.graph, after.outputs[1].value) == "double(float(x))");
  CHECK(after.outputs[2].value == s.f.outputs[2].value);
  CHECK(to_infix(after.graph, after.outputs[3].value) == "double(p)");
}

TEST_CASE("a state that no trip changes is where it began") {
  Sketch s;
  const NodeId inits[] = {s.x, s.number(0)};
  const NodeId kept = s.g.bound(1, 1, real_type);
  const NodeId sum = s.g.bound(1, 2, real_type);
  const NodeId nexts[] = {kept, s.add(sum, s.g.at(s.a, {s.counter()}))};
  const NodeId fold = s.g.fold(1, s.g.range(s.index(3)), inits, nexts);
  CHECK(s.simplified(s.g.final_state(fold, 0)) == "x");
  CHECK(s.simplified(s.g.final_state(fold, 1)) == to_infix(s.g, s.g.final_state(fold, 1)));
}

TEST_CASE("a sum of zeros is its start where zero's sign is free") {
  Sketch s;
  const NodeId nothing = s.mul(s.number(0), s.g.at(s.a, {s.counter()}));
  const NodeId sum = s.g.reduce(Op::Add, 1, s.g.range(s.index(3)), s.x, nothing);
  CHECK(s.simplified(sum) == to_infix(s.g, sum));  // Strict
  s.f.outputs = {{"", {}, sum}};
  s.f.value_outputs = 0;
  const Function after = simplify(s.f);
  CHECK(after.outputs[0].value == s.x);
}

TEST_CASE("bodies of loops are simplified, and close at the level that is left to them") {
  Sketch s;
  // sum over j of a[j] * (0 * i + x), inside a map over i: the inner loop loses i.
  const NodeId j = s.counter(2);
  const NodeId index = s.g.convert(Element::F64, s.counter(1));
  const NodeId factor = s.add(s.mul(s.number(0), index), s.x);
  const NodeId inner =
      s.g.reduce(Op::Add, 2, s.g.range(s.index(3)), s.number(0), s.mul(s.g.at(s.a, {j}), factor));
  const NodeId outer = s.g.map(1, s.index(3), s.mul(inner, index));
  REQUIRE(s.g[inner].level == 2);
  s.f.outputs = {{"", {}, outer}};
  s.f.value_outputs = 0;
  const Function after = simplify(s.f);
  const NodeId result = after.outputs[0].value;
  CHECK(to_infix(after.graph, result) ==
        "map(i1 in 0..3: (sum(i1 in 0..3: (a[i1] * x)) * double(i1)))");
  CHECK(evaluate<double>(after.graph, result, Sketch::values()).numbers ==
        evaluate<double>(s.g, outer, Sketch::values()).numbers);
  CHECK(simplify(after).outputs[0].value == result);
}

TEST_CASE("a trace follows its fold to another level") {
  Sketch s;
  const NodeId i = s.g.convert(Element::F64, s.counter(1));
  const NodeId state = s.g.bound(2, 1, real_type);
  const NodeId inits[] = {s.x};
  const NodeId nexts[] = {s.add(s.mul(state, state), s.mul(s.number(0), i))};
  const NodeId fold = s.g.fold(2, s.g.range(s.index(3)), inits, nexts);
  REQUIRE(s.g[fold].level == 2);
  for (const bool mentions_outer : {false, true}) {
    // With i in the traced node, the fold cannot sink to level 1 below it.
    const NodeId traced = s.mul(state, mentions_outer ? s.add(s.x, i) : s.add(s.x, s.x));
    const NodeId element = s.g.at(s.g.trace(fold, traced), {s.index(2)});
    const NodeId outer = s.g.map(1, s.index(3), s.add(element, s.mul(s.number(1), i)));
    s.f.outputs = {{"", {}, outer}};
    s.f.value_outputs = 0;
    const Function after = simplify(s.f);
    const NodeId result = after.outputs[0].value;
    INFO(to_infix(after.graph, result));
    CHECK(violations(after.graph).empty());
    CHECK(evaluate<double>(after.graph, result, Sketch::values()).numbers ==
          evaluate<double>(s.g, outer, Sketch::values()).numbers);
    CHECK(simplify(after).outputs[0].value == result);
    Function now = s.f;
    for (int k = 0; k < 4; ++k) now = simplify_step(std::move(now));
    CHECK(evaluate<double>(now.graph, now.outputs[0].value, Sketch::values()).numbers ==
          evaluate<double>(s.g, outer, Sketch::values()).numbers);
  }
}

TEST_CASE("a row of single numbers becomes single numbers of the matrix") {
  Sketch s;
  const std::int64_t shape[] = {3, 3};
  const TypeId matrix = s.g.array_type(Element::F64, shape);
  const auto hot = [&](TypeId type, NodeId place, NodeId value) {
    return s.g.one_hot(type, std::span(&place, 1), value);
  };
  const NodeId first = hot(s.vector, s.index(2), s.x);
  const NodeId other = hot(s.vector, s.i, s.mul(s.x, s.x));
  const NodeId guarded = s.g.choose(s.p, other, s.g.zeros(s.vector));
  const NodeId sum =
      s.g.map(1, s.index(3),
              s.add(s.add(s.g.at(first, {s.counter()}), s.g.at(other, {s.counter()})),
                    s.g.at(guarded, {s.counter()})));
  CHECK(s.simplified(hot(matrix, s.i, first)) == "onehot(3, 3: i, 2, x)");
  CHECK(s.simplified(hot(matrix, s.i, guarded)) ==
        "(p ? onehot(3, 3: i, i, (x * x)) : map(i1 in 0..3: map(i1 in 0..3: 0)))");
  const std::string all = s.simplified(hot(matrix, s.i, sum));
  CHECK(all.find("onehot(3: ") == std::string::npos);
  // A row that is anything else stays one.
  CHECK(s.simplified(hot(matrix, s.i, s.a)) == "onehot(3, 3: i, a)");
}

TEST_CASE("a choice inside the side of another one that decides it is gone") {
  Sketch s;
  const NodeId is_one = s.g.apply(Op::Eq, {s.i, s.index(1)});
  const NodeId is_not = s.g.apply(Op::Ne, {s.i, s.index(1)});
  const NodeId both = s.g.apply(Op::And, {s.p, is_not});
  const NodeId inner = s.g.choose(is_one, s.x, s.number(3));
  CHECK(s.simplified(s.g.choose(both, inner, s.number(4))) == "((p && (i != 1i)) ? 3 : 4)");
  CHECK(s.simplified(s.g.choose(is_not, s.number(4), inner)) ==
        s.simplified(s.g.choose(is_not, s.number(4), s.x)));
  CHECK(s.simplified(s.g.choose(s.p, s.number(4), inner)) == "(p ? 4 : ((i == 1i) ? x : 3))");
}

TEST_CASE("what two conditions choose alike is chosen by either, and loads stay behind the first") {
  Sketch s;
  const NodeId small = s.g.apply(Op::Lt, {s.x, s.number(3)});
  const NodeId other = s.mul(s.x, s.number(5));
  CHECK(s.simplified(s.g.choose(s.p, s.x, s.g.choose(small, s.x, other))) ==
        "((p || (x < 3)) ? x : (x * 5))");
  const NodeId element = s.g.apply(Op::Lt, {s.g.at(s.a, {s.i}), s.number(3)});
  CHECK(s.simplified(s.g.choose(s.p, s.x, s.g.choose(element, s.x, other))) ==
        "((p ? true : (a[i] < 3)) ? x : (x * 5))");
}

TEST_CASE("extents stay as they are, so that arrays of one type stay so") {
  Sketch s;
  const NodeId length = s.g.apply(Op::Add, {s.i, s.g.index(0)});
  const NodeId c = s.g.input("c", s.g.intern({Element::F64, {length}}));
  const NodeId doubled =
      s.g.map(1, length, s.mul(s.g.at(c, {s.counter()}), s.mul(s.number(1), s.x)));
  const NodeId either = s.g.choose(s.p, doubled, c);
  s.f.outputs = {{"", {}, either}};
  const Function after = simplify(s.f);
  CHECK(to_infix(after.graph, after.outputs[0].value) ==
        "(p ? map(i1 in 0..(i + 0): (c[i1] * x)) : c)");
}

}  // namespace gradsmith::test
