#pragma once

// Pointers to rows of arrays.

#include <set>
#include <string>

#include "emit/block.hpp"

namespace gradsmith {

/// Where a block reads or writes several elements of an array that lie a constant number apart,
/// `t[row_1]`, `t[row_1 + 1]`, `t[row_1 + 2]`, they are those of a pointer: `t_row[0]`, `t_row[1]`,
/// `t_row[2]`. That is shorter, and compilers see that the elements are neighbours, which sums of
/// int hide from some. The pointer is made only where one of the elements is certainly accessed.
/// `taken`: names that are not to be used, or hidden, beside those of the block.
void point_to_rows(Block& block, std::set<std::string> taken);

/// What a pointer to a row of an array is called; `taken` has that name then.
std::string row_name(const std::string& array, std::set<std::string>& taken);

}  // namespace gradsmith
