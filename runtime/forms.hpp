#pragma once

// The braces in which a parameter's numbers stand, as gradsmith_type_v1 writes them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/model.hpp"

namespace gradsmith::runtime {

// `[2]{d<3>d}`; of numbers and plain arrays of them it is made of the extents.
std::string form_of(const Block& block);

// The extent that stands at a place, which then goes to the elements; nothing where it comes at run
// time.
std::optional<std::size_t> read_extent(std::string_view form, std::size_t& at);

// Where a number lies in the memory of an object.
struct NumberPlace {
  std::size_t offset = 0;
  bool is_float = false;
};

struct ObjectLayout {
  std::size_t size = 0;
  std::vector<NumberPlace> numbers;  // in order
};

// How compilers lay out an object of that form, which has no extents that come at run time.
ObjectLayout layout_of(std::string_view form);

}  // namespace gradsmith::runtime
