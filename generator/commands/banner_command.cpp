#include "commands/banner_command.hpp"

#include <algorithm>

#include "commands/status.hpp"

namespace gradsmith {
namespace {

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

std::string banner_command(const std::string& spec, const ContentOptions& options) {
  std::string command = "gradsmith generate " + quoted(spec);
  const auto add = [&](const std::string& option, const std::vector<std::string>& list) {
    std::vector<std::string> once;
    for (const std::string& entry : list) {
      if (std::ranges::find(once, entry) == once.end()) once.push_back(entry);
    }
    if (!once.empty()) command += " " + quoted(option + join(once, ","));
  };
  add("--emit=", options.emit);
  add("--wrt=", options.wrt);
  add("--function=", options.functions);
  if (options.policy != FpPolicy::Finite) command += " --fp=" + policy_name(options.policy);
  if (options.max_statements != kDefaultMaxStatements) {
    command += " --max-statements=" + std::to_string(options.max_statements);
  }
  return command;
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
