// Vectors of the function's own: arrays whose length is that with which they were made. Emitted
// code has room for them in its workspace, so the length must be known before the function runs.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"
#include "ir/polynomial.hpp"

namespace gradsmith::frontend {
namespace {

using clang::Expr;

constexpr const char* kMakeWhole =
    "make it with its length, `std::vector<double> v(n)`, and set `v[i]`";

/// Whether C++ sets new elements of a type to zero.
bool starts_as_zero(clang::QualType type) {
  const clang::CXXRecordDecl* record = record_of(type);
  return !record || record->hasTrivialDefaultConstructor();
}

}  // namespace

const Layout* Lowering::vector_layout(clang::QualType vector, NodeId length,
                                      clang::SourceLocation where) {
  const clang::QualType element = sequence_element(vector);
  if (element->isBooleanType()) {
    refuse("gs-type", "a vector of truth values packs them", "use int", where);
  }
  const bool in_loop = g_.free(length) != 0;
  const std::vector<NodeId> made_of = reachable(g_, {{length}});
  const bool known = std::ranges::all_of(made_of, [&](NodeId id) {
    const Op op = g_.op(id);
    return op == Op::Constant || op == Op::Input || op == Op::At || is_operator(op);
  });
  if (in_loop || !known) {
    refuse("gs-allocation",
           in_loop ? "how long this vector is changes with the loop around"
                   : "how long this vector is depends on what the function computes",
           "make it as long as it can become, by the function's sizes", where);
  }
  layout_of(element, where);
  return layouts_.run_time_array(element, length);
}

Value Lowering::zero_vector(clang::QualType vector, NodeId length, const std::string& name,
                            clang::SourceLocation where) {
  if (!starts_as_zero(sequence_element(vector))) {
    refuse("gs-array-of-constructed",
           "vectors of classes whose constructor does something are not handled",
           "give the elements their value: `std::vector<T> v(n, T{})`", where);
  }
  // Zeros that are all overwritten before they are read need not be there.
  Value value = uninitialised(vector_layout(vector, length, where), name, where);
  for (const Cell& cell : value.cells) starts_as_zero_.insert(cell.node);
  return value;
}

Value Lowering::filled_vector(clang::QualType vector, NodeId length, const Value& element,
                              clang::SourceLocation where) {
  Value value{vector_layout(vector, length, where), {}};
  const int level = static_cast<int>(loops_.size()) + 1;
  for (const Cell& cell : element.cells) {
    value.cells.push_back(number_cell(g_.map(level, length, cell.node)));
  }
  return value;
}

Value Lowering::copied_range(clang::QualType vector, const Place& first, const Place& last,
                             clang::SourceLocation where) {
  const NodeId length = distance(first, last, where);
  Value value = uninitialised(vector_layout(vector, length, where), "", where);
  Place from = first;
  if (g_.is_constant(first.subscripts.back(), 0) && length == extent_of(first.array)) {
    from.subscripts.pop_back();
    from.layout = first.array;
    return {value.layout, read(from, where).cells};
  }
  const int level = static_cast<int>(loops_.size()) + 1;
  const NodeId index = g_.bound(level, 0, scalar_type(Element::Index));
  const Value element = read(advance(first, index, where), where);
  const Range all{g_.index(0), length, g_.index(1)};
  for (std::size_t j = 0; j < value.cells.size(); ++j) {
    const NodeId open = value.cells[j].node;
    overwritten_.insert(open);
    const NodeId filled = g_.bound(level, 1, g_[open].type);
    const NodeId next = g_.set(filled, {{index}}, element.cells[j].node);
    value.cells[j] = number_cell(g_.final_state(g_.fold(level, all, {{open}}, {{next}}), 0));
  }
  return value;
}

NodeId Lowering::distance(const Place& first, const Place& last, clang::SourceLocation where) {
  bool same = first.array && first.variable == last.variable && first.first == last.first &&
              first.array == last.array && first.subscripts.size() == last.subscripts.size();
  for (std::size_t i = 0; same && i + 1 < first.subscripts.size(); ++i) {
    same = first.subscripts[i] == last.subscripts[i];
  }
  if (!same) {
    refuse("gs-joined-places", "these two do not point into one array",
           "let both point into the same array", where);
  }
  const NodeId from = first.subscripts.back();
  const NodeId to = last.subscripts.back();
  if (g_.is_constant(from, 0)) return to;
  try {
    // From `x + i * d` to `x + (i + 1) * d` there are d.
    Polynomials polynomials(g_);
    const Polynomial apart = polynomials.of(to) - polynomials.of(from);
    const auto changes = [&](NodeId u) { return g_.free(u) != 0; };
    const bool is_fixed = apart.is_whole() && std::ranges::none_of(apart.unknowns(), changes);
    if (is_fixed) return node_of(g_, apart);
  } catch (const PolynomialTooLarge&) {
  }
  return simple(g_.apply(Op::Sub, {to, from}));
}

Value Lowering::constructed_vector(const clang::CXXConstructExpr* e, const std::string& name) {
  const clang::SourceLocation where = e->getExprLoc();
  const clang::QualType type = e->getType();
  // An allocator is what the last argument is where it is not written.
  std::vector<const Expr*> given;
  for (const Expr* argument : e->arguments()) {
    if (!llvm::isa<clang::CXXDefaultArgExpr>(argument)) given.push_back(argument);
  }
  const auto is_count = [&](std::size_t i) { return given[i]->getType()->isIntegerType(); };
  const auto is_position = [&](std::size_t i) {
    return given[i]->getType()->isPointerType() || is_iterator(record_of(given[i]->getType()));
  };
  if (given.empty()) return zero_vector(type, g_.index(0), name, where);
  if (given.size() == 1) {
    if (sequence_of(given[0]->getType()) == Sequence::Vector) {
      const auto from = moved_from(given[0]);
      return from ? taken(*from, type, where) : value(given[0]);
    }
    if (is_count(0)) return zero_vector(type, subscript(given[0]), name, where);
    if (const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(strip(given[0]))) {
      return listed_vector(type, list);
    }
  }
  // The constructor of two positions is a template, and takes two integers for a count, too, by
  // what the standard says; then the parameter is a count.
  if (given.size() == 2 && is_position(0) && is_position(1)) {
    const Place first = pointee(given[0]);
    return copied_range(type, first, pointee(given[1]), where);
  }
  if (given.size() == 2 && is_count(0)) {
    const NodeId length = subscript(given[0]);
    const Place element = place(given[1]);
    return filled_vector(type, length, read(element, where), where);
  }
  refuse("gs-allocation", "this way to make a vector is not handled", kMakeWhole, where);
}

Value Lowering::listed_vector(clang::QualType vector, const clang::CXXStdInitializerListExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Expr* array = strip(e->getSubExpr());
  if (const auto* made = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(array)) {
    array = strip(made->getSubExpr());
  }
  const Value elements = value(array);
  return {vector_layout(vector, g_.index(elements.layout->extent), where), elements.cells};
}

void Lowering::assign_vector(const Place& vector, const Value& held, clang::SourceLocation where) {
  if (extent_of(vector.layout) != extent_of(held.layout)) {
    Variable& variable = env_.variable(vector.variable);
    const bool is_parameter = std::ranges::find(parameters_, vector.variable) != parameters_.end();
    const bool everywhere =
        variable.depth == static_cast<int>(loops_.size()) && variable.branches == env_.branches();
    if (vector != whole(vector.variable) || is_parameter || !everywhere) {
      refuse("gs-allocation",
             is_parameter ? "how long a parameter is would change here"
                          : "how long this vector is may change here, in a loop or branch",
             is_parameter ? "copy the elements in a loop" : kMakeWhole, where);
    }
    variable.layout = held.layout;
  }
  Place now = vector;
  now.layout = held.layout;
  write(now, held, where);
  assigned(now, where);
}

std::optional<Place> Lowering::moved_from(const Expr* e) {
  const Expr* moving = strip(e);
  if (const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(moving)) {
    return cast->isXValue() ? std::optional(place(cast->getSubExpr())) : std::nullopt;
  }
  const auto* call = llvm::dyn_cast<clang::CallExpr>(moving);
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  const bool moves = callee && callee->isInStdNamespace() && call->getNumArgs() == 1 &&
                     callee->getDeclName().isIdentifier() && call->isXValue();
  return moves ? std::optional(place(call->getArg(0))) : std::nullopt;
}

Value Lowering::taken(const Place& vector, clang::QualType type, clang::SourceLocation where) {
  Value held = read(vector, where);
  elements_leave(vector, where);
  assign_vector(vector, zero_vector(type, g_.index(0), "", where), where);
  return held;
}

void Lowering::refuse_stale(clang::SourceLocation where) const {
  refuse("gs-unknown-memory",
         "what this pointer or reference referred to may be in another vector by now, or gone",
         "take it again after the vectors have been swapped or moved", where);
}

void Lowering::follow_pointer_in(Slot slot, clang::SourceLocation where) {
  if (stale_.contains(slot)) refuse_stale(where);
  for (OpenLoop& loop : loops_) loop.pointers_read.insert(slot);
}

void Lowering::elements_leave(const Place& vector, clang::SourceLocation where) {
  for (Slot slot = 0; slot < env_.slots(); ++slot) {
    const Cell& cell = env_.peek(slot);
    if (!cell.place || cell.place->variable != vector.variable) continue;
    stale_.insert(slot);
    // The next trip finds it so.
    const auto depth = static_cast<std::size_t>(env_.variable(env_.owner(slot)).depth);
    for (std::size_t i = depth; i < loops_.size(); ++i) {
      if (loops_[i].pointers_read.contains(slot)) refuse_stale(where);
    }
  }
  const clang::SourceManager& sources = context_.getSourceManager();
  for (Frame& in : frames_) {
    for (const auto& [decl, bound] : in.bindings) {
      if (bound.variable != vector.variable || bound.subscripts.empty()) continue;
      in.stale.insert(decl);
      for (const OpenLoop& loop : loops_) {
        const bool before = sources.isBeforeInTranslationUnit(decl->getLocation(), loop.where);
        if (before && loop.references_read.contains(decl)) refuse_stale(where);
      }
    }
  }
}

void Lowering::resize(const clang::CXXMemberCallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Place vector = place(e->getImplicitObjectArgument());
  const NodeId length = subscript(e->getArg(0));
  if (length == extent_of(vector.layout)) return;
  if (!g_.is_constant(extent_of(vector.layout), 0)) {
    refuse("gs-allocation", "a vector that has elements changes its length here", kMakeWhole,
           where);
  }
  const clang::QualType type = e->getImplicitObjectArgument()->getType();
  const bool filled = e->getNumArgs() == 2;
  assign_vector(vector,
                filled ? filled_vector(type, length, read(place(e->getArg(1)), where), where)
                       : zero_vector(type, length, env_.variable(vector.variable).name, where),
                where);
}

void Lowering::refill(const clang::CXXMemberCallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Place vector = place(e->getImplicitObjectArgument());
  const clang::QualType type = e->getImplicitObjectArgument()->getType();
  if (e->getNumArgs() == 2 && e->getArg(0)->getType()->isIntegerType()) {
    const NodeId length = subscript(e->getArg(0));
    const Value element = read(place(e->getArg(1)), where);
    return assign_vector(vector, filled_vector(type, length, element, where), where);
  }
  if (e->getNumArgs() == 2) {
    const Place first = pointee(e->getArg(0));
    return assign_vector(vector, copied_range(type, first, pointee(e->getArg(1)), where), where);
  }
  refuse("gs-allocation", "this way to fill a vector is not handled", kMakeWhole, where);
}

}  // namespace gradsmith::frontend
