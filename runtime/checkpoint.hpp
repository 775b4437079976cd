#pragma once

#include <filesystem>
#include <string>

#include "runtime/fit.hpp"

namespace gradsmith::runtime {

// A state of training as text, numbers in hexadecimal so that they keep all bits. `about` is a line
// that says of what training it is.
std::string checkpoint_text(const FitState& state, const std::string& about);

// Writes it whole or not at all. Throws DataError.
void write_checkpoint(const std::filesystem::path& file, const FitState& state,
                      const std::string& about);

// Throws DataError for a file that is no checkpoint or cut off, for one of another version, for one
// about something else, and for one of another number of parameters.
FitState read_checkpoint(const std::filesystem::path& file, const std::string& about,
                         std::size_t parameters);

}  // namespace gradsmith::runtime
