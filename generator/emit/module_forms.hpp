#pragma once

// How a parameter's type is described to the harness: the C++ header of trained parameters has
// objects of that type.

#include <string>
#include <vector>

#include "emit/module_call.hpp"

namespace gradsmith {

/// `Line` of `const Line& ` and of `Line* `: what plain arrays and pointers are of.
std::string element_type(const Spelling& spelling);

/// In which braces the object's numbers stand, as gradsmith_type_v1 has it: `[2]{d<3>d}`.
std::string number_form(const Graph& graph, const std::vector<Leaf>& leaves);

/// The definitions of a gradsmith_type_v1 for each param that is more than numbers and plain arrays
/// of them.
std::vector<std::string> object_types(const Function& primal, const ModuleInterface& interface);

/// `&object_type_3`, or `nullptr` for others.
std::string object_type(const ModuleParameter& m, std::size_t k);

}  // namespace gradsmith
