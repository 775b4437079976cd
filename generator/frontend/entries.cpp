#include "frontend/entries.hpp"

#include <clang/AST/RecursiveASTVisitor.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "frontend/marks.hpp"
#include "frontend/types.hpp"
#include "support/refusal.hpp"

namespace gradsmith::frontend {
namespace {

using clang::FunctionDecl;

bool is_floating_object(clang::QualType type, const clang::ASTContext& context) {
  if (type->isVoidType()) return false;
  type = context.getBaseElementType(type.getNonReferenceType());
  if (const auto element = element_of(type)) return is_floating(*element);
  const clang::CXXRecordDecl* record = record_of(type);
  if (!record) return false;
  if (is_std_array(record)) {
    for (const clang::FieldDecl* field : record->fields()) {
      if (is_floating_object(field->getType(), context)) return true;
    }
    return false;
  }
  // The members of other library classes (std::vector and the like) do not tell; lowering refuses
  // them with a reason, which the user should see.
  if (context.getSourceManager().isInSystemHeader(record->getLocation())) return true;
  return std::any_of(record->field_begin(), record->field_end(), [&](const clang::FieldDecl* f) {
    return !f->getType()->isPointerType() && is_floating_object(f->getType(), context);
  });
}

bool gives_numbers(const FunctionDecl* function, const clang::ASTContext& context) {
  if (is_floating_object(function->getReturnType(), context)) return true;
  for (const clang::ParmVarDecl* p : function->parameters()) {
    const clang::QualType type = p->getType();
    if (sequence_of(type) == Sequence::Span && is_writable(sequence_element(type), context) &&
        is_floating_object(sequence_element(type), context)) {
      return true;
    }
    const bool refers = type->isReferenceType() || type->isPointerType();
    if (!refers) continue;
    const clang::QualType object = type->getPointeeType();
    if (is_writable(object, context) && is_floating_object(object, context)) return true;
  }
  return false;
}

/// The functions of the main file with a body, and which of them others there call.
class Survey : public clang::RecursiveASTVisitor<Survey> {
 public:
  explicit Survey(const SourceFiles& files) : files_(files) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  bool TraverseFunctionDecl(FunctionDecl* f) {
    return inside(f, [&] { return Base::TraverseFunctionDecl(f); });
  }
  bool TraverseCXXMethodDecl(clang::CXXMethodDecl* f) {
    return inside(f, [&] { return Base::TraverseCXXMethodDecl(f); });
  }

  bool VisitFunctionDecl(FunctionDecl* f) {
    if (f->isThisDeclarationADefinition() && !f->isImplicit() && !f->isDeleted()) {
      functions.push_back(f);
    }
    return true;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* e) {
    if (const auto* callee = llvm::dyn_cast<FunctionDecl>(e->getDecl())) uses(callee);
    return true;
  }

  bool VisitOverloadExpr(clang::OverloadExpr* e) {
    for (const clang::NamedDecl* d : e->decls()) {
      if (const auto* callee = llvm::dyn_cast<FunctionDecl>(d->getUnderlyingDecl())) uses(callee);
    }
    return true;
  }

  std::vector<const FunctionDecl*> functions;
  std::set<const FunctionDecl*> called;

 private:
  using Base = clang::RecursiveASTVisitor<Survey>;

  template <class F>
  bool inside(const FunctionDecl* f, F traverse) {
    const FunctionDecl* outer = current_;
    // A lambda's body belongs to the function around it.
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(f);
    if (!method || !method->getParent()->isLambda()) current_ = f;
    const bool went_on = traverse();
    current_ = outer;
    return went_on;
  }

  void uses(const FunctionDecl* callee) {
    if (!current_ || !files_.in_spec(current_->getLocation()) || current_->isMain()) return;
    if (callee->getCanonicalDecl() == current_->getCanonicalDecl()) return;
    called.insert(callee->getCanonicalDecl());
  }

  const SourceFiles& files_;
  const FunctionDecl* current_ = nullptr;
};

bool is_plain(const FunctionDecl* f) {
  return !llvm::isa<clang::CXXMethodDecl>(f) && !f->isMain() &&
         f->getTemplatedKind() == FunctionDecl::TK_NonTemplate && !f->isDependentContext();
}

std::vector<const FunctionDecl*> named(const Survey& survey, const std::string& wanted) {
  std::vector<const FunctionDecl*> found;
  for (const FunctionDecl* f : survey.functions) {
    if (!is_plain(f)) continue;
    if (f->getNameAsString() == wanted || f->getQualifiedNameAsString() == wanted) {
      found.push_back(f);
    }
  }
  return found;
}

}  // namespace

std::vector<const FunctionDecl*> find_entries(clang::ASTContext& context, const SourceFiles& files,
                                              const std::vector<std::string>& wanted) {
  Survey survey(files);
  for (clang::Decl* decl : context.getTranslationUnitDecl()->decls()) {
    if (!files.in_system_header(decl->getLocation())) survey.TraverseDecl(decl);
  }
  std::vector<const FunctionDecl*> entries;
  const auto add = [&](const FunctionDecl* f) {
    if (std::find(entries.begin(), entries.end(), f) == entries.end()) entries.push_back(f);
  };
  std::vector<const FunctionDecl*> external;
  for (const FunctionDecl* f : survey.functions) {
    if (is_plain(f) && files.in_spec(f->getLocation()) && f->isExternallyVisible()) {
      external.push_back(f);
    }
  }
  if (!wanted.empty()) {
    for (const std::string& name : wanted) {
      const auto found = named(survey, name);
      if (found.empty()) {
        std::vector<std::string> known;
        for (const FunctionDecl* f : external) known.push_back(f->getQualifiedNameAsString());
        throw Refusal("gs-unknown-function-name",
                      fmt::format("{} defines no function '{}'", files.names().front(), name),
                      known.empty() ? "" : fmt::format("it has {}", fmt::join(known, ", ")));
      }
      if (found.size() > 1) {
        throw Refusal("gs-ambiguous-function",
                      fmt::format("'{}' names {} functions", name, found.size()),
                      "qualify the name, or give overloads names of their own",
                      files.locate(found[1]->getLocation()));
      }
      add(found[0]);
    }
    return entries;
  }
  const bool marked = std::any_of(external.begin(), external.end(), has_marks);
  for (const FunctionDecl* f : external) {
    const bool rule = gives_numbers(f, context) && !survey.called.contains(f->getCanonicalDecl());
    if (marked ? has_marks(f) : rule) add(f);
  }
  return entries;
}

}  // namespace gradsmith::frontend
