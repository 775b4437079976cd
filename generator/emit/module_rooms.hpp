#pragma once

// Arguments that are no flat arrays of double or int: float, integers of other types, structs of
// them. A call gets objects of the author's types in the workspace, filled number by number.

#include <string>

#include "emit/module_call.hpp"

namespace gradsmith {

/// For each such parameter k: the typedef `room_k`, `numbers_k`, how many doubles it takes up (at
/// run time a function of the sizes), and what copies it: `fill_k` from flat numbers, `take_k` to
/// flat numbers, `add_k` adds to them. With `gradient`, also what copies partials.
std::string room_functions(const Function& primal, const ModuleInterface& interface, bool gradient);

/// A pointer to the elements, which may be written, of an array whose length comes at run time.
Spelling writable_pointer(const Spelling& spelling);

/// `numbers_3`, or `numbers_3(a->sizes)`; the argument is how the sizes are called.
std::string room_size(const ModuleParameter& m, std::size_t k, const std::string& sizes);

/// The first number of such an argument, for its type.
std::string first_number(const ModuleParameter& m, std::size_t k);

/// `fill_3(to, from)`, with the number of elements where that comes at run time.
std::string copy_call(const char* what, const ModuleParameter& m, std::size_t k,
                      const std::string& first, const std::string& second);

}  // namespace gradsmith
