#pragma once

// What gradsmith says when it will not handle something that the user wrote.

#include <cstdint>
#include <stdexcept>
#include <string>

namespace gradsmith {

/// A place in a spec: 1-based line and column; line 0 means that no place is known.
struct SourceLocation {
  std::uint16_t file = 0;  ///< index into the Function's `files`
  std::uint16_t column = 0;
  std::uint32_t line = 0;

  bool known() const { return line != 0; }
  bool operator==(const SourceLocation&) const = default;
  /// Source order, within one file.
  bool operator<(const SourceLocation& other) const {
    return line != other.line ? line < other.line : column < other.column;
  }
};

/// Thrown by the frontend, passes and emission when a spec or a request is outside what gradsmith
/// handles. Commands print it at its place and exit with status 1; nothing is written.
class Refusal : public std::runtime_error {
 public:
  /// `code` is the stable diagnostic code without brackets (`gs-unbounded-loop`), `reason` one
  /// sentence without a full stop, `way_out` what to write instead (may be empty).
  Refusal(std::string code, std::string reason, std::string way_out = "",
          SourceLocation where = {});

  const std::string& code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& way_out() const { return way_out_; }
  SourceLocation where() const { return where_; }

 private:
  std::string code_;
  std::string reason_;
  std::string way_out_;
  SourceLocation where_;
};

}  // namespace gradsmith
