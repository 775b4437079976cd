// Parameters that are spans and vectors: a pointer and a length in what is emitted.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "frontend/lowering.hpp"
#include "frontend/marks.hpp"

namespace gradsmith::frontend {
namespace {

// Lengths are int in generated code, as the author's loops over them are most often.
constexpr Interval kLengths{0, std::numeric_limits<std::int32_t>::max()};

}  // namespace

std::string Lowering::unused_name(const clang::FunctionDecl* entry, std::string name) const {
  const auto taken = [&] {
    return std::ranges::any_of(entry->parameters(), [&](const clang::ParmVarDecl* p) {
      return p->getNameAsString() == name;
    });
  };
  while (taken()) name += "_";
  return name;
}

void Lowering::add_sequence(const clang::ParmVarDecl* p, const std::string& name,
                            InterfaceTypes& types) {
  const clang::SourceLocation where = p->getLocation();
  const clang::QualType written = p->getType();
  const clang::QualType element = sequence_element(written);
  const bool is_span = sequence_of(written) == Sequence::Span;
  if (written->isRValueReferenceType()) {
    refuse("gs-type", "the parameter is an rvalue reference", "pass it by value", where);
  }
  if (element->isBooleanType() && !is_span) {
    refuse("gs-type", fmt::format("'{}' holds truth values, which a vector packs", name), "use int",
           where);
  }
  if (mark_of(p) == Mark::Work) {
    refuse("gs-work-mark", fmt::format("'{}' is marked as work, and is no pointer", name),
           "pass a pointer: `gradsmith::work<double>* " + name + "`", where);
  }
  for (const LeafLayout& leaf : layout_of(element, where)->leaves) {
    if (!leaf.address) continue;
    refuse("gs-unknown-memory", fmt::format("'{}' holds pointers or references", name),
           "pass one array, row after row", where);
  }
  const bool writable = is_writable(element, context_) && (is_span || written->isReferenceType());
  Parameter array;
  Parameter length;
  array.name = name;
  array.where = length.where = files_.locate(where);
  length.name = unused_name(frame().function, name + "_size");
  try {
    array.value_spelling = types.value(context_.getPointerType(element.getUnqualifiedType()));
  } catch (const Refusal& refusal) {
    refuse(refusal.code(), refusal.reason(), refusal.way_out(), where);
  }
  array.spelling = array.value_spelling;
  if (!writable) array.spelling.before = "const " + array.spelling.before;
  length.spelling = length.value_spelling = {"int ", ""};
  length.role = Role::Data;

  const NodeId size = g_.input(length.name, scalar_type(Element::Index));
  input_ranges_[size] = kLengths;
  length.leaves.push_back({{}, scalar_type(Element::Index), size});
  const Layout* layout = layouts_.run_time_array(element, size);
  Value value{layout, {}};
  for (const LeafLayout& leaf : layout->leaves) {
    Leaf made{leaf.steps, type_of(leaf), kNoNode};
    made.input = g_.input(leaf_name(name, leaf.steps), made.type);
    if (leaf.element == Element::Index) {
      input_ranges_[made.input] = range_of_type(leaf.type, context_);
    }
    value.cells.push_back(number_cell(made.input));
    array.leaves.push_back(std::move(made));
  }
  const Place storage = keep(std::move(value), name);
  frame().bindings[p] =
      is_span ? keep({layout_of(written.getNonReferenceType(), where), {address_cell(storage)}}, "")
              : storage;
  const Place kept_size =
      keep({layout_of(context_.IntTy, where), {number_cell(size)}}, length.name);
  f_.parameters.push_back(std::move(array));
  f_.parameters.push_back(std::move(length));
  parameter_decls_.insert(parameter_decls_.end(), {p, nullptr});
  parameters_.insert(parameters_.end(), {storage.variable, kept_size.variable});
  writable_.insert(writable_.end(), {writable, false});
}

void Lowering::add_spec_parameters(const clang::FunctionDecl* entry) {
  if (f_.parameters.size() == entry->param_size()) return;
  for (std::size_t i = 0; i < f_.parameters.size(); ++i) {
    const clang::ParmVarDecl* p = parameter_decls_[i];
    if (!p) continue;
    const Parameter& emitted = f_.parameters[i];
    const std::string& name = emitted.name;
    SpecParameter spec{name, emitted.spelling, {name}, ""};
    const clang::QualType type = p->getType();
    if (const Sequence kind = sequence_of(type); kind != Sequence::None) {
      const bool is_span = kind == Sequence::Span;
      const bool is_const = !is_writable(sequence_element(type), context_);
      std::string element = emitted.value_spelling.before;
      element.erase(element.rfind('*'));
      spec.spelling = {
          is_span ? fmt::format("std::span<{}{}> ", is_const ? "const " : "", element)
                  : fmt::format("{}std::vector<{}>& ", writable_[i] ? "" : "const ", element),
          ""};
      spec.arguments = {name + ".data()", fmt::format("static_cast<int>({}.size())", name)};
      spec.include = is_span ? "<span>" : "<vector>";
    }
    f_.spec_parameters.push_back(std::move(spec));
  }
}

}  // namespace gradsmith::frontend
