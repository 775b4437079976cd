#pragma once

// Functions built by hand, for tests of emission.

#include <string>
#include <utility>
#include <vector>

#include "ir/expr.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// Adds parameters, names and outputs to a Function, in the order of the calls.
class FunctionBuilder {
 public:
  explicit FunctionBuilder(std::string name, Spelling result = {"double ", ""}) {
    f.name = std::move(name);
    f.result = std::move(result);
    f.files = {"specs/spec.cpp"};
  }

  /// A number passed by value.
  Expr number(const std::string& name, Element element = Element::F64) {
    const char* type = element == Element::F32     ? "float "
                       : element == Element::F64   ? "double "
                       : element == Element::Index ? "int "
                                                   : "bool ";
    return leaf(name, {type, ""}, {}, scalar_type(element));
  }

  /// A parameter with one leaf.
  Expr leaf(const std::string& name, const Spelling& spelling, std::vector<Step> steps,
            TypeId type) {
    Parameter p;
    p.name = name;
    p.spelling = spelling;
    std::string known = leaf_name(name, steps);
    p.leaves.push_back({std::move(steps), type, f.graph.input(known, type)});
    f.parameters.push_back(p);
    return {&f.graph, p.leaves[0].input};
  }

  /// `const double name[n]`.
  Expr array(const std::string& name, std::int64_t n) {
    const std::int64_t extents[] = {n};
    return leaf(name, {"const double ", "[" + std::to_string(n) + "]"}, {Step{}},
                f.graph.array_type(Element::F64, extents));
  }

  Expr at(const Expr& array, std::int64_t i) {
    return {&f.graph, f.graph.at(array.id, {f.graph.index(i)})};
  }

  Expr constant(double value) { return {&f.graph, f.graph.constant(value)}; }
  Expr index(std::int64_t value) { return {&f.graph, f.graph.index(value)}; }

  /// The author's local of that name, or with a meaning a derived one.
  Expr named(const Expr& e, const std::string& name, std::uint32_t line = 0,
             const std::string& meaning = "") {
    f.provenance.add(e.id, {name, meaning, {0, 1, line}});
    return e;
  }

  void output_parameter(const std::string& name, const Spelling& spelling) {
    Parameter p;
    p.name = name;
    p.spelling = spelling;
    p.role = Role::Output;
    f.parameters.push_back(p);
  }

  void returns(const Expr& e) { f.outputs.push_back({"", {}, e.id}); }
  void stores(const std::string& root, std::vector<Step> steps, const Expr& e) {
    f.outputs.push_back({root, std::move(steps), e.id});
  }
  /// All of a one-dimensional array parameter.
  void stores_all(const std::string& root, const std::vector<Expr>& elements) {
    std::vector<NodeId> ids;
    for (const Expr& e : elements) ids.push_back(e.id);
    const std::int64_t extents[] = {static_cast<std::int64_t>(ids.size())};
    const TypeId type = f.graph.array_type(f.graph.element(ids[0]), extents);
    f.outputs.push_back({root, {Step{}}, f.graph.pack(type, ids)});
  }

  Function f;
};

}  // namespace gradsmith
