#pragma once

// Simplification: the rules of passes/rules.cpp, the laws of arrays and constant folding.

#include "ir/function.hpp"
#include "passes/rules.hpp"

namespace gradsmith {

/// Rewrites every node that outputs and locals need until nothing applies: nodes of the author's
/// value and of conditions (`pinned_nodes`) by the rules that f.policy allows (Strict: Exact;
/// Finite: Finite too; Fast: all), the others by every rule. A node in both roles is treated as the
/// author's. Simplifying the result again changes nothing. x*y and y*x become one node, in the
/// order that comes first. A rule that pays only where nothing else uses what it consumes is
/// applied only there; where a later rewrite makes the consumed node again (rare), an operation is
/// left in two forms. Time grows as the number of nodes, read or made.
Function simplify(Function f);

/// One step, as a person would do it on paper: everywhere in `f` at once, the first rule that
/// matches a node as it stands in `f` is applied, and what comes of it is left for the next step.
Function simplify_step(Function f, RuleSet set = RuleSet::All);

}  // namespace gradsmith
