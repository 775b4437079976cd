#pragma once

// How a function is called over flat arrays: where each of its arguments comes from.

#include <optional>
#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// The numbers of the C description; see module_types.hpp.
enum class ModuleRole : std::uint8_t { Param, Data, Size, Work, Result };

/// One parameter, or what is returned.
struct ModuleParameter {
  const Parameter* parameter = nullptr;  ///< null: the return value
  ModuleRole role = ModuleRole::Param;
  bool is_int = false;
  bool is_float = false;              ///< holds float, which comes and goes as double
  bool in_room = false;               ///< no flat array of double or int: see module_rooms.hpp
  std::vector<std::int64_t> extents;  ///< -1: comes at run time
  std::int64_t fixed = 1;             ///< elements, without the extent that comes at run time
  NodeId run_time = kNoNode;          ///< the length's value; kNoNode: not known or fixed
  bool at_run_time = false;
  int slot = 0;              ///< among the data, or among the sizes
  std::string offset = "0";  ///< of params, results and work: where it begins in its flat array
};

/// A function's parameters in order, the return value last.
struct ModuleInterface {
  std::vector<ModuleParameter> parameters;
  bool at_once = false;          ///< some array comes at run time: one call takes all samples
  std::int64_t fixed_count = 0;  ///< numbers in the partials of fixed shape
};

/// A pointer to the elements of an array whose length comes at run time.
Spelling as_pointer(const Spelling& spelling);

/// Why the function cannot be called over flat arrays; empty where it can.
std::string why_not_in_module(const Function& primal);

/// Only for functions that can.
ModuleInterface module_interface(const Function& primal);

/// `typedef`s of the types that arguments are seen as, indented by two blanks.
std::string argument_types(const Function& primal, const ModuleInterface& interface);

/// The arguments of a call of `primal`'s own parameters; `each`: by the sample `i`.
std::vector<std::string> arguments(const Function& primal, const ModuleInterface& interface);

}  // namespace gradsmith
