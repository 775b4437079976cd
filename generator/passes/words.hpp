#pragma once

// The vocabulary of derivatives: the words that --emit, --of and CMake's EMIT take, which are also
// the suffixes of emitted functions.

#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

enum class WordKind : std::uint8_t {
  Value,
  Gradient,
  Partials,
  Jacobian,
  Hessian,
  Jvp,
  Vjp,
  Hvp,
  SparseJacobian,
  SparseHessian,
  Overloads,  ///< no derivative: the others also for callers who do not mind allocating
  Named,      ///< `d_w11_d_b1`, `d_fout`, `fin_d_u1`
};

/// One word, understood for one function.
struct Word {
  std::string text;  ///< as written, without a function's name before a colon
  WordKind kind = WordKind::Value;
  std::string of;                ///< Named: the local that is differentiated; empty: the result
  std::vector<std::string> wrt;  ///< Named: parameters and locals, in order

  /// The locals of `f` by which this word differentiates: `f` must be lowered with them cut.
  std::vector<std::string> cuts(const Function& f) const;
};

/// Understands a word for a function; throws Refusal gs-unknown-word, saying what is known, where
/// it is neither of the fixed words nor made of names of `f`'s parameters and locals.
Word read_word(const std::string& text, const Function& f);

/// `jacobian` and `hessian` with `sparse_` in front, other words as they are.
std::string sparse_word(const std::string& text);

/// Whether the word is one of the fixed ones, which any function takes.
bool is_fixed_word(const std::string& text);

/// What is emitted where nothing is asked for: value and gradient, or value and jacobian where
/// there are several outputs.
std::vector<std::string> default_words(const Function& f);

}  // namespace gradsmith
