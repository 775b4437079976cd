#include "commands/status.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace gradsmith {

Status status_of(const Refusal& refusal) {
  if (dynamic_cast<const UsageError*>(&refusal)) return Status::Usage;
  // Names of the command line that only reading the spec can resolve.
  constexpr std::array kNames = {"gs-unknown-word", "gs-ambiguous-word", "gs-unknown-wrt",
                                 "gs-unknown-function-name"};
  return std::ranges::find(kNames, refusal.code()) != kNames.end() ? Status::Usage : Status::Failed;
}

void report(const Refusal& refusal) {
  say("error: " + refusal.reason() + " [" + refusal.code() + "]");
  if (!refusal.way_out().empty()) say("note: " + refusal.way_out());
}

void say(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

void print_result(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  throw Refusal("gs-output-not-writable",
                std::string("standard output cannot be written: ") + std::strerror(errno),
                "write a file with -o");
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) joined += separator;
    joined += part;
  }
  return joined;
}

}  // namespace gradsmith
