#include "commands/write_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "support/refusal.hpp"

namespace gradsmith {
namespace {

namespace fs = std::filesystem;

// As many as the system follows.
constexpr int kMostLinks = 40;

constexpr const char* kElsewhere = "name a file in a folder that is there and may be written to";

[[noreturn]] void refuse_output(const std::string& path, const std::string& reason,
                                const std::string& way_out = kElsewhere) {
  throw Refusal("gs-output-not-writable", fmt::format("'{}' cannot be written: {}", path, reason),
                way_out);
}

/// Creates a file that nobody else has, beside `path`.
int create_beside(const std::string& path, std::string& name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    name = fmt::format("{}.{}-{}.tmp", path, ::getpid(), attempt);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  const auto refuse = [&] {
    return Refusal("gs-unreadable",
                   fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)),
                   "name a file that you may read");
  };
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw refuse();
  }
  std::string text;
  char buffer[65536];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, count);
  const bool failed = std::ferror(file) != 0;
  const int error = errno;
  std::fclose(file);
  errno = error;
  if (failed) throw refuse();
  return text;
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error && !fs::is_directory(path)) refuse_output(path, error.message());
}

PendingFile::PendingFile(std::string path, std::string_view text,
                         const std::function<bool(std::string_view)>& ours) {
  std::error_code error;
  // Where the name is a link, what it points to is replaced, not the link.
  for (int links = 0; fs::is_symlink(path, error); ++links) {
    if (links == kMostLinks) refuse_output(path, "too many links");
    path = (fs::path(path).parent_path() / fs::read_symlink(path, error)).string();
  }
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) refuse_output(path, "it is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    refuse_output(path, "it is not an ordinary file", "use --stdout");
  }
  if (const std::optional<std::string> present = read_file(path)) {
    if (!ours(*present)) {
      throw Refusal("gs-foreign-output",
                    fmt::format("'{}' was not written by gradsmith and is left as it is", path),
                    "choose another name, or remove the file");
    }
    if (*present == text) return;
    if (::access(path.c_str(), W_OK) != 0) refuse_output(path, std::strerror(errno));
  }

  path_ = std::move(path);
  const int file = create_beside(path_, temporary_);
  if (file < 0) {
    const std::string reason = std::strerror(errno);
    temporary_.clear();
    refuse_output(path_, reason);
  }
  if (fs::exists(status)) ::fchmod(file, static_cast<mode_t>(status.permissions()));
  const bool written = write_all(file, text);
  const int write_error = errno;
  const bool closed = ::close(file) == 0;
  if (written && closed) return;
  const std::string reason = std::strerror(written ? errno : write_error);
  ::unlink(temporary_.c_str());
  refuse_output(path_, reason);
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})) {}

PendingFile::~PendingFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void PendingFile::commit() {
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    refuse_output(path_, std::strerror(errno));
  }
  temporary_.clear();
}

}  // namespace gradsmith
