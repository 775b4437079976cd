#pragma once

// Files read whole and written whole.

#include <filesystem>
#include <string>

namespace gradsmith::runtime {

// Throws DataError where the file cannot be read.
std::string read_whole(const std::filesystem::path& file);

// Whether there is a device, a pipe or the like of that name: it is written to, not replaced.
bool is_stream(const std::filesystem::path& file);

// Writes beside the file and renames: nobody sees half of it, and what was there stays until then.
// A symbolic link stays one. Makes the folder where there is none. Throws DataError where it cannot
// be written.
void write_whole(const std::filesystem::path& file, const std::string& text);

// Throws DataError where write_whole would, so that what took long to make is not lost for a name.
// Makes the folder.
void require_writable(const std::filesystem::path& file);

}  // namespace gradsmith::runtime
