#pragma once

#include <stdexcept>

namespace gradsmith::runtime {

// A file that cannot be read, used or written; the message names it, the line and the field.
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gradsmith::runtime
