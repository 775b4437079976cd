#include "passes/words.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith;

namespace {

Function with_names(std::vector<std::string> parameters, std::vector<std::string> locals) {
  Function f;
  f.name = "loss";
  for (auto& name : parameters) {
    Parameter p;
    p.name = name;
    p.leaves.push_back(
        {{}, scalar_type(Element::F64), f.graph.input(name, scalar_type(Element::F64))});
    f.parameters.push_back(p);
  }
  for (auto& name : locals) f.locals.push_back({name, kNoNode, 1, false, false, {}});
  return f;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a word names what is differentiated and by what") {
  const Function f = with_names({"u1", "x"}, {"fin", "fout"});
  CHECK(read_word("gradient", f).kind == WordKind::Gradient);
  CHECK(read_word("d_x", f).wrt == Names{"x"});
  CHECK(read_word("d_x_d_u1_d_x", f).wrt == Names{"x", "u1", "x"});
  const Word w = read_word("fin_d_u1", f);
  CHECK(w.of == "fin");
  CHECK(w.wrt == Names{"u1"});
  CHECK(w.cuts(f).empty());
  CHECK(read_word("fout_d_fin", f).cuts(f) == Names{"fin"});
}

TEST_CASE("jacobian and hessian have sparse forms, other words do not") {
  CHECK(sparse_word("jacobian") == "sparse_jacobian");
  CHECK(sparse_word("hessian") == "sparse_hessian");
  CHECK(sparse_word("sparse_hessian") == "sparse_hessian");
  CHECK(sparse_word("d_hessian") == "d_hessian");
  const Function f = with_names({"x"}, {});
  CHECK(read_word("sparse_jacobian", f).kind == WordKind::SparseJacobian);
  CHECK(read_word("sparse_hessian", f).kind == WordKind::SparseHessian);
}

TEST_CASE("a word that names nothing is refused with the vocabulary") {
  const Function f = with_names({"x"}, {});
  CHECK_THROWS_WITH(read_word("d_q", f), Catch::Contains("gs-unknown-word"));
  CHECK_THROWS_WITH(read_word("", f), Catch::Contains("gs-unknown-word"));
  CHECK_THROWS_WITH(read_word("d_x_d_", f), Catch::Contains("gs-unknown-word"));
  CHECK_THROWS_WITH(read_word("x_d_x", f), Catch::Contains("gs-unknown-word"));
}

TEST_CASE("names that hold `_d_` themselves are understood, or refused where two readings remain") {
  CHECK(read_word("d_a_d_b", with_names({"a_d_b"}, {})).wrt == Names{"a_d_b"});
  CHECK_THROWS_WITH(read_word("d_a_d_b", with_names({"a_d_b", "a", "b"}, {})),
                    Catch::Contains("gs-ambiguous-word"));
}

TEST_CASE("a parameter hides a local of its name") {
  const Function f = with_names({"x"}, {"x"});
  CHECK(read_word("d_x", f).cuts(f).empty());
}
