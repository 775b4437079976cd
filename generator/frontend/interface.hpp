#pragma once

// How an entry function's types are spelled in generated code, which sees the headers of the spec
// but not the spec itself: aliases and constants of the spec are written out.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>

#include <string>
#include <vector>

#include "frontend/source_files.hpp"
#include "ir/function.hpp"

namespace gradsmith::frontend {

/// The namespaces around a function, outermost first; inline ones marked by a leading '!'.
std::vector<std::string> namespaces_of(const clang::FunctionDecl* function);

class InterfaceTypes {
 public:
  InterfaceTypes(const clang::ASTContext& context, const SourceFiles& files,
                 const clang::FunctionDecl* function);

  /// As a parameter or result is declared: {"const double ", "[9]"}. Throws a Refusal without a
  /// place where generated code could not name the type.
  Spelling declared(clang::QualType type);

  /// An object of the type that a reference refers to, not const: {"double ", "[9]"}; a pointer to
  /// such where the length is not known: {"double* ", ""}.
  Spelling value(clang::QualType type);

  /// The headers that define the types spelled so far.
  const std::vector<std::string>& includes() const { return includes_; }

 private:
  Spelling spell(clang::QualType type, bool keep_const);
  std::string base_name(clang::QualType type);
  std::string class_name(clang::QualType type, const clang::CXXRecordDecl* record);
  std::string relative(std::string name) const;
  void include(const std::string& header);
  void include_definition(const clang::NamedDecl* decl, const std::string& shown);

  const clang::ASTContext& context_;
  const SourceFiles& files_;
  std::string scope_;  // "a::b::"
  std::vector<std::string> includes_;
};

}  // namespace gradsmith::frontend
