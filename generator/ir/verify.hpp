#pragma once

// The invariants of graphs and functions, checked after every pass in debug builds. A violation is
// a bug of ours.

#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// What is wrong with a graph, one sentence each: operands precede their users and have types that
/// fit; free levels are right; loops have their canonical level; states have their Fold's types.
std::vector<std::string> violations(const Graph& graph);

/// As above; and outputs are closed and have their leaf's type, and every input belongs to a
/// parameter or is a cut local.
std::vector<std::string> violations(const Function& f);

/// Aborts where there is a violation, naming `after`, the pass that has just run.
void verify(const Graph& graph, const std::string& after = "");
void verify(const Function& f, const std::string& after = "");

}  // namespace gradsmith
