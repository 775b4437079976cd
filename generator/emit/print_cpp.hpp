#pragma once

// C++11 text of statements and functions.

#include <set>
#include <string>
#include <string_view>

#include "emit/block.hpp"
#include "emit/split.hpp"
#include "ir/function.hpp"

namespace gradsmith {

/// The statements, each on its own lines of at most 100 columns, at `indent` blanks. `result`
/// spells the function's own return type; with `wide_integers` those of ours are `long long`.
std::string cpp_block(const Block& block, const Spelling& result, std::size_t indent,
                      bool wide_integers = false);

/// `inline double loss(double x, double /*y*/) {` and what it does; parameters that the body does
/// not mention have no name. `attribute` stands before it.
std::string cpp_function(const Function& f, const Block& body, std::string_view attribute = {});

/// As above, for a function in parts, which stand before it.
std::string cpp_function(const Function& f, const SplitFunction& split);

/// The namespace with the parts of a function, each with the attribute, and with the struct of what
/// they hand on.
std::string cpp_parts(const Function& f, const SplitFunction& split,
                      std::string_view attribute = {});

}  // namespace gradsmith
