#pragma once

#include <string>

namespace gradsmith::runtime {

// The content of gzipped bytes, be they of several gzipped files one behind the other; other bytes
// as they are. Throws DataError, naming `name`, where the file is broken, and where this build has
// no zlib.
std::string unzipped(std::string bytes, const std::string& name);

// Whether this build can unpack.
bool has_zlib();

}  // namespace gradsmith::runtime
