#pragma once

// The first half of reading infix notation: text to a tree without types. A shunting yard, so
// nothing recurses.

#include <cstdint>
#include <string_view>
#include <vector>

#include "ir/ops.hpp"
#include "ir/parse.hpp"

namespace gradsmith {

using SyntaxId = std::uint32_t;

/// One place in the tree; children precede their parents.
struct Syntax {
  enum class Kind : std::uint8_t {
    Number,       ///< `text`, suffix included
    Truth,        ///< `true` or `false`
    Name,         ///< an input
    Declaration,  ///< the name of an index or state, where a loop introduces it
    Bound,        ///< its use: slot `slot` of `scope`; `children` are the scopes of Traces between
    Operator,     ///< `text` is the token or the function
    Convert,      ///< `text` is the kind
    If,
    At,
    Final,   ///< of slot `slot`
    OneHot,  ///< extents, indices, value; `split` extents
    Pack,    ///< extents, elements; `split` extents
    Loop,  ///< begin, end, step (kNoSyntax: 1), what stands after `from`, then from `split` on what
           ///< stands after the colon; `text` is its word, `scope` its own
    Trace,  ///< fold, body
  };
  Kind kind;
  std::string_view text;
  std::size_t position = 0;
  std::vector<SyntaxId> children;
  std::size_t split = 0;
  int slot = 0;
  std::uint32_t scope = 0;
};
inline constexpr SyntaxId kNoSyntax = 0xffffffffu;

/// The names that a loop introduces.
struct SyntaxScope {
  int level = 0;  ///< at which the body is built; of a Trace, its Fold's
  std::vector<std::string_view> names;
  std::vector<SyntaxId> inits;  ///< of a Fold's states
  SyntaxId fold = kNoSyntax;    ///< of a Trace
};

struct SyntaxTree {
  std::vector<Syntax> nodes;  ///< the root comes last
  std::vector<SyntaxScope> scopes;
};

/// Throws ParseError.
SyntaxTree read_infix(std::string_view text);

}  // namespace gradsmith
