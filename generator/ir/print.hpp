#pragma once

// Graphs as text, for people and for tests; parse.hpp reads the first two forms back.

#include <string>

#include "ir/function.hpp"

namespace gradsmith {

/// The project's own expression syntax, fully parenthesised: `(((4 * x) * y) + exp((-1 * y)))`.
/// Shared nodes are written at each use, so this is for expressions that are small as trees.
///
///     (x * y)  exp(x)  pow(x, y)  (-x)  (!c)  (c ? a : b)  float(x)  double(i)  a[i, j]
///     sum(i1 in 0..n: a[i1])             a Reduce; also product, all, any, min, max, fmin, fmax;
///                                        `by step` and `from init` follow the range where needed
///     argmin(i1 in 0..n from inf: a[i1]) an ArgReduce
///     map(i1 in 0..n: a[i1])             a Map
///     onehot(3, 4: i, j, v)              a OneHot of extents 3, 4; pack(2, 2: a, b, c, d) a Pack
///     write(i1 in 0..n from a: i1, v)    a Write; the value comes last
///     fold(i1 in 0..n, s1_1 from x: (2 * s1_1)).0                         the Final of slot 0
///     trace(fold(i1 in 0..n, s1_1 from x: (2 * s1_1)), i1, s1_1: exp(s1_1))   a Trace
///
/// A loop's index is named i<level>, its states s<level>_<k> from k = 1. Numbers carry the suffix f
/// for F32 and i for Index; Index numbers that stand as subscript, extent or bound go without.
std::string to_infix(const Graph& graph, NodeId id);

/// Every kind of node, with its level, slot and type; a node that is used more than once is named
/// where it is first needed, so the text is linear in the graph. Open bodies are allowed.
///
///     (graph
///       (let %1 (Input "y" f64))
///       (Add (Mul (Mul 4 (Input "x" f64)) %1) (Exp (Mul -1 %1))))
std::string to_sexpr(const Graph& graph, NodeId id);

/// All outputs: `(function "loss" (let ...) (output "d.w[]" %7) ...)`.
std::string to_sexpr(const Function& f);

/// A formula for \LaTeX's mathematics mode, with parentheses only where they are needed.
std::string to_latex(const Graph& graph, NodeId id);

/// A picture for Graphviz: operands above their users, outputs at the bottom.
std::string to_dot(const Graph& graph, NodeId id);
std::string to_dot(const Function& f);

/// {"function": name, "nodes": [{"id", "op", "type", "operands", ...}], "outputs": [...]}
std::string to_json(const Graph& graph, NodeId id);
std::string to_json(const Function& f);

}  // namespace gradsmith
