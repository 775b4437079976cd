#pragma once

// Where an lvalue lies: a variable, a run of its leaves, and subscripts. References and pointers
// are values too: the place that they refer to.

#include <cstdint>
#include <memory>
#include <vector>

#include "frontend/types.hpp"
#include "ir/graph.hpp"

namespace gradsmith::frontend {

/// A variable's position in the Environment.
using VariableId = std::uint32_t;

struct Place {
  VariableId variable = 0;
  std::size_t first = 0;           ///< its first leaf among the variable's
  const Layout* layout = nullptr;  ///< of what lies there
  std::vector<NodeId> subscripts;  ///< Index nodes, over the leading extents of its leaves
  /// Where the place is an element of an array, that array: pointers to it may move.
  const Layout* array = nullptr;

  bool operator==(const Place&) const = default;
};

/// What a leaf of a variable holds: a number's node, or the place that a pointer points to. Neither
/// where a function has not returned a value yet.
struct Cell {
  NodeId node = kNoNode;
  std::shared_ptr<const Place> place;

  bool undefined() const { return node == kNoNode && !place; }
  bool operator==(const Cell& other) const {
    if (node != other.node || !place != !other.place) return false;
    return !place || *place == *other.place;
  }
};

inline Cell number_cell(NodeId node) { return {node, nullptr}; }
inline Cell address_cell(Place place) {
  return {kNoNode, std::make_shared<const Place>(std::move(place))};
}

/// A value of any type: a cell per leaf of its layout.
struct Value {
  const Layout* layout = nullptr;
  std::vector<Cell> cells;
};

/// The member of a class that lies at `whole`.
Place member_of(const Place& whole, const Layout::Member& member);

/// The element of an array that lies at `whole`.
Place element_of(const Place& whole, NodeId index);

}  // namespace gradsmith::frontend
