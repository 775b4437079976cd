#pragma once

// What `print` shows: a function whose outputs are the formulas, and what each is called.

#include <string>
#include <vector>

#include "commands/lowered_spec.hpp"

namespace gradsmith {

struct Formulas {
  Function function;
  std::vector<std::string> labels;  ///< one per output: `loss`, `d loss / d w[2]`
};

/// The outputs of a function, what it returns called `returned`; arrays that are taken apart give a
/// formula per element.
Formulas output_formulas(Function f, const std::string& returned);

/// The derivatives that a word asks for by the textbook's rules, nothing simplified; those of
/// higher order by repeated application. A local by which is differentiated stands as a variable of
/// its own. Throws Refusal where the word has no meaning for the function, and UsageError for words
/// that ask for no plain list of derivatives: hessian, jvp, vjp, hvp.
Formulas textbook_formulas(const LoweredSpec& spec, const LoweredFunction& lowered,
                           const Word& word);

/// One formula of several, on its own.
Function single_formula(const Formulas& formulas, std::size_t which);

/// Throws Refusal gs-too-large where the outputs, written out as trees, are too long for anybody to
/// read.
void require_readable(const Function& f);

}  // namespace gradsmith
