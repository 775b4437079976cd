#pragma once

// Types of values: an element kind and a shape.

#include <cstdint>
#include <vector>

namespace gradsmith {

/// A node's place in the arena of its Graph. Operands have smaller ids than their users.
using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffffu;

/// Tuple is the type of a Fold, whose states are picked with Final.
enum class Element : std::uint8_t { Bool, Index, F32, F64, Tuple };

constexpr bool is_floating(Element e) { return e == Element::F32 || e == Element::F64; }

/// Element kind and extents; extents are Index nodes, outermost first. No extents: a scalar.
struct Type {
  Element element = Element::F64;
  std::vector<NodeId> extents;

  bool is_scalar() const { return extents.empty(); }
  bool operator==(const Type&) const = default;
};

/// A type's place in the table of its Graph; the scalar types come first, in Element's order.
using TypeId = std::uint16_t;
inline constexpr TypeId kScalarTypes = 5;
constexpr TypeId scalar_type(Element e) { return static_cast<TypeId>(e); }

}  // namespace gradsmith
