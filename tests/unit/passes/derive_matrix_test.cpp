#include "passes/derive_matrix.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "gradient_check.hpp"
#include "ir/expr.hpp"
#include "passes/interface.hpp"

using namespace gradsmith;

namespace {

/// f(x), of an array of n numbers.
struct OfArray {
  Function f;
  std::vector<Expr> x;

  explicit OfArray(std::int64_t n) {
    f.name = "f";
    f.result = {"double ", ""};
    f.result_leaves = {{{}, scalar_type(Element::F64), kNoNode}};
    const std::int64_t extents[] = {n};
    const TypeId type = f.graph.array_type(Element::F64, extents);
    Parameter p;
    p.name = "x";
    p.spelling = p.value_spelling = {"const double ", "[" + std::to_string(n) + "]"};
    p.leaves.push_back({{Step{}}, type, f.graph.input("x[]", type)});
    for (NodeId id : elements(f.graph, p.leaves[0].input)) x.push_back({&f.graph, id});
    f.parameters.push_back(std::move(p));
  }

  std::vector<Item> derive(const char* word) {
    return derive_matrix(prepare(f), read_word(word, f), {});
  }
};

std::vector<std::int64_t> table(const std::vector<Item>& items, const std::string& name) {
  for (const Item& item : items) {
    const auto* t = std::get_if<NamedTable>(&item);
    if (t && t->name == name) return t->values;
  }
  return {-1};
}

std::int64_t constant(const std::vector<Item>& items, const std::string& name) {
  for (const Item& item : items) {
    const auto* c = std::get_if<NamedConstant>(&item);
    if (c && c->name == name) return c->value;
  }
  return -1;
}

const Function& function(const std::vector<Item>& items) {
  return std::get<Function>(items.back());
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a sparse Hessian is the lower triangle in compressed rows") {
  OfArray s(4);
  s.f.outputs.push_back({"", {}, (s.x[0] * s.x[0] * s.x[1] + exp(s.x[3]) + 5 * s.x[2]).id});
  s.f.value_outputs = 1;
  const std::vector<Item> items = s.derive("sparse_hessian");
  CHECK(constant(items, "f_sparse_hessian_rows") == 4);
  CHECK(constant(items, "f_sparse_hessian_cols") == 4);
  CHECK(constant(items, "f_sparse_hessian_nonzeros") == 3);
  CHECK(table(items, "f_sparse_hessian_row_starts") == Numbers{0, 1, 2, 2, 3});
  CHECK(table(items, "f_sparse_hessian_columns") == Numbers{0, 0, 3});
  const Function& h = function(items);
  CHECK(h.result.before == "void ");
  REQUIRE(h.parameters.size() == 2);
  CHECK(h.parameters[1].spelling.declare(h.parameters[1].name) == "double* values");
  const Value values =
      evaluate<double>(h.graph, h.outputs.back().value, {{"x[]", Value::vector({2, 3, 5, 0})}});
  CHECK(values.numbers == std::vector<long double>{6, 4, 1});
}

TEST_CASE("an entry that is zero for every input is left out, wherever that shows") {
  OfArray s(3);
  // By reach all depend on all; the products cancel, and what is rounded down does not move.
  const Expr cancels = (s.x[0] + s.x[1]) - s.x[1];
  s.f.outputs.push_back({"", {}, (cancels * cancels + s.x[2] * apply(Op::Floor, s.x[0])).id});
  s.f.value_outputs = 1;
  const std::vector<Item> items = s.derive("sparse_hessian");
  CHECK(table(items, "f_sparse_hessian_columns") == Numbers{0});
}

TEST_CASE("a Hessian without entries is a function that writes nothing") {
  OfArray s(2);
  s.f.outputs.push_back({"", {}, (s.x[0] + 2 * s.x[1]).id});
  s.f.value_outputs = 1;
  const std::vector<Item> items = s.derive("sparse_hessian");
  CHECK(constant(items, "f_sparse_hessian_nonzeros") == 0);
  CHECK(table(items, "f_sparse_hessian_row_starts") == Numbers{0, 0, 0});
  CHECK(table(items, "f_sparse_hessian_columns").empty());
  CHECK(function(items).outputs.empty());
  CHECK(function(items).parameters.back().name == "values");
}

TEST_CASE("a sparse Jacobian comes with the values, and leaves out what no result depends on") {
  OfArray s(3);
  s.f.result = {"void ", ""};
  s.f.result_leaves.clear();
  Parameter r;
  r.name = "r";
  r.role = Role::Output;
  r.spelling = r.value_spelling = {"double ", "[2]"};
  const std::int64_t extents[] = {2};
  const TypeId type = s.f.graph.array_type(Element::F64, extents);
  r.leaves.push_back({{Step{}}, type, kNoNode});
  s.f.parameters.push_back(r);
  const NodeId both[] = {(s.x[2] * s.x[0]).id, sin(s.x[2]).id};
  s.f.outputs.push_back({"r", {Step{}}, s.f.graph.pack(type, both)});
  s.f.value_outputs = 1;
  const std::vector<Item> items = s.derive("sparse_jacobian");
  CHECK(table(items, "f_sparse_jacobian_row_starts") == Numbers{0, 2, 3});
  CHECK(table(items, "f_sparse_jacobian_columns") == Numbers{0, 2, 2});
  CHECK(function(items).outputs.size() == 2);
  CHECK_THROWS_AS(s.derive("sparse_hessian"), Refusal);
}

TEST_CASE("a dense matrix says how it was found, and agrees with central differences") {
  OfArray s(3);
  const Expr e = exp(s.x[0] * s.x[1]) * s.x[2] + sin(s.x[2]) / s.x[0];
  s.f.outputs.push_back({"", {}, e.id});
  s.f.value_outputs = 1;
  const Function gradient = function(s.derive("jacobian"));
  const Function hessian = function(s.derive("hessian"));
  CHECK(gradient.accumulation == "by rows");
  CHECK(!hessian.accumulation.empty());
  const Environment at{{"x[]", Value::vector({0.5L, 0.25L, -1.5L})}};
  const Value d = evaluate<long double>(gradient.graph, gradient.outputs.back().value, at);
  const Value h = evaluate<long double>(hessian.graph, hessian.outputs.back().value, at);
  const auto partials = gradient.graph.operands(gradient.outputs.back().value);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::fabs(d.numbers[i] - central_difference(s.f.graph, e.id, at, "x[]", i)) < 1e-9L);
    for (std::size_t j = 0; j < 3; ++j) {
      const long double expected = central_difference(gradient.graph, partials[i], at, "x[]", j);
      CHECK(std::fabs(h.numbers[3 * i + j] - expected) < 1e-9L);
    }
  }
}

TEST_CASE("deriving again gives the same function") {
  OfArray s(6);
  Expr sum = s.x[0];
  for (std::size_t k = 0; k + 1 < 6; ++k) sum = sum + exp(s.x[k] * s.x[k + 1]);
  s.f.outputs.push_back({"", {}, sum.id});
  s.f.value_outputs = 1;
  const Function once = function(s.derive("sparse_hessian"));
  const Function again = function(s.derive("sparse_hessian"));
  CHECK(once.graph.size() == again.graph.size());
  CHECK(once.outputs.back().value == again.outputs.back().value);
  CHECK(once.accumulation == again.accumulation);
}
