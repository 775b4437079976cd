#include "emit/include_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace gradsmith {
namespace {

constexpr std::string_view kPrefix = "GRADSMITH_";
constexpr std::string_view kExtension = ".grad.hpp";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '/' || c == '.'; }

/// Capitals, digits and single `_` stand for themselves; small letters are marks, so that the text
/// can be read back.
std::string marked(std::string_view text) {
  std::string name(kPrefix);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // C++ keeps names with two `_` in a row to itself.
    const auto apart = [&](std::size_t k) {
      return k < text.size() && text[k] != '_' && !is_separator(text[k]);
    };
    if (is_lower(c)) {
      name += static_cast<char>(c - 'a' + 'A');
    } else if (is_digit(c)) {
      name += c;
    } else if (is_upper(c)) {
      name += {'c', c};
    } else if (is_separator(c)) {
      if (name.back() != '_') name += '_';
      name += {c == '/' ? 's' : 'd', '_'};
    } else if (c == '_') {
      name += i > 0 && apart(i - 1) && apart(i + 1) ? '_' : 'u';
    } else {
      name += fmt::format("x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

}  // namespace

std::string include_guard(const std::string& path) {
  const std::size_t stem = path.size() - std::min(path.size(), kExtension.size());
  const bool usual = path.ends_with(kExtension) && stem > 0 && !is_separator(path[stem - 1]);
  // Only the usual ending ends the guard so.
  if (usual) return marked(path.substr(0, stem)) + "_GRAD_HPP";
  const std::string guard = marked(path);
  return guard + (guard.ends_with('_') ? "FILE" : "_FILE");
}

std::string struct_guard(const std::string& name, const StructDefinition& definition) {
  std::uint32_t number = 2166136261u;  // FNV-1a
  for (const StructDefinition::Member& member : definition.members) {
    for (const char c : member.spelling.declare(member.name) + ";") {
      number = (number ^ static_cast<unsigned char>(c)) * 16777619u;
    }
  }
  return fmt::format("{}_{:08X}", marked(name), number);
}

}  // namespace gradsmith
