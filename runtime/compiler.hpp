#pragma once

// The system's C++ compiler: finding it, and shared objects that it makes, kept in a cache.

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradsmith::runtime {

// There is no compiler, or it refused the source; the message is what it said, whole.
class CompileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The same bits on every machine (no fused multiply-adds), and no calls that only set errno.
std::vector<std::string> default_flags();

struct CompileOptions {
  std::vector<std::string> compiler;  // words of its command; empty: find_compiler()
  std::vector<std::string> flags = default_flags();
  std::vector<std::string> include_folders;
  std::filesystem::path cache;  // empty: cache_folder()
};

// $CXX, which may have arguments, else c++, g++ or clang++ on the path. Throws CompileError where
// there is none.
std::vector<std::string> find_compiler();

// What that compiler says of itself, without the name by which it was called: c++ may be g++.
// Throws CompileError.
std::string compiler_version();

// $XDG_CACHE_HOME/gradsmith, else ~/.cache/gradsmith, else a folder for temporary files.
std::filesystem::path cache_folder();

struct SharedObject {
  std::filesystem::path file;
  std::string command;  // as it would be typed
  bool from_cache = false;
  // The folder to remove once the object is loaded, where the cache cannot be written to; else
  // empty.
  std::filesystem::path temporary;
};

// Makes a shared object of C++ source. In the cache it is called by a hash of source, the files in
// quotes that it includes, flags, the compiler, its version and this machine's processor; an entry
// that is not whole is made again. Any number of processes may do so at once. The source stays
// beside it. Where the cache cannot be written to, a folder for this once is made. Throws
// CompileError.
SharedObject compile_shared_object(const std::string& source, const CompileOptions& options = {});

// Where a shared object would lie.
std::filesystem::path shared_object_path(const std::string& source, const CompileOptions& options);

}  // namespace gradsmith::runtime
