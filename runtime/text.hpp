#pragma once

// Numbers as text, and options in words: parts between colons.

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <vector>

namespace gradsmith::runtime {

/// Reads a number that is the whole text; false where it is none.
template <class T>
bool read_number(const std::string& text, T& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

/// The shortest digits that read back to the same bits, with a point or an exponent among them.
template <class T>
std::string shortest(T x) {
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, x);
  std::string digits(text, end);
  if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  return digits;
}

/// `uniform`, `-1`, `1` of `uniform:-1:1`.
inline std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace gradsmith::runtime
