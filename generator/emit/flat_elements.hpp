#pragma once

// Elements of flat arrays, where statements read and write them.

#include <string>
#include <vector>

#include "emit/block.hpp"

namespace gradsmith {

/// An element of a flat array: where its subscript stands in the statement.
struct ElementOf {
  std::string array;
  Place* place = nullptr;
  std::vector<Expression>* subscripts = nullptr;
  Element type = Element::F64;
  bool is_written = false;
  bool is_certain = true;  ///< accessed whenever the statement runs
};

inline bool is_flat_element(const Place& place, const std::vector<Expression>& subscripts) {
  return place.path.size() == 1 && place.path[0].field.empty() && place.path[0].operand == 0 &&
         !place.path[0].of_class && subscripts.size() == 1;
}

/// The elements that an expression reads.
template <class Visit>
void visit_elements(Expression& e, const Visit& visit, bool certain = true) {
  if (e.kind == Expression::Kind::Read && is_flat_element(e.place, e.operands)) {
    visit(ElementOf{e.place.root, &e.place, &e.operands, e.element, false, certain});
  }
  const bool lazy = e.kind == Expression::Kind::Choose || e.is_apply(Op::And) || e.is_apply(Op::Or);
  for (std::size_t k = 0; k < e.operands.size(); ++k) {
    visit_elements(e.operands[k], visit, certain && (!lazy || k == 0));
  }
}

/// The elements that a statement itself accesses: not those inside of loops and branches.
template <class Visit>
void visit_elements(Statement& s, const Visit& visit) {
  if (auto* define = std::get_if<Define>(&s.is)) visit_elements(define->value, visit);
  if (auto* declare = std::get_if<Declare>(&s.is); declare && declare->value) {
    visit_elements(*declare->value, visit);
  }
  if (auto* assign = std::get_if<Assign>(&s.is)) {
    visit_elements(assign->value, visit);
    for (Expression& e : assign->subscripts) visit_elements(e, visit);
    if (is_flat_element(assign->place, assign->subscripts)) {
      visit(ElementOf{assign->place.root, &assign->place, &assign->subscripts,
                      assign->value.element, true});
    }
  }
  if (auto* loop = std::get_if<Loop>(&s.is)) {
    visit_elements(*loop->begin, visit);
    visit_elements(*loop->end, visit);
  }
  if (auto* branch = std::get_if<Branch>(&s.is)) visit_elements(branch->condition, visit);
  if (auto* perform = std::get_if<Perform>(&s.is)) visit_elements(perform->call, visit);
}

/// Those inside, too.
template <class Visit>
void visit_all_elements(Statement& s, const Visit& visit) {
  visit_elements(s, visit);
  const auto inside = [&](Block& block) {
    for (Statement& inner : block.statements) visit_all_elements(inner, visit);
  };
  if (auto* loop = std::get_if<Loop>(&s.is)) inside(loop->body);
  if (auto* branch = std::get_if<Branch>(&s.is)) {
    inside(branch->when_true);
    inside(branch->when_false);
  }
}

}  // namespace gradsmith
