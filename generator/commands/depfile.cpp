#include "commands/depfile.hpp"

namespace gradsmith {
namespace {

/// Backslashes count only before a blank or `#`, where each is doubled; a dollar is doubled.
std::string escaped(const std::string& path) {
  std::string result;
  std::size_t backslashes = 0;
  for (const char c : path) {
    if (c == ' ' || c == '\t' || c == '#') {
      result.append(backslashes + 1, '\\');
    } else if (c == '$') {
      result += '$';
    }
    backslashes = c == '\\' ? backslashes + 1 : 0;
    result += c;
  }
  return result;
}

}  // namespace

std::string depfile_text(const std::vector<Dependencies>& rules) {
  std::string text;
  for (const Dependencies& rule : rules) {
    text += escaped(rule.target) + ":";
    for (const std::string& file : rule.files) text += " \\\n  " + escaped(file);
    text += '\n';
  }
  return text;
}

bool is_depfile(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  return text.empty() || first.ends_with(": \\");
}

}  // namespace gradsmith
