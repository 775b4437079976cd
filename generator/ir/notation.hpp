#pragma once

// The words and numbers that the printers write and the parsers read.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ir/graph.hpp"

namespace gradsmith {

/// How a Reduce and an ArgReduce by an operator are called in infix notation.
struct ReducerWord {
  Op op;
  std::string_view reduce;           ///< `sum`
  std::string_view arg_reduce;       ///< `argmin`; empty where there is no winner
  std::optional<double> start = {};  ///< the init that need not be written
};

/// Every operator that a Reduce may use.
std::span<const ReducerWord> reducer_words();

/// Null where `op` is none of them.
const ReducerWord* reducer_word(Op op);

/// Conversions in infix notation: `bool`, `index`, `float`, `double`.
std::string_view conversion_word(Element element);

/// Element kinds in s-expressions: `bool`, `index`, `f32`, `f64`, `tuple`.
std::string_view element_word(Element element);

/// A constant, shortest so that it reads back as the same bits: `4`, `-1`, `0.5`, `1e-05`, `inf`,
/// `nan`, `-nan`, `nan(0x7ff8000000000001)`; of F32 with the suffix f, of Index with the suffix i
/// unless `bare_index`; `true`, `false`.
std::string constant_text(const Graph& graph, NodeId id, bool bare_index = false);

/// Whether infix notation reads this text as one name: letters, digits, `_`, members `.x` and
/// subscripts `[]`, and no word that means something else.
bool is_plain_name(std::string_view name);

/// A name as infix notation writes it: itself, or between backquotes.
std::string quoted_name(std::string_view name);

/// `i2` for the index of the loop of level 2, `s2_1` for its first state.
std::string bound_name(int level, int slot);

/// Whether bound_name may give this.
bool is_bound_name(std::string_view name);

}  // namespace gradsmith
