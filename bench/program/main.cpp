// Checks all contestants against the reference and times them. Exit status: 0 done, 1 somebody's
// numbers are wrong (then nothing is timed), 2 wrong usage.

#include <fstream>
#include <iostream>
#include <regex>

#include "check.hpp"
#include "figures.hpp"
#include "report.hpp"
#include "timing.hpp"

namespace gradsmith {

static int run(const std::string& headers, const std::string& sympy, const std::string& results_in,
               const std::string& filter) {
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
  std::vector<Result> results;
  for (const Case& a_case : cases) {
    std::cerr << "bench: timing " << a_case.name << ", " << compiler() << '\n';
    results.push_back({&a_case, time_case(a_case),
                       read_operation_counts(headers + "/" + a_case.header, a_case.function),
                       read_operation_counts(sympy + "/" + a_case.name + ".inc", a_case.name)});
  }
  print_table(results, std::cout);
  std::ofstream table(results_in + ".md");
  print_table(results, table);
  std::ofstream json(results_in + ".json");
  print_json(results, json);
  if (!table.flush() || !json.flush()) {
    std::cerr << "bench: cannot write " << results_in << ".md and .json\n";
    return 1;
  }
  return 0;
}

}  // namespace gradsmith

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: bench <folder of emitted headers> <folder of SymPy's code>\n"
                 "             <results, without suffix> [<filter>] [--benchmark_...]\n";
    return 2;
  }
  std::string filter = ".*";
  // Many short repetitions in turns: the least of them is then an undisturbed one.
  std::vector<std::string> arguments = {argv[0], "--benchmark_enable_random_interleaving=true",
                                        "--benchmark_repetitions=40", "--benchmark_min_time=0.004"};
  for (int i = 4; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--benchmark_")) {
      arguments.push_back(argument);
    } else {
      filter = argument;
    }
  }
  gradsmith::prepare_timing(arguments);
  return gradsmith::run(argv[1], argv[2], argv[3], filter);
}
