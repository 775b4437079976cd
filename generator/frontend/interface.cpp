#include "frontend/interface.hpp"

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include <algorithm>

#include "frontend/marks.hpp"
#include "frontend/types.hpp"

namespace gradsmith::frontend {
namespace {

using clang::QualType;

/// The standard header of a typedef in std or, from C, in the global namespace; empty: unknown.
std::string header_of_typedef(const std::string& name) {
  if (name == "size_t" || name == "ptrdiff_t") return "<cstddef>";
  const bool sized = name.starts_with("int") || name.starts_with("uint");
  return sized && name.ends_with("_t") ? "<cstdint>" : "";
}

/// Whether a variable of this type has elements of its own that can be set.
bool is_object(QualType type, const clang::ASTContext& context) {
  return !type->isPointerType() && is_writable(type, context);
}

}  // namespace

std::vector<std::string> namespaces_of(const clang::FunctionDecl* function) {
  std::vector<std::string> names;
  for (const clang::DeclContext* c = function->getDeclContext(); c; c = c->getParent()) {
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(c)) {
      names.push_back((space->isInline() ? "!" : "") + space->getNameAsString());
    }
  }
  std::reverse(names.begin(), names.end());
  return names;
}

InterfaceTypes::InterfaceTypes(const clang::ASTContext& context, const SourceFiles& files,
                               const clang::FunctionDecl* function)
    : context_(context), files_(files) {
  for (const std::string& name : namespaces_of(function)) {
    if (name[0] != '!') scope_ += name + "::";
  }
}

Spelling InterfaceTypes::declared(QualType type) { return spell(type, true); }

Spelling InterfaceTypes::value(QualType type) { return spell(type.getNonReferenceType(), false); }

Spelling InterfaceTypes::spell(QualType type, bool keep_const) {
  std::string mark;    // `&`, `*` or nothing
  std::string bounds;  // `[3][2]`
  bool is_const = false;
  std::string name;
  while (name.empty()) {
    is_const = is_const || type.isLocalConstQualified();
    const clang::Type* t = type.getTypePtr();
    if (const auto* reference = llvm::dyn_cast<clang::ReferenceType>(t)) {
      mark = reference->isLValueReferenceType() ? "&" : "&&";
      type = reference->getPointeeTypeAsWritten();
    } else if (const auto* pointer = llvm::dyn_cast<clang::PointerType>(t)) {
      mark = "*";
      is_const = false;  // the pointer's own
      type = pointer->getPointeeType();
    } else if (const auto* open = llvm::dyn_cast<clang::IncompleteArrayType>(t)) {
      if (keep_const) {
        bounds += "[]";
      } else {
        mark = "*";
      }
      type = open->getElementType();
    } else if (const auto* array = llvm::dyn_cast<clang::ConstantArrayType>(t)) {
      bounds += fmt::format("[{}]", array->getSize().getZExtValue());
      type = array->getElementType();
    } else if (const auto* decayed = llvm::dyn_cast<clang::DecayedType>(t)) {
      type = decayed->getOriginalType();
    } else if (const auto* alias = llvm::dyn_cast<clang::TypedefType>(t);
               alias && !files_.in_spec(alias->getDecl()->getLocation()) &&
               (keep_const || is_object(type, context_))) {
      const clang::TypedefNameDecl* decl = alias->getDecl();
      const std::string header = header_of_typedef(decl->getNameAsString());
      if (!files_.in_system_header(decl->getLocation())) {
        include_definition(decl, decl->getNameAsString());
        name = relative(decl->getQualifiedNameAsString());
      } else if (!header.empty()) {
        include(header);
        name = "std::" + decl->getNameAsString();
      } else {
        type = decl->getUnderlyingType();
      }
    } else {
      const QualType next = type.getSingleStepDesugaredType(context_);
      if (next.getTypePtr() == t) {
        name = base_name(type);
      } else {
        type = next;
      }
    }
  }
  const std::string before = (is_const && keep_const ? "const " : "") + name;
  if (mark.empty()) return {before + " ", bounds};
  return bounds.empty() ? Spelling{before + mark + " ", ""}
                        : Spelling{before + " (" + mark, ")" + bounds};
}

std::string InterfaceTypes::relative(std::string name) const {
  if (!scope_.empty() && name.starts_with(scope_)) name.erase(0, scope_.size());
  return name;
}

std::string InterfaceTypes::base_name(QualType type) {
  type = type.getCanonicalType().getUnqualifiedType();
  clang::PrintingPolicy policy(context_.getLangOpts());
  policy.Bool = true;
  policy.SuppressTagKeyword = true;
  policy.SuppressInlineNamespace = true;
  const std::string shown = type.getAsString(policy);
  if (const auto* record = record_of(type)) return class_name(type, record);
  if (const auto* e = type->getAs<clang::EnumType>()) include_definition(e->getDecl(), shown);
  return relative(shown);
}

std::string InterfaceTypes::class_name(QualType type, const clang::CXXRecordDecl* record) {
  clang::PrintingPolicy policy(context_.getLangOpts());
  policy.SuppressTagKeyword = true;
  policy.SuppressInlineNamespace = true;
  if (is_std_array(record)) {
    const auto& arguments =
        llvm::cast<clang::ClassTemplateSpecializationDecl>(record)->getTemplateArgs();
    include("<array>");
    std::string inside = value(arguments[0].getAsType()).before;
    inside.pop_back();
    return fmt::format("std::array<{}, {}>", inside, arguments[1].getAsIntegral().getExtValue());
  }
  const std::string shown = type.getAsString(policy);
  if (is_tuple(record)) {
    throw Refusal("gs-type", fmt::format("'{}' stands in the function's interface", shown),
                  "use a plain struct there");
  }
  include_definition(record, shown);
  for (const clang::FieldDecl* field : record->fields()) {
    if (field->getAccess() != clang::AS_public) {
      throw Refusal("gs-private-member",
                    fmt::format("'{}' has the private member '{}', which generated code cannot "
                                "reach",
                                shown, field->getNameAsString()),
                    "use a plain struct in the interface");
    }
    spell(field->getType(), false);
  }
  return relative(shown);
}

void InterfaceTypes::include(const std::string& header) {
  if (std::find(includes_.begin(), includes_.end(), header) == includes_.end()) {
    includes_.push_back(header);
  }
}

void InterfaceTypes::include_definition(const clang::NamedDecl* decl, const std::string& shown) {
  if (files_.in_spec(decl->getLocation())) {
    throw Refusal("gs-interface-type-in-spec",
                  fmt::format("'{}' is defined in the spec itself, which generated code does not "
                              "include",
                              shown),
                  "move its definition to a header that the spec includes");
  }
  include(files_.include_of(decl->getLocation()));
}

}  // namespace gradsmith::frontend
