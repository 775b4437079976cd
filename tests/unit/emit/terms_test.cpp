#include "emit/terms.hpp"

#include <catch2/catch.hpp>

#include "unit/emit/function_builder.hpp"

namespace gradsmith {

TEST_CASE("numbers by value are spelled where they stand, elements and references are read") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr w = b.array("w", 2);
  const Expr r = b.leaf("r", {"const double& ", ""}, {}, scalar_type(Element::F64));
  const Expr focal = b.leaf("cam", {"const Camera& ", ""}, {{"f"}}, scalar_type(Element::F64));
  const Expr element = b.at(w, 1);
  b.returns(x + element + r + focal);
  const Terms terms(b.f);
  CHECK(terms.kind(x.id) == TermKind::Parameter);
  CHECK(terms.kind(w.id) == TermKind::Version);
  CHECK(terms.kind(element.id) == TermKind::Load);
  CHECK(terms.kind(r.id) == TermKind::Load);
  CHECK(terms.kind(focal.id) == TermKind::Load);
  CHECK(terms.may_alias(element.id));
  CHECK(terms.may_alias(r.id));
  CHECK(terms.place(focal.id).path.at(0).field == "f");
}

TEST_CASE("an aggregate by value shares no memory with an output") {
  FunctionBuilder b("f");
  const Expr focal = b.leaf("cam", {"Camera ", ""}, {{"f"}}, scalar_type(Element::F64));
  b.returns(2 * focal);
  const Terms terms(b.f);
  CHECK(terms.kind(focal.id) == TermKind::Load);
  CHECK_FALSE(terms.may_alias(focal.id));
}

TEST_CASE("subscripts are the author's, through members and in order") {
  FunctionBuilder b("f");
  const std::int64_t extents[] = {3, 2};
  const Expr pts = b.leaf("pts", {"const Point ", "[3]"}, {Step{}, {"pos"}, Step{}},
                          b.f.graph.array_type(Element::F64, extents));
  const Expr i = b.number("i", Element::Index);
  const Expr row{&b.f.graph, b.f.graph.at(pts.id, {i.id})};
  const Expr element = b.at(row, 1);
  b.returns(2 * element);
  const Terms terms(b.f);
  const Place place = terms.place(element.id);
  REQUIRE(place.path.size() == 3);
  CHECK(place.root == "pts");
  CHECK(place.path[0].operand == 0);
  CHECK(place.path[1].field == "pos");
  CHECK(place.path[2].index == 1);
  CHECK(terms.operand_count(element.id) == 1);
  CHECK(terms.operand(element.id, 0) == i.id);
}

TEST_CASE("cheap is what cannot fail and costs one operation") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr n = b.number("n", Element::Index);
  const Expr w = b.array("w", 2);
  Graph& g = b.f.graph;
  const Expr inside = b.at(w, 1);
  const Expr at_n{&g, g.at(w.id, {n.id})};
  const Expr quotient = x / 3;
  const Expr call = sqrt(x);
  const Expr less = x < 3;
  const Expr magnitude = apply(Op::Fabs, x);
  const Expr next = n + 1;
  const Expr at_next{&g, g.at(w.id, {next.id})};
  const Expr real{&g, g.convert(Element::F64, n.id)};
  const Expr whole{&g, g.convert(Element::Index, x.id)};
  const Expr at_whole{&g, g.at(w.id, {whole.id})};
  b.returns(inside + at_n + quotient + call + choose(less, magnitude, real) + at_next + at_whole);
  const Terms terms(b.f);
  for (const Expr& e : {inside, less, magnitude, real}) CHECK(terms.is_cheap(e.id));
  for (const Expr& e : {at_n, quotient, call, next, whole}) CHECK_FALSE(terms.is_cheap(e.id));
}

TEST_CASE("an if that is && or || is one only where the second side may be evaluated anyway") {
  FunctionBuilder b("f");
  const Expr x = b.number("x");
  const Expr y = b.number("y");
  Graph& g = b.f.graph;
  const Expr no{&g, g.boolean(false)};
  const Expr yes{&g, g.boolean(true)};
  const Expr both = choose(0 < x, y < 1, no);
  const Expr either = choose(0 < x, yes, y < 1);
  const Expr guarded = choose(0 < x, y / x < 1, no);
  b.returns(choose(both, x, 0.0) + choose(either, x, 1.0) + choose(guarded, x, 2.0));
  const Terms terms(b.f);
  CHECK(terms.op(both.id) == Op::And);
  CHECK(terms.operand(both.id, 1) == (y < 1).id);
  CHECK(terms.op(either.id) == Op::Or);
  CHECK(terms.operand(either.id, 1) == (y < 1).id);
  CHECK(terms.kind(guarded.id) == TermKind::Branch);
}

TEST_CASE("outputs come to one store per number, row-major") {
  FunctionBuilder b("f", {"void ", ""});
  const Expr x = b.number("x");
  const std::int64_t extents[] = {2, 2};
  const TypeId type = b.f.graph.array_type(Element::F64, extents);
  const NodeId elements[] = {x.id, (x + 1).id, (x + 2).id, (x + 3).id};
  b.output_parameter("d", {"Partials& ", ""});
  b.stores("d", {{"w"}, Step{}, Step{}}, {&b.f.graph, b.f.graph.pack(type, elements)});
  b.stores("d", {{"b"}}, x * x);
  const Terms terms(b.f);
  REQUIRE(terms.stores().size() == 5);
  CHECK(terms.stores()[1].value == elements[1]);
  CHECK(terms.stores()[1].place.path[1].index == 0);
  CHECK(terms.stores()[1].place.path[2].index == 1);
  CHECK(terms.stores()[2].place.path[1].index == 1);
  CHECK(terms.stores()[4].place.path.at(0).field == "b");
}

}  // namespace gradsmith
