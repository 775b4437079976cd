#pragma once

// What a word with parentheses means in infix notation: a function, an array, or a loop.

#include "ir/infix_syntax.hpp"

namespace gradsmith {

/// A word with its arguments read.
struct SyntaxCall {
  std::string_view word;
  std::size_t position = 0;
  /// What stands between the arguments: `,` `:` `.` (for ..) `i` (in) `b` (by) `f` (from).
  std::string separators;
  std::uint32_t scope = kNoSyntax;  ///< of a loop or Trace
};

/// Whether a word introduces an index: `sum(i in ...`.
bool is_loop_word(std::string_view word);

/// Throws ParseError where the separators are not those of the word.
Syntax call_syntax(const SyntaxCall& call, std::vector<SyntaxId> arguments);

}  // namespace gradsmith
