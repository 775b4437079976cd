// Random specs: what is emitted for them computes what the spec and the oracle compute.
//
// By hand, for long hunts:
//   GRADSMITH_E2E_FIRST_SEED=1000 GRADSMITH_E2E_SEEDS=5000 e2e "[hunt]"
// Every function follows from its seed alone; failures name the function, f<seed>, and print it.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "comparison.hpp"
#include "process.hpp"
#include "random_spec.hpp"
#include "spec_library.hpp"

namespace {

using namespace e2e;

const std::vector<std::string> kWordsForOne = {
    "value", "gradient", "partials",        "jacobian",       "hessian", "jvp",
    "vjp",   "hvp",      "sparse_jacobian", "sparse_hessian", "mixed"};
const std::vector<std::string> kWordsForSeveral = {"value", "jacobian", "jvp", "vjp",
                                                   "sparse_jacobian"};

// The words for --emit: "mixed" is another word for every function.
std::string asked_for(const std::vector<std::string>& words,
                      const std::vector<Interface>& functions) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : ",") + word; };
  for (const std::string& word : words) {
    if (word != "mixed") {
      add(word);
      continue;
    }
    for (const Interface& f : functions) {
      if (f.mixed().first >= 0) add(f.name + ":" + f.mixed_word());
    }
  }
  return text;
}

struct Batch {
  std::uint64_t first_seed;
  int functions;
  Results results;
};

// The text of the functions that the log mentions.
std::string mentioned(const std::vector<RandomSpec>& specs, const std::string& log) {
  std::string text;
  for (const RandomSpec& spec : specs) {
    const std::size_t at = log.find(spec.interface.name);
    if (at == std::string::npos) continue;
    const char next = log[at + spec.interface.name.size()];
    if (std::isdigit(static_cast<unsigned char>(next)) == 0) text += to_plain(spec.text);
  }
  return text;
}

std::string opened(const std::string& name_space) {
  return name_space.empty() ? "" : fmt::format("namespace {} {{\n", name_space);
}

struct Prepared {
  Comparison comparison;
  std::vector<RandomSpec> specs;
};

// Writes the batch's files and compiles the references.
Prepared prepare(const Batch& batch, const std::string& folder) {
  // All choices of the batch follow from its first seed.
  const bool marks = batch.first_seed / 7 % 2 == 1;
  const std::string name_space =
      std::vector<std::string>{"", "e2e_spec", "outer::inner"}[batch.first_seed / 3 % 3];
  Prepared prepared;
  Comparison& c = prepared.comparison;
  c.folder = fresh_folder(folder);
  std::string text;
  for (int k = 0; k < batch.functions; ++k) {
    const RandomSpec spec = random_spec(batch.first_seed + static_cast<std::uint64_t>(k),
                                        batch.results, marks, name_space);
    c.functions.push_back(spec.interface);
    text += spec.text;
    prepared.specs.push_back(spec);
  }
  const std::string head = spec_includes() + (marks ? "#include <gradsmith/spec.hpp>\n" : "");
  const std::string body =
      opened(name_space) + spec_helpers() + text + (name_space.empty() ? "" : "}\n");
  write_file(c.folder / "shapes.hpp", "#pragma once\n" + to_plain(shapes_header()));
  write_file(c.folder / "spec.cpp", head + "#include \"shapes.hpp\"\n\n" + to_plain(body));
  write_file(c.folder / "oracle.inc", to_oracle(shapes_header() + body));
  c.include_folders = {GRADSMITH_SPEC_INCLUDE_DIR};
  const bool references = build_references(c);
  INFO(c.log);
  REQUIRE(references);
  return prepared;
}

void run_batch(const Batch& batch, const std::string& folder, Counts& counts) {
  auto [c, specs] = prepare(batch, folder);
  CAPTURE(c.folder.string(), batch.first_seed);
  const auto& words = batch.results == Results::One ? kWordsForOne : kWordsForSeveral;
  for (const std::string policy : {"strict", "finite", "fast"}) {
    const std::string header = fmt::format("spec.{}.grad.hpp", policy);
    const Ran ran =
        gradsmith({"generate", "spec.cpp", "-o", header, "--emit=" + asked_for(words, c.functions),
                   "--fp=" + policy, "--", "-std=c++17"},
                  c.folder);
    INFO(ran.err);
    CHECK(ran.status == 0);
    if (ran.status != 0) return;
    for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
      if (policy == "fast" && compiler == GRADSMITH_CLANGXX) continue;
      c.log.clear();
      const bool good = compare(c, words, header, policy, compiler, counts);
      INFO(c.log);
      INFO(mentioned(specs, c.log));
      CHECK(good);
    }
  }
}

void run_seeds(std::uint64_t first, int functions, Results results, const std::string& folder) {
  Counts counts;
  run_batch({first, functions, results}, folder, counts);
  WARN(fmt::format("{} values, {} derivatives, {} differences; {} skipped at ordinary points",
                   counts.values, counts.derivatives, counts.differences, counts.skipped_ordinary));
  // Not vacuous: what is not finite, or lost to cancellation in the function itself, is not judged,
  // but most of what ordinary points give is.
  CHECK(counts.ordinary > 4 * counts.skipped_ordinary);
}

// The oracle without the generator: a table without emitted words.
void check_oracle(const Batch& batch, const std::string& folder) {
  auto [c, specs] = prepare(batch, folder);
  Counts counts;
  const bool good = compare(c, {}, "shapes.hpp", "strict", GRADSMITH_GXX, counts);
  CAPTURE(batch.first_seed);
  INFO(c.log);
  INFO(mentioned(specs, c.log));
  CHECK(good);
  CHECK(counts.differences > 8 * batch.functions);
}

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

}  // namespace

TEST_CASE("first random specs with one result") { run_seeds(1, 30, Results::One, "one_1"); }
TEST_CASE("second random specs with one result") { run_seeds(7 + 1000, 30, Results::One, "one_2"); }
TEST_CASE("first random specs with several results") {
  run_seeds(2000, 30, Results::Several, "several_1");
}
TEST_CASE("second random specs with several results") {
  run_seeds(3000, 30, Results::Several, "several_2");
}

TEST_CASE("the oracle computes what random specs compute and agrees with finite differences") {
  check_oracle({50, 30, Results::One}, "oracle_one");
  check_oracle({60, 30, Results::Several}, "oracle_several");
}

TEST_CASE("a hunt for mistakes of the oracle over many seeds", "[.][hunt_oracle]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  for (int seed = first; seed < first + seeds; seed += 40) {
    const Results results = seed / 40 % 2 == 0 ? Results::One : Results::Several;
    check_oracle({static_cast<std::uint64_t>(seed), 40, results},
                 fmt::format("hunt_oracle_{}", seed));
  }
}

TEST_CASE("a hunt over many seeds", "[.][hunt]") {
  const int first = number_from("GRADSMITH_E2E_FIRST_SEED", 100000);
  const int seeds = number_from("GRADSMITH_E2E_SEEDS", 400);
  const int per_batch = number_from("GRADSMITH_E2E_BATCH", 40);
  Counts counts;
  for (int seed = first; seed < first + seeds; seed += per_batch) {
    const Results results = seed / per_batch % 2 == 0 ? Results::One : Results::Several;
    run_batch(
        {static_cast<std::uint64_t>(seed), std::min(per_batch, first + seeds - seed), results},
        fmt::format("hunt_{}", seed), counts);
  }
}
