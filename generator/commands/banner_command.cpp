#include "commands/banner_command.hpp"

#include <algorithm>

#include "commands/status.hpp"

namespace gradsmith {
namespace {

// With the comment's marker and the blanks before it, a line of 100 columns.
constexpr std::size_t kLongestWord = 90;

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace

std::vector<std::string> banner_command(const std::string& spec, const ContentOptions& options) {
  std::vector<std::string> words = {"gradsmith", "generate", quoted(spec)};
  const auto add = [&](const std::string& option, const std::vector<std::string>& list) {
    std::vector<std::string> once;
    for (const std::string& entry : list) {
      if (std::ranges::find(once, entry) == once.end()) once.push_back(entry);
    }
    std::string word;
    for (const std::string& entry : once) {
      if (!word.empty() && word.size() + 1 + entry.size() > kLongestWord) {
        words.push_back(quoted(word));
        word.clear();
      }
      word += (word.empty() ? option : ",") + entry;
    }
    if (!word.empty()) words.push_back(quoted(word));
  };
  add("--emit=", options.emit);
  if (options.sparse) words.emplace_back("--sparse");
  add("--wrt=", options.wrt);
  add("--length=", options.lengths);
  add("--function=", options.functions);
  if (options.policy != FpPolicy::Finite) words.push_back("--fp=" + policy_name(options.policy));
  if (options.max_statements != kDefaultMaxStatements) {
    words.push_back("--max-statements=" + std::to_string(options.max_statements));
  }
  if (options.keep_loops) words.push_back("--keep-loops");
  if (options.vector_math) words.push_back("--vector-math");
  if (options.module) words.emplace_back("--module");
  if (options.keep_going) words.push_back("--keep-going");
  return words;
}

std::string policy_name(FpPolicy policy) {
  switch (policy) {
    case FpPolicy::Strict:
      return "strict";
    case FpPolicy::Finite:
      return "finite";
    case FpPolicy::Fast:
      break;
  }
  return "fast";
}

}  // namespace gradsmith
