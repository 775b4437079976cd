// Random programs of loops: what is emitted for them computes what the spec and the oracle compute,
// at sizes from none on, and touches nothing outside the arrays and the workspace.
//
// By hand, for long hunts:
//   GRADSMITH_E2E_FIRST_SEED=1000 GRADSMITH_E2E_SEEDS=5000 e2e "[hunt_loops]"
// Every function follows from its seed alone; failures name the function, f<seed>.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "loop_comparison.hpp"
#include "process.hpp"
#include "random_loops.hpp"

namespace {

using namespace e2e;

struct Survey {
  int functions = 0;
  int accepted = 0;
  std::map<std::string, int> refused;  // by code
};

// The code of a refusal, `[gs-...]`; empty where the message has none.
std::string code_of(const std::string& message) {
  const std::size_t at = message.find("[gs-");
  return at == std::string::npos ? "" : message.substr(at + 1, message.find(']', at) - at - 1);
}

void run_batch(std::uint64_t first, int functions, const std::string& folder, bool quick,
               Survey& survey) {
  LoopComparison c;
  c.folder = fresh_folder(folder);
  for (int k = 0; k < functions; ++k) {
    const LoopFunction f = random_loops(first + static_cast<std::uint64_t>(k));
    ++survey.functions;
    const Ran ran = generate_loops(c, f, loop_includes() + f.text, "strict");
    if (ran.status == 0) {
      ++survey.accepted;
      c.functions.push_back(f);
      continue;
    }
    const std::string code = code_of(ran.err);
    ++survey.refused[code];
    // A refusal has a code; anything else is a mistake of the generator's.
    INFO(ran.err);
    INFO("status " << ran.status << " of " << f.name << " in " << c.folder.string());
    CHECK((ran.status == 1 && !code.empty()));
  }
  if (c.functions.empty()) return;
  const bool good = compare_loops(c, quick);
  INFO(c.log);
  CHECK(good);
}

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

void report(const Survey& survey) {
  std::string codes;
  for (const auto& [code, count] : survey.refused) codes += fmt::format(" {} {},", count, code);
  WARN(fmt::format("{} of {} accepted;{}", survey.accepted, survey.functions, codes));
  // What is refused costs nobody a wrong number, but most of such programs must work.
  CHECK(survey.accepted * 100 >= survey.functions * 70);
}

}  // namespace

TEST_CASE("first random programs of loops") {
  Survey survey;
  run_batch(1, 24, "random_loops_1", false, survey);
  report(survey);
}
TEST_CASE("second random programs of loops") {
  Survey survey;
  run_batch(1001, 24, "random_loops_2", false, survey);
  report(survey);
}

TEST_CASE("random programs of loops, written to be looked at", "[.][write_loops]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const std::filesystem::path folder = fresh_folder(fmt::format("written_loops_{}", first));
  for (int seed = first; seed < first + seeds; ++seed) {
    const LoopFunction f = random_loops(static_cast<std::uint64_t>(seed));
    write_file(folder / (f.name + ".cpp"), loop_includes() + f.text);
    std::string options;
    for (const std::string& word : loop_options(f)) options += word + "\n";
    write_file(folder / (f.name + ".options"), options);
  }
}

TEST_CASE("one random program of loops, as a file has it after cuts", "[.][one_loop]") {
  const int seed = number_from("GRADSMITH_E2E_FIRST_SEED", 1);
  LoopComparison c;
  c.folder = fresh_folder(fmt::format("one_loop_{}", seed));
  const LoopFunction f = random_loops(static_cast<std::uint64_t>(seed));
  const char* text = std::getenv("GRADSMITH_E2E_TEXT");
  const Ran ran = generate_loops(c, f, text ? read_file(text) : loop_includes() + f.text, "strict");
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  c.functions.push_back(f);
  const bool good = compare_loops(c, number_from("GRADSMITH_E2E_QUICK", 1) != 0);
  INFO(c.log);
  CHECK(good);
}

TEST_CASE("a hunt over many random programs of loops", "[.][hunt_loops]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const int per_batch = number_from("GRADSMITH_E2E_BATCH", 40);
  Survey survey;
  for (int seed = first; seed < first + seeds; seed += per_batch) {
    run_batch(static_cast<std::uint64_t>(seed), std::min(per_batch, first + seeds - seed),
              fmt::format("hunt_loops_{}", seed), number_from("GRADSMITH_E2E_QUICK", 0) != 0, survey);
  }
  report(survey);
}
