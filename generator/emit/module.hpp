#pragma once

// The C description of a generated file: which functions it has, their parameters with names,
// shapes and roles, and pointers by which all of them are called alike, over flat arrays.

#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// A function of the spec and what was emitted for it; null: that was not.
struct ModuleFunction {
  Function primal;  ///< its parameters and results, with lengths that are constant as constants
  const Function* value = nullptr;
  const Function* gradient = nullptr;
  const Function* value_work = nullptr;  ///< give the lengths of workspaces
  const Function* gradient_work = nullptr;
};

struct ModuleRequest {
  std::string spec;                       ///< the spec's path within its project
  std::vector<ModuleFunction> functions;  ///< in source order
};

/// `five_points` of `specs/five_points.cpp`: what the module is called in C++.
std::string module_name(const std::string& spec);

/// Why a function is left out; empty where it is not.
std::string why_left_out(const ModuleFunction& function);

/// The text that stands behind everything else in the file. Functions that cannot be called over
/// flat arrays of double and int (structs with integers, state) are left out, and a comment says
/// why.
std::string print_module(const ModuleRequest& request);

}  // namespace gradsmith
