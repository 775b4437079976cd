#include "runtime/files.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "runtime/data_error.hpp"

namespace gradsmith::runtime {

namespace fs = std::filesystem;

std::string read_whole(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) throw DataError(file.string() + ": is a folder");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw DataError(file.string() + ": cannot be read: " + std::strerror(errno));
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) throw DataError(file.string() + ": reading failed");
  return std::move(text).str();
}

namespace {

[[noreturn]] void fail(const fs::path& file, const std::string& why) {
  throw DataError(file.string() + ": cannot be written: " + why);
}

// What a symbolic link points to in the end, be it there or not.
fs::path pointed_to(fs::path file) {
  std::error_code error;
  constexpr int kMostLinks = 40;  // as systems follow
  for (int k = 0; k < kMostLinks && fs::is_symlink(fs::symlink_status(file, error)); ++k) {
    const fs::path to = fs::read_symlink(file, error);
    file = to.is_absolute() ? to : file.parent_path() / to;
  }
  return file;
}

// Nothing where it was written.
std::string why_not_written(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  return stream ? "" : std::strerror(errno);
}

}  // namespace

bool is_stream(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

void write_whole(const fs::path& named, const std::string& text) {
  if (is_stream(named)) {
    if (const std::string why = why_not_written(named, text); !why.empty()) fail(named, why);
    return;
  }
  std::error_code error;
  const fs::path file = pointed_to(named);
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  fs::path temporary = file;
  temporary += "." + std::to_string(getpid()) + ".tmp";
  if (const std::string why = why_not_written(temporary, text); !why.empty()) {
    fs::remove(temporary, error);
    fail(named, why);
  }
  fs::rename(temporary, file, error);
  if (!error) return;
  const std::string why = error.message();
  fs::remove(temporary, error);
  fail(named, why);
}

void require_writable(const fs::path& named) {
  std::error_code error;
  if (is_stream(named)) {
    if (access(named.c_str(), W_OK) != 0) fail(named, std::strerror(errno));
    return;
  }
  const fs::path file = pointed_to(named);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  fs::create_directories(folder, error);
  if (fs::is_directory(file, error)) fail(named, std::strerror(EISDIR));
  if (access(folder.c_str(), W_OK | X_OK) != 0) fail(named, std::strerror(errno));
}

}  // namespace gradsmith::runtime
