// Checks all contestants of the functions with loops against each other and against dual numbers,
// and times them. Exit status: 0 done, 1 somebody's numbers are wrong (then nothing is timed), 2
// wrong usage.

#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <regex>

#include "cases/cases.hpp"
#include "check.hpp"
#include "figures.hpp"
#include "report.hpp"
#include "turns.hpp"

namespace gradsmith::bench {

static std::vector<Timing> time_case(const Case& a_case) {
  std::vector<Timed> functions;
  const auto add = [&](const Contestant& contestant) {
    functions.emplace_back(contestant.name, [&](benchmark::State& state) {
      for ([[maybe_unused]] auto iteration : state) {
        contestant.run();
        benchmark::ClobberMemory();
      }
    });
  };
  add(a_case.primal);
  for (const Contestant& contestant : a_case.contestants) add(contestant);
  return time_in_turns(functions);
}

static int run(const std::string& results_in, const std::string& filter) {
  std::vector<Case> cases = all_cases();
  std::erase_if(cases, [expression = std::regex(filter)](const Case& a_case) {
    return !std::regex_search(a_case.name, expression);
  });
  if (cases.empty()) {
    std::cerr << "bench: no case's name matches " << filter << '\n';
    return 2;
  }
  bool all_agree = true;
  for (const Case& a_case : cases) all_agree &= agree(a_case, std::cerr);
  if (!all_agree) {
    std::cerr << "bench: numbers disagree, so nothing was timed\n";
    return 1;
  }
  std::erase_if(cases, [](const Case& a_case) { return !a_case.timed; });
  std::vector<Result> results;
  for (const Case& a_case : cases) {
    std::cerr << "bench: timing " << a_case.name << ", " << a_case.size << ", " << compiler()
              << '\n';
    results.push_back({&a_case, time_case(a_case)});
  }
  print_tables(results, std::cout);
  std::ofstream table(results_in + ".md");
  print_tables(results, table);
  std::ofstream json(results_in + ".json");
  print_json(results, json);
  if (!table.flush() || !json.flush()) {
    std::cerr << "bench: cannot write " << results_in << ".md and .json\n";
    return 1;
  }
  return 0;
}

}  // namespace gradsmith::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: bench_loops <results, without suffix> [<filter>] [--benchmark_...]\n";
    return 2;
  }
  std::string filter = ".*";
  // Many short repetitions in turns: the least of them is then an undisturbed one.
  std::vector<std::string> arguments = {argv[0], "--benchmark_enable_random_interleaving=true",
                                        "--benchmark_repetitions=20", "--benchmark_min_time=0.004"};
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--benchmark_")) {
      arguments.push_back(argument);
    } else {
      filter = argument;
    }
  }
  gradsmith::prepare_timing(arguments);
  return gradsmith::bench::run(argv[1], filter);
}
