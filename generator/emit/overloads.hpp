#pragma once

// Overloads for callers' convenience, where they are asked for.

#include <set>
#include <string>

#include "ir/function.hpp"

namespace gradsmith {

/// An overload of an emitted function that allocates the workspace, and takes spans and vectors as
/// the author wrote them; empty where it would be the function itself.
std::string overload_of(const Function& f);

/// The headers that it needs beside the function's own, `<vector>`; those of C++20 are `newer`.
std::set<std::string> overload_includes(const Function& f, bool newer);

}  // namespace gradsmith
