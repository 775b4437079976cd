#include "frontend/known_functions.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>

#include <algorithm>

#include "frontend/types.hpp"

namespace gradsmith::frontend {
namespace {

using Kind = KnownFunction::Kind;

struct Row {
  const char* name;
  Kind kind;
};

constexpr Row kFree[] = {
    {"abs", Kind::Abs},
    {"labs", Kind::Abs},
    {"llabs", Kind::Abs},
    {"clamp", Kind::Clamp},
    {"isnan", Kind::IsNan},
    {"isinf", Kind::IsInf},
    {"isfinite", Kind::IsFinite},
    {"signbit", Kind::SignBit},
    {"move", Kind::PassOn},
    {"forward", Kind::PassOn},
    {"as_const", Kind::PassOn},
    {"swap", Kind::Swap},
    {"make_pair", Kind::MakeTuple},
    {"make_tuple", Kind::MakeTuple},
    {"get", Kind::Get},
    {"size", Kind::Size},
    {"data", Kind::Data},
    {"empty", Kind::Empty},
    {"begin", Kind::Begin},
    {"end", Kind::End},
    {"cbegin", Kind::Begin},
    {"cend", Kind::End},
    {"distance", Kind::Distance},
};

/// Of <algorithm> and <numeric>: those whose order of operations the standard fixes.
constexpr Row kAlgorithm[] = {
    {"accumulate", Kind::Accumulate},
    {"inner_product", Kind::InnerProduct},
    {"fill", Kind::FillRange},
    {"fill_n", Kind::FillCount},
    {"copy", Kind::Copy},
    {"transform", Kind::Transform},
    {"for_each", Kind::ForEach},
    {"iota", Kind::Iota},
    {"partial_sum", Kind::PartialSum},
    {"max_element", Kind::MaxElement},
    {"min_element", Kind::MinElement},
};

constexpr Row kArrayMember[] = {
    {"operator[]", Kind::Subscript},
    {"at", Kind::At},
    {"front", Kind::Front},
    {"back", Kind::Back},
    {"data", Kind::Data},
    {"begin", Kind::Begin},
    {"end", Kind::End},
    {"cbegin", Kind::Begin},
    {"cend", Kind::End},
    {"swap", Kind::Swap},
    {"fill", Kind::Fill},
    {"size", Kind::Constant},
    {"max_size", Kind::Constant},
    {"empty", Kind::Constant},
};

constexpr Row kSequenceMember[] = {
    {"operator[]", Kind::Subscript},
    {"at", Kind::At},
    {"front", Kind::Front},
    {"back", Kind::Back},
    {"data", Kind::Data},
    {"begin", Kind::Begin},
    {"end", Kind::End},
    {"cbegin", Kind::Begin},
    {"cend", Kind::End},
    {"size", Kind::Size},
    {"empty", Kind::Empty},
    {"operator=", Kind::Assign},
    {"assign", Kind::Refill},
    {"resize", Kind::Resize},
    {"push_back", Kind::PushBack},
    {"emplace_back", Kind::PushBack},
    {"reserve", Kind::Reserve},
    {"shrink_to_fit", Kind::Reserve},
    {"swap", Kind::Swap},
};

constexpr Row kIteratorMember[] = {
    {"operator*", Kind::Dereference},
    {"operator[]", Kind::Subscript},
    {"operator+", Kind::Advance},
    {"operator-", Kind::Retreat},
};

template <std::size_t n>
std::optional<KnownFunction> find(const Row (&rows)[n], const std::string& name) {
  for (const Row& row : rows) {
    if (name == row.name) return KnownFunction{row.kind, Op::Constant};
  }
  return std::nullopt;
}

bool all_floating(const clang::FunctionDecl* function) {
  return std::all_of(function->param_begin(), function->param_end(),
                     [](const clang::ParmVarDecl* p) {
                       return p->getType().getNonReferenceType()->isRealFloatingType();
                     });
}

/// std::min and std::max of a list in braces.
std::optional<KnownFunction> find_of_list(const std::string& name,
                                          const clang::FunctionDecl* function) {
  if (!function->isInStdNamespace() || function->getNumParams() != 1) return std::nullopt;
  const clang::CXXRecordDecl* list = record_of(function->getParamDecl(0)->getType());
  if (!list || !list->isInStdNamespace() || list->getName() != "initializer_list") {
    return std::nullopt;
  }
  if (name == "min") return KnownFunction{Kind::OfList, Op::Min};
  if (name == "max") return KnownFunction{Kind::OfList, Op::Max};
  return std::nullopt;
}

/// Whether a function takes one iterator from another.
bool is_difference_of_iterators(const std::string& name, const clang::FunctionDecl* function) {
  return name == "operator-" && function->getNumParams() == 2 &&
         std::all_of(
             function->param_begin(), function->param_end(), [](const clang::ParmVarDecl* p) {
               const clang::CXXRecordDecl* type = record_of(p->getType().getNonReferenceType());
               return type && is_iterator(type);
             });
}

/// The row of ops.def with that spelling, or with it before the C library's suffix f.
std::optional<KnownFunction> find_operator(const std::string& name,
                                           const clang::FunctionDecl* function) {
  const bool in_std = function->isInStdNamespace();
  for (const OpRow& row : op_rows()) {
    if (!is_call(row.op) || row.op == Op::Polygamma) continue;
    // min and max are library templates; fmin and fmax the C functions.
    const bool only_std = row.op == Op::Min || row.op == Op::Max;
    if (only_std && !in_std) continue;
    const std::string spelling(row.spelling);
    const bool suffixed = !only_std && name == spelling + "f" && all_floating(function);
    if ((name == spelling || suffixed) &&
        static_cast<int>(function->getNumParams()) == row.operands) {
      return KnownFunction{Kind::Operator, row.op};
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_library_function(const clang::FunctionDecl* function, const SourceFiles& files) {
  if (function->getBuiltinID() != 0) return true;
  return files.in_system_header(function->getLocation());
}

std::optional<KnownFunction> known_function(const clang::FunctionDecl* function) {
  const std::string name = function->getNameAsString();
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function)) {
    if (is_std_array(method->getParent())) return find(kArrayMember, name);
    if (sequence_of(method->getParent()) != Sequence::None) return find(kSequenceMember, name);
    if (is_iterator(method->getParent())) return find(kIteratorMember, name);
    if (is_tuple(method->getParent()) && name == "operator=") {
      return KnownFunction{Kind::AssignTuple};
    }
    if (method->isStatic() && method->isConstexpr()) return KnownFunction{};
    return std::nullopt;
  }
  if (is_difference_of_iterators(name, function)) return KnownFunction{Kind::Distance};
  const clang::DeclContext* scope = function->getDeclContext()->getRedeclContext();
  if (!function->isInStdNamespace() && !scope->isTranslationUnit()) return std::nullopt;
  if (const auto op = find_operator(name, function)) return op;
  if (const auto list = find_of_list(name, function)) return list;
  if (const auto row = find(kFree, name)) return row;
  if (function->isInStdNamespace()) {
    if (const auto row = find(kAlgorithm, name)) return row;
  }
  if (name.starts_with("__builtin_")) return KnownFunction{};  // NAN, INFINITY: what they compute
  return std::nullopt;
}

bool returns_an_argument(const KnownFunction& known) {
  return known.kind == Kind::Clamp ||
         (known.kind == Kind::Operator && (known.op == Op::Min || known.op == Op::Max));
}

}  // namespace gradsmith::frontend
