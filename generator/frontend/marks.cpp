#include "frontend/marks.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/TemplateName.h>

#include <algorithm>

namespace gradsmith::frontend {

Mark mark_here(clang::QualType written) {
  const auto* specialisation =
      llvm::dyn_cast<clang::TemplateSpecializationType>(written.getTypePtr());
  if (!specialisation || !specialisation->isTypeAlias()) return Mark::None;
  const clang::TemplateDecl* alias = specialisation->getTemplateName().getAsTemplateDecl();
  const auto* space =
      alias ? llvm::dyn_cast<clang::NamespaceDecl>(alias->getDeclContext()) : nullptr;
  if (!space || space->getName() != "gradsmith" || !space->getDeclContext()->isTranslationUnit()) {
    return Mark::None;
  }
  if (alias->getName() == "param") return Mark::Param;
  if (alias->getName() == "data") return Mark::Data;
  if (alias->getName() == "work") return Mark::Work;
  return Mark::None;
}

Mark mark_of(clang::QualType written) {
  while (true) {
    const clang::Type* type = written.getTypePtr();
    if (const Mark mark = mark_here(written); mark != Mark::None) return mark;
    if (const auto* t = llvm::dyn_cast<clang::TemplateSpecializationType>(type)) {
      for (const clang::TemplateArgument& argument : t->template_arguments()) {
        if (argument.getKind() != clang::TemplateArgument::Type) continue;
        if (const Mark mark = mark_of(argument.getAsType()); mark != Mark::None) return mark;
      }
    }
    if (const auto* t = llvm::dyn_cast<clang::ReferenceType>(type)) {
      written = t->getPointeeTypeAsWritten();
    } else if (const auto* p = llvm::dyn_cast<clang::PointerType>(type)) {
      written = p->getPointeeType();
    } else if (const auto* a = llvm::dyn_cast<clang::ArrayType>(type)) {
      written = a->getElementType();
    } else if (const auto* d = llvm::dyn_cast<clang::DecayedType>(type)) {
      written = d->getOriginalType();
    } else {
      const clang::QualType next(type->getLocallyUnqualifiedSingleStepDesugaredType());
      if (next.getTypePtr() == type) return Mark::None;
      written = next;
    }
  }
}

Mark mark_of(const clang::ParmVarDecl* parameter) { return mark_of(parameter->getOriginalType()); }

bool has_marks(const clang::FunctionDecl* function) {
  return std::any_of(function->param_begin(), function->param_end(),
                     [](const clang::ParmVarDecl* p) { return mark_of(p) != Mark::None; });
}

}  // namespace gradsmith::frontend
