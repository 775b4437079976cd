#include "loop_comparison.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace e2e {
namespace {

using Words = std::vector<std::string>;

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Words kWarnings = {"-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wdouble-promotion",
                         "-Wno-unused-function",
                         // Random specs compare an index with itself.
                         "-Wno-tautological-compare",
                         // Some code still has arrays and numbers that nothing reads.
                         "-Wno-unused-but-set-variable", "-Wno-unused-variable"};
const Words kSanitizers = {"-O1", "-g1", "-fsanitize=address,undefined",
                           "-fno-sanitize-recover=all"};

Words base(const std::string& compiler) {
  return {compiler,
          "-std=c++20",
          "-ffp-contract=off",
          "-I.",
          std::string("-I") + GRADSMITH_TEST_DATA_DIR + "/e2e",
          std::string("-I") + GRADSMITH_SPEC_INCLUDE_DIR};
}

bool ran_well(LoopComparison& c, const Words& command) {
  const Ran ran = run(command, c.folder);
  if (ran.status == 0) return true;
  std::string line;
  for (const std::string& word : command) line += word + " ";
  c.log += fmt::format("in {}: {}\n{}{}\n", c.folder.string(), line, ran.out.substr(0, 20000),
                       ran.err.substr(0, 6000));
  return false;
}

// The judge, compiled once per run of the tests; empty where that fails.
const std::string& judge_object(LoopComparison& c) {
  static const std::string object = [&] {
    const std::string made = (fresh_folder(fmt::format("judge_{}", getpid())) / "judge.o").string();
    const std::string source = std::string(GRADSMITH_TEST_DATA_DIR) + "/e2e/oracle/loop_judge.cpp";
    return ran_well(c, base(GRADSMITH_GXX) + Words{"-O1", "-c", source, "-o", made}) ? made : "";
  }();
  return object;
}

// Warnings count in what is emitted, and in nothing else.
std::string quiet(const std::string& text) {
  std::string pragmas = "#pragma GCC diagnostic push\n";
  for (const char* warning : {"-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wdouble-promotion",
                              "-Wunused-parameter", "-Wsign-conversion", "-Wunused-variable",
                              "-Wunused-but-set-variable", "-Wmisleading-indentation"}) {
    pragmas += fmt::format("#pragma GCC diagnostic ignored \"{}\"\n", warning);
  }
  return pragmas + text + "#pragma GCC diagnostic pop\n";
}

std::string emitted_program(const LoopComparison& c) {
  std::string headers, specs = "#include \"oracle/loop_case.hpp\"\n";
  std::string definitions, rows;
  for (const LoopFunction& f : c.functions) {
    headers += fmt::format("#include \"{}.grad.hpp\"\n", f.name);
    specs += fmt::format("#include \"{}.cpp\"\n", f.name);
    const LoopAdapter a = emitted_adapter(f, read_file(c.folder / (f.name + ".grad.hpp")));
    definitions += a.definitions;
    rows += a.row;
  }
  return headers + quiet(specs + definitions +
                         fmt::format("namespace oracle {{\nextern const LoopCase loop_cases[] = "
                                     "{{\n{}}};\nextern const std::size_t loop_case_count = {};\n"
                                     "extern const bool loop_values_are_exact = {};\n}}\n",
                                     rows, c.functions.size(), c.policy == "strict"));
}

std::string oracle_program(const LoopComparison& c) {
  std::string specs, definitions, rows;
  for (const LoopFunction& f : c.functions) {
    specs += fmt::format("#include \"{}.cpp\"\n", f.name);
    const LoopAdapter a = oracle_adapter(f);
    definitions += a.definitions;
    rows += a.row;
  }
  return "#include \"oracle/loop_oracle.hpp\"\n#include <algorithm>\n#include <array>\n#include "
         "<cmath>\n#include <numeric>\n#include <span>\n#include <tuple>\n#include "
         "<utility>\n#include "
         "<vector>\n#define double "
         "oracle::LoopReal\n" +
         specs + "#undef double\n" + definitions +
         fmt::format(
             "namespace oracle {{\nextern const LoopOracle loop_oracles[] = {{\n{}}};\nextern "
             "const std::size_t loop_oracle_count = {};\n}}\n",
             rows, c.functions.size());
}

}  // namespace

std::string policy_of_loops() {
  const char* policy = std::getenv("GRADSMITH_E2E_POLICY");
  return policy == nullptr ? "finite" : policy;
}

std::vector<std::string> loop_options(const LoopFunction& f) {
  std::string words;
  for (const std::string& word : f.words()) words += (words.empty() ? "" : ",") + word;
  Words options = {"--emit=" + words};
  if (f.keep_loops) options.push_back("--keep-loops");
  for (const LoopParameter& p : f.parameters) {
    const bool pointer = p.kind == LoopParameter::Kind::Pointer;
    if (!f.all_lengths || !pointer) continue;
    std::string length = p.length;
    length.erase(std::remove(length.begin(), length.end(), ' '), length.end());
    options.push_back(fmt::format("--length={}={}", p.name, length));
  }
  return options;
}

Ran generate_loops(const LoopComparison& c, const LoopFunction& f, const std::string& text) {
  write_file(c.folder / (f.name + ".cpp"), text);
  // Small programs: what takes a gigabyte, or a minute, is a mistake.
  return run(Words{"sh", "-c", "ulimit -v 1500000; exec timeout 60 \"$@\"", "sh",
                   GRADSMITH_EXECUTABLE, "generate", f.name + ".cpp", "--fp=" + c.policy} +
                 loop_options(f) +
                 Words{"--", "-std=c++20", std::string("-I") + GRADSMITH_SPEC_INCLUDE_DIR},
             c.folder);
}

bool compare_loops(LoopComparison& c, bool quick) {
  write_file(c.folder / "emitted.cc", emitted_program(c));
  write_file(c.folder / "oracle.cc", oracle_program(c));
  if (judge_object(c).empty()) return false;
  if (!ran_well(c, base(GRADSMITH_GXX) + Words{"-O1", "-w", "-c", "oracle.cc", "-o", "oracle.o"})) {
    return false;
  }
  bool good = true;
  for (const bool gcc : {true, false}) {
    if (quick && !gcc) continue;
    const std::string compiler = gcc ? GRADSMITH_GXX : GRADSMITH_CLANGXX;
    const std::string name = gcc ? "g++" : "clang++";
    // For hunts by hand: a warning does not hide what the numbers are.
    const bool only_numbers = std::getenv("GRADSMITH_E2E_ONLY_NUMBERS") != nullptr;
    const Words options =
        (gcc ? kSanitizers : Words{"-O2"}) + Words{only_numbers ? "-w" : "-Werror"};
    const bool built =
        ran_well(c, base(compiler) + kWarnings + options +
                        Words{"-c", "emitted.cc", "-o", name + ".o"}) &&
        ran_well(c, base(compiler) + options +
                        Words{name + ".o", "oracle.o", judge_object(c), "-o", name + ".run"});
    if (!built || !ran_well(c, {"./" + name + ".run"})) good = false;
  }
  return good;
}

}  // namespace e2e
