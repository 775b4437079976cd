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

void write_whole(const fs::path& file, const std::string& text) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  fs::path temporary = file;
  temporary += "." + std::to_string(getpid()) + ".tmp";
  {
    std::ofstream stream(temporary, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
      const std::string why = std::strerror(errno);
      fs::remove(temporary, error);
      throw DataError(file.string() + ": cannot be written: " + why);
    }
  }
  fs::rename(temporary, file, error);
  if (!error) return;
  const std::string why = error.message();
  fs::remove(temporary, error);
  throw DataError(file.string() + ": cannot be written: " + why);
}

void require_writable(const fs::path& file) {
  std::error_code error;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  fs::create_directories(folder, error);
  std::string why;
  if (fs::is_directory(file, error)) {
    why = std::strerror(EISDIR);
  } else if (access(folder.c_str(), W_OK | X_OK) != 0) {
    why = std::strerror(errno);
  }
  if (!why.empty()) throw DataError(file.string() + ": cannot be written: " + why);
}

}  // namespace gradsmith::runtime
