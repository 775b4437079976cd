#pragma once

// How C++ types are laid out as numbers. A value of any type is a list of leaves, one per scalar
// member in declaration order; an array of aggregates is an aggregate of arrays, so `Point pts[3]`
// has the leaves `[].x` and `[].y`, of shape [3] each.

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/Type.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith::frontend {

/// The extent of an array whose length only a run knows.
inline constexpr std::int64_t kRunTimeExtent = -1;

/// One scalar or array of scalars, or one pointer or reference, inside a type.
struct LeafLayout {
  std::vector<Step> steps;
  std::vector<std::int64_t> extents;  ///< of its subscript steps, outermost first
  NodeId length = kNoNode;            ///< the Index that extents[0] is where only a run knows it
  Element element = Element::F64;     ///< where it is a number
  bool address = false;               ///< a pointer or reference: its value is a Place
  bool read_only = false;             ///< in, or below, a member that is const
  clang::QualType type = {};          ///< of the number
};

struct Layout {
  enum class Kind { Number, Address, Array, Class };
  /// A field, a base class (whose members are named without it), or a member of a std::tuple.
  struct Member {
    const clang::FieldDecl* field = nullptr;
    const clang::CXXRecordDecl* base = nullptr;
    const Layout* layout = nullptr;
    std::size_t first = 0;  ///< its first leaf among the class's
  };

  Kind kind = Kind::Number;
  clang::QualType type;            ///< canonical, unqualified
  Element element = Element::F64;  ///< Number
  const Layout* inside = nullptr;  ///< Array: of one element
  std::int64_t extent = 0;         ///< Array
  NodeId length = kNoNode;         ///< Array: its extent where only a run knows it
  std::vector<Member> members;     ///< Class
  std::vector<LeafLayout> leaves;

  const Member* member(const clang::FieldDecl* field) const;
  const Member* base(const clang::CXXRecordDecl* base) const;
};

/// Layouts of types, each made once.
class Layouts {
 public:
  explicit Layouts(const clang::ASTContext& context) : context_(context) {}

  /// Throws a Refusal without a place where the type is outside the language. References are laid
  /// out as what they are: addresses.
  const Layout* of(clang::QualType type);

  /// Of the array of `length` elements, an Index node, that a pointer of the interface points to,
  /// or a vector holds. Each call makes another one. Refuses as `of` does.
  const Layout* run_time_array(clang::QualType element, NodeId length);

 private:
  Layout make(clang::QualType type);
  Layout make_class(clang::QualType type, const clang::CXXRecordDecl* record);
  Layout make_tuple(clang::QualType type, const clang::CXXRecordDecl* record);

  const clang::ASTContext& context_;
  std::unordered_map<const void*, std::unique_ptr<Layout>> made_;
  std::vector<std::unique_ptr<Layout>> run_time_arrays_;
};

/// The element kind of bool, integers, enumerations, float and double; empty for other types.
std::optional<Element> element_of(clang::QualType type);

/// A type as people write it, for messages.
std::string shown(clang::QualType type);

/// Whether a class is std::array.
bool is_std_array(const clang::CXXRecordDecl* record);

/// Whether a class is std::pair or std::tuple.
bool is_tuple(const clang::CXXRecordDecl* record);

/// The class of the standard library that holds, or refers to, elements one after another whose
/// number only a run knows.
enum class Sequence { None, Span, Vector };
Sequence sequence_of(const clang::CXXRecordDecl* record);
Sequence sequence_of(clang::QualType type);

/// Whether a type is std::vector itself, no reference to one.
bool is_vector(clang::QualType type);

/// Whether a class is what the standard library walks through spans and vectors with.
bool is_iterator(const clang::CXXRecordDecl* record);

/// The type of a sequence's elements; const where they cannot be written.
clang::QualType sequence_element(clang::QualType type);

/// The class's definition behind a type, or null.
const clang::CXXRecordDecl* record_of(clang::QualType type);

/// Whether an object of the type can be written through its name.
bool is_writable(clang::QualType type, const clang::ASTContext& context);

}  // namespace gradsmith::frontend
