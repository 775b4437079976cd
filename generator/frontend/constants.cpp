// Constants: const and constexpr variables outside the function, and what Clang computed for them.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

Place Lowering::constant_place(const clang::VarDecl* variable, clang::SourceLocation where) {
  const clang::VarDecl* definition = variable;
  if (const clang::VarDecl* found = variable->getInitializingDeclaration()) definition = found;
  if (const auto made = constants_.find(definition); made != constants_.end()) {
    return whole(made->second);
  }
  const std::string name = variable->getNameAsString();
  const clang::QualType type = definition->getType();
  if (type.isVolatileQualified()) {
    refuse("gs-volatile", fmt::format("'{}' is volatile", name), "drop the volatile", where);
  }
  const bool is_constant =
      definition->isConstexpr() || (!type->isReferenceType() && !is_writable(type, context_));
  if (!is_constant && !type->isReferenceType()) {
    refuse("gs-mutable-global",
           fmt::format("'{}' lives outside the function and can change between calls", name),
           "make it const, or pass it as a parameter", where);
  }
  const clang::Expr* init = definition->getInit();
  if (!init) {
    refuse("gs-unknown-constant", fmt::format("the value of '{}' is not visible here", name),
           "define it in this file or in a header", where);
  }
  if (type->isReferenceType()) {
    refuse("gs-global-reference", fmt::format("'{}' is a reference outside the function", name),
           "use the object that it refers to", where);
  }
  const Layout* layout = layout_of(type, where);
  Value value;
  if (const clang::APValue* computed = definition->evaluateValue()) {
    value = constant_value(*computed, layout, where);
  } else if (definition->isLocalVarDecl()) {
    refuse("gs-static-local", fmt::format("'{}' keeps its value from the first call on", name),
           "make it constexpr, or drop the static", where);
  } else {
    // Clang does not compute this one (std::sqrt of a constant, say); its initialiser can be
    // lowered like any expression, since it refers to constants only.
    value = initial_value(layout, init);
  }
  const Place kept = keep(std::move(value), name);
  env_.variable(kept.variable).depth = 0;
  constants_.emplace(definition, kept.variable);
  return kept;
}

NodeId Lowering::integer_constant(const llvm::APSInt& value, clang::QualType type,
                                  clang::SourceLocation where) {
  if (type->isBooleanType()) return g_.boolean(value.getBoolValue());
  if (value.isUnsigned() ? value.getActiveBits() > 63 : value.getSignificantBits() > 64) {
    refuse("gs-integer-overflow", "this integer exceeds 63 bits", "use a smaller one", where);
  }
  return g_.index(value.getExtValue());
}

Value Lowering::constant_value(const clang::APValue& value, const Layout* layout,
                               clang::SourceLocation where) {
  switch (layout->kind) {
    case Layout::Kind::Number: {
      NodeId node = kNoNode;
      if (value.isInt()) {
        node = integer_constant(value.getInt(), layout->type, where);
      } else if (value.isFloat()) {
        const llvm::APFloat& x = value.getFloat();
        node = layout->element == Element::F32
                   ? g_.constant(static_cast<double>(x.convertToFloat()), Element::F32)
                   : g_.constant(x.convertToDouble());
      } else {
        refuse("gs-uninitialised", "this constant has no value", "give it one", where);
      }
      return {layout, {number_cell(node)}};
    }
    case Layout::Kind::Array: {
      const clang::APValue* elements = &value;
      if (is_std_array(record_of(layout->type))) elements = &value.getStructField(0);
      if (!elements->isArray()) break;
      std::vector<Value> parts;
      for (std::int64_t i = 0; i < layout->extent; ++i) {
        const auto k = static_cast<unsigned>(i);
        parts.push_back(constant_value(k < elements->getArrayInitializedElts()
                                           ? elements->getArrayInitializedElt(k)
                                           : elements->getArrayFiller(),
                                       layout->inside, where));
      }
      return array_value(layout, parts);
    }
    case Layout::Kind::Class: {
      if (!value.isStruct() || is_tuple(record_of(layout->type))) break;
      Value whole_value{layout, {}};
      unsigned base = 0;
      for (const Layout::Member& m : layout->members) {
        const clang::APValue& part =
            m.field ? value.getStructField(m.field->getFieldIndex()) : value.getStructBase(base++);
        const Value held = constant_value(part, m.layout, where);
        whole_value.cells.insert(whole_value.cells.end(), held.cells.begin(), held.cells.end());
      }
      return whole_value;
    }
    case Layout::Kind::Address:
      break;
  }
  refuse("gs-constant", "this constant is not made of numbers", "use numbers", where);
}

void Lowering::scalars_of(NodeId array, std::vector<NodeId>& scalars) {
  if (g_.is_scalar(array)) {
    scalars.push_back(array);
    return;
  }
  if (g_.op(array) == Op::Pack) {
    const auto elements = g_.operands(array);
    scalars.insert(scalars.end(), elements.begin(), elements.end());
    return;
  }
  const std::int64_t extent = g_.index_value(g_.type_of(array).extents[0]);
  for (std::int64_t i = 0; i < extent; ++i) scalars_of(g_.at(array, {g_.index(i)}), scalars);
}

Value Lowering::array_value(const Layout* layout, const std::vector<Value>& elements) {
  GRADSMITH_CHECK_EQ(static_cast<std::int64_t>(elements.size()), layout->extent);
  Value value{layout, {}};
  for (std::size_t j = 0; j < layout->leaves.size(); ++j) {
    const TypeId type = type_of(layout->leaves[j]);
    const NodeId nothing = g_.zeros(type_of(layout->inside->leaves[j]));
    const bool all_zero = std::all_of(elements.begin(), elements.end(),
                                      [&](const Value& e) { return e.cells[j].node == nothing; });
    if (all_zero) {
      value.cells.push_back(number_cell(g_.zeros(type)));
      continue;
    }
    std::vector<NodeId> scalars;
    for (const Value& e : elements) scalars_of(e.cells[j].node, scalars);
    value.cells.push_back(number_cell(g_.pack(type, scalars)));
  }
  return value;
}

}  // namespace gradsmith::frontend
