#pragma once

// Writing files so that nobody ever sees half of one.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gradsmith {

/// The contents of a file; empty where there is none. Throws Refusal gs-unreadable for a folder
/// and for what cannot be read.
std::optional<std::string> read_file(const std::string& path);

/// Makes a folder and those above it. Throws Refusal gs-output-not-writable.
void make_folder(const std::string& path);

/// A file about to be written: `text` lies in a temporary file beside it until `commit` renames it.
/// Without `commit`, nothing has changed when the object dies. A file that holds the same text
/// already is left alone, its time with it. A link stays one: what it points to is written.
class PendingFile {
 public:
  /// `ours` says whether the text of a file that is already there may be replaced. Throws Refusal
  /// gs-foreign-output where it may not, gs-output-not-writable where writing fails.
  PendingFile(std::string path, std::string_view text,
              const std::function<bool(std::string_view)>& ours);
  ~PendingFile();
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;

  /// Throws Refusal gs-output-not-writable.
  void commit();

 private:
  std::string path_;
  std::string temporary_;  // empty: nothing to do
};

}  // namespace gradsmith
