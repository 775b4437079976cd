#pragma once

// Text to graphs: the inverse of print.hpp.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// The text is not what it should be; what() gives the place and the reason.
class ParseError : public std::runtime_error {
 public:
  ParseError(std::size_t position, const std::string& reason);
  /// In characters from the text's start, from 0.
  std::size_t position() const { return position_; }
  const std::string& reason() const { return reason_; }

 private:
  std::size_t position_;
  std::string reason_;
};

/// Reads infix notation (print.hpp), with as few parentheses as C++ needs: `x + 2*y`. A name that
/// is not an input yet becomes a scalar one of kind `names`. A number without suffix takes the kind
/// of the operand beside it, is an Index where it stands as subscript or bound, else is of kind
/// `names`. A minus directly before a number is its sign: `-1*y` is a product with the constant -1.
NodeId parse_infix(Graph& graph, std::string_view text, Element names = Element::F64);

/// Reads what to_sexpr(graph, id) wrote.
NodeId parse_sexpr(Graph& graph, std::string_view text);

/// The outputs, in order, of what to_sexpr(function) wrote.
std::vector<NodeId> parse_sexpr_outputs(Graph& graph, std::string_view text);

}  // namespace gradsmith
