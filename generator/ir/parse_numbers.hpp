#pragma once

// Numbers as both notations write them.

#include <optional>
#include <string_view>

#include "ir/graph.hpp"

namespace gradsmith {

/// The length of the number at the text's start, suffix and sign included; 0 where there is none.
/// `0..n` starts with the number 0.
std::size_t number_length(std::string_view text);

/// The kind that a number's suffix says.
std::optional<Element> number_suffix(std::string_view number);

/// The constant that a number, with or without suffix, is as `element`. Empty where it is none of
/// that kind: 0.5 as an Index, or a number out of range.
std::optional<NodeId> number_constant(Graph& graph, std::string_view number, Element element);

}  // namespace gradsmith
