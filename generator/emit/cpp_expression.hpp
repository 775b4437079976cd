#pragma once

// C++11 text of expressions. Operators are printed from their rows in ops.def, with the fewest
// parentheses that keep the order of operations.

#include <string>
#include <string_view>

#include "emit/expression.hpp"

namespace gradsmith {

/// The shortest literal that reads back as the same number: `4.0`, `0.5f`, `1e-05`.
std::string cpp_literal(double value, Element element);

/// `double`, `float`, `bool` or `int`; with `wide_integers`, here and below, `long long` for `int`.
std::string_view cpp_type(Element element, bool wide_integers = false);

/// `d.w[0][1]`; all subscripts are constant.
std::string cpp_place(const Place& place);

/// On one line.
std::string cpp_expression(const Expression& e, bool wide_integers = false);

/// With marks where a line may end; see wrap.hpp.
std::string breakable_expression(const Expression& e, bool wide_integers = false);

}  // namespace gradsmith
