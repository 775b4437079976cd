// std::pair and std::tuple: classes of the library whose members are what they are made of.

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include "frontend/lowering.hpp"

namespace gradsmith::frontend {

using clang::Expr;

Value Lowering::made_tuple(const Layout* layout, const std::vector<const Expr*>& elements,
                           clang::SourceLocation where) {
  if (elements.empty()) return zero(layout);
  const auto unknown = [&](const char* reason) {
    refuse("gs-unknown-function",
           fmt::format("this way to make a '{}' is not handled: {}", shown(layout->type), reason),
           "give each of its members a value of the member's own type", where);
  };
  if (elements.size() != layout->members.size()) unknown("it is not made of its members");
  const Place object = keep(uninitialised(layout, "", where), "");
  std::vector<Value> made(elements.size());
  const auto lower_one = [&](std::size_t i) {
    const Layout* wanted = layout->members[i].layout;
    const clang::QualType type = elements[i]->getType().getNonReferenceType();
    if (wanted->kind == Layout::Kind::Number && element_of(type)) {
      const NodeId x = convert(number(elements[i]), type, wanted->type, elements[i]->getExprLoc());
      made[i] = {wanted, {number_cell(x)}};
    } else if (wanted->kind == Layout::Kind::Class &&
               context_.hasSameUnqualifiedType(type, wanted->type)) {
      made[i] = value(elements[i]);
    } else {
      unknown("a member is neither a number nor a class of its own type");
    }
  };
  in_any_order(elements, lower_one, where);
  for (std::size_t i = 0; i < made.size(); ++i) {
    write(member_of(object, layout->members[i]), made[i], where);
  }
  return read(object, where);
}

Place Lowering::member_of_tuple(const clang::CallExpr* get) {
  const clang::SourceLocation where = get->getExprLoc();
  const auto* arguments = get->getDirectCallee()->getTemplateSpecializationArgs();
  const Place tuple = place(get->getArg(0));
  if (!arguments || arguments->get(0).getKind() != clang::TemplateArgument::Integral) {
    refuse("gs-unknown-function", "std::get by a type is not handled", "use the member's number",
           where);
  }
  const std::int64_t index = arguments->get(0).getAsIntegral().getExtValue();
  if (tuple.layout->kind == Layout::Kind::Array) return element_of(tuple, g_.index(index));
  if (!is_tuple(record_of(tuple.layout->type))) {
    refuse("gs-unknown-function", "std::get is known for std::array, pairs and tuples only", "",
           where);
  }
  return member_of(tuple, tuple.layout->members[static_cast<std::size_t>(index)]);
}

Value Lowering::assigned_tuple(const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Value right = value(e->getArg(1));
  const Expr* left = strip(e->getArg(0));
  if (const auto* made = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(left)) {
    left = strip(made->getSubExpr());
  }
  const auto* tie = llvm::dyn_cast<clang::CallExpr>(left);
  const clang::FunctionDecl* callee = tie ? tie->getDirectCallee() : nullptr;
  if (callee && callee->isInStdNamespace() && callee->getDeclName().isIdentifier() &&
      callee->getName() == "tie" && tie->getNumArgs() == right.layout->members.size()) {
    for (unsigned i = 0; i < tie->getNumArgs(); ++i) {
      const Layout::Member& from = right.layout->members[i];
      const Place to = place(tie->getArg(i));
      if (to.layout->kind != Layout::Kind::Number || from.layout->kind != to.layout->kind) {
        refuse("gs-unknown-function", "std::tie is known for numbers only",
               "use structured bindings, `auto [a, b] = ...`", where);
      }
      store(to, convert(right.cells[from.first].node, from.layout->type, to.layout->type, where),
            where);
    }
    return {right.layout, {address_cell(keep(right, ""))}};
  }
  const Place to = place(e->getArg(0));
  if (to.layout != right.layout) {
    refuse("gs-unknown-function",
           fmt::format("a '{}' is assigned to a '{}'", shown(right.layout->type),
                       shown(to.layout->type)),
           "assign an object of the same type", where);
  }
  const Value stored = cut_if_asked(to, right, where);
  write(to, stored, where);
  assigned(to, where);
  return {layout_of(e->getType(), where), {address_cell(to)}};
}

}  // namespace gradsmith::frontend
