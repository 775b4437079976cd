#include "comparison.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "process.hpp"

namespace e2e {
namespace {

using Words = std::vector<std::string>;

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The compiler must not put a libm function's value into the code in one of two programs only: it
// computes it exactly, which the library does not always do.
Words no_folding() {
  Words flags;
  for (const char* name :
       {"exp",  "exp2",  "expm1", "log",   "log2", "log10", "log1p",  "cbrt",   "hypot",
        "sin",  "cos",   "tan",   "asin",  "acos", "atan",  "atan2",  "sinh",   "cosh",
        "tanh", "asinh", "acosh", "atanh", "erf",  "erfc",  "lgamma", "tgamma", "fmod"}) {
    flags.push_back(fmt::format("-fno-builtin-{}", name));
    flags.push_back(fmt::format("-fno-builtin-{}f", name));
  }
  return flags;
}

const Words kSanitizers = {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"};

Words includes(const Comparison& c) {
  Words flags = {"-I.", std::string("-I") + GRADSMITH_TEST_DATA_DIR + "/e2e"};
  for (const std::string& folder : c.include_folders) flags.push_back("-I" + folder);
  return flags;
}

bool ran_well(Comparison& c, const Words& command) {
  const Ran ran = run(command, c.folder);
  if (ran.status == 0) return true;
  std::string line;
  for (const std::string& word : command) {
    if (word.rfind("-fno-builtin-", 0) != 0) line += word + " ";
  }
  c.log += fmt::format("in {}: {}\n{}{}\n", c.folder.string(), line, ran.out.substr(0, 20000),
                       ran.err.substr(0, 6000));
  return false;
}

Words plain_object(const Comparison& c, const std::string& compiler) {
  return Words{compiler, "-std=c++17", "-O1", "-g1", "-ffp-contract=off", "-w"} + kSanitizers +
         no_folding() + includes(c);
}

// The objects that every comparison shares, compiled once per run of the tests; empty where that
// fails. Several runs at once have a folder each.
const Words& shared_objects(Comparison& c) {
  static const Words objects = [&] {
    const std::filesystem::path folder = fresh_folder(fmt::format("compare_{}", getpid()));
    const std::string source = std::string(GRADSMITH_TEST_DATA_DIR) + "/e2e/oracle/";
    Words built;
    for (const char* name : {"compare", "judge", "points", "reference"}) {
      built.push_back(fmt::format("{}/{}.o", folder.string(), name));
      if (!ran_well(c, Words{GRADSMITH_GXX, "-std=c++20", "-O1", "-c", source + name + ".cpp", "-o",
                             built.back()} +
                           includes(c))) {
        return Words{};
      }
    }
    return built;
  }();
  return objects;
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  failures += other.failures;
  values += other.values;
  derivatives += other.derivatives;
  differences += other.differences;
  ordinary += other.ordinary;
  skipped_ordinary += other.skipped_ordinary;
  return *this;
}

bool build_references(Comparison& c) {
  write_file(c.folder / "plain.cpp", plain_table(c.functions, c.spec));
  write_file(c.folder / "oracle.cpp", oracle_table(c.functions, c.oracle_spec, c.before_oracle));
  return !shared_objects(c).empty() &&
         ran_well(c, Words{GRADSMITH_GXX, "-std=c++20", "-O1", "-ffp-contract=off", "-w", "-c",
                           "oracle.cpp", "-o", "oracle.o"} +
                         no_folding() + includes(c)) &&
         ran_well(c,
                  plain_object(c, GRADSMITH_GXX) + Words{"-c", "plain.cpp", "-o", "plain.g++.o"}) &&
         ran_well(c, plain_object(c, GRADSMITH_CLANGXX) +
                         Words{"-c", "plain.cpp", "-o", "plain.clang++.o"});
}

bool compare(Comparison& c, const std::vector<std::string>& words, const std::string& header,
             const std::string& policy, const std::string& compiler, Counts& counts) {
  const bool gcc = compiler == GRADSMITH_GXX;
  const std::string name = fmt::format("{}.{}", policy, gcc ? "g++" : "clang++");
  write_file(c.folder / (policy + ".cpp"), emitted_table(c.functions, words, header));
  // For hunts by hand: a warning does not hide what the numbers are.
  const bool only_numbers = std::getenv("GRADSMITH_E2E_ONLY_NUMBERS") != nullptr;
  const Words strict_flags = {"-std=c++11",
                              "-O1",
                              "-g1",
                              "-ffp-contract=off",
                              "-Wall",
                              "-Wextra",
                              "-Wconversion",
                              "-Wshadow",
                              "-Wdouble-promotion",
                              only_numbers ? "-w" : "-Werror"};
  const bool built =
      ran_well(c, Words{compiler} + strict_flags + kSanitizers + no_folding() + includes(c) +
                      Words{"-c", policy + ".cpp", "-o", name + ".o"}) &&
      ran_well(c, Words{compiler} + kSanitizers +
                      Words{name + ".o", gcc ? "plain.g++.o" : "plain.clang++.o", "oracle.o"} +
                      shared_objects(c) + Words{"-o", name});
  if (!built) return false;
  const Ran ran = run({"./" + name, policy}, c.folder);
  Counts counted;
  const std::size_t last = ran.out.rfind('\n', ran.out.size() < 2 ? 0 : ran.out.size() - 2);
  const std::string line = last == std::string::npos ? ran.out : ran.out.substr(last + 1);
  const int fields = std::sscanf(
      line.c_str(),
      "%ld failures; checked %ld values, %ld derivatives, %ld of the oracle's by differences; "
      "ordinary points: %ld derivatives checked, %ld numbers skipped",
      &counted.failures, &counted.values, &counted.derivatives, &counted.differences,
      &counted.ordinary, &counted.skipped_ordinary);
  if (ran.status != 0 || fields != 6) {
    c.log += fmt::format("{} in {}, exit status {}:\n{}{}\n", name, c.folder.string(), ran.status,
                         ran.out.substr(0, 20000), ran.err.substr(0, 6000));
    return false;
  }
  counts += counted;
  return true;
}

}  // namespace e2e
