#include "turns.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>

namespace gradsmith {

namespace {

// Keeps the least time of each benchmark's repetitions; prints nothing.
class Least : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const double time = run.cpu_accumulated_time / static_cast<double>(run.iterations) * 1e9;
      const auto [place, is_new] = times.emplace(run.run_name.function_name, time);
      if (!is_new) place->second = std::min(place->second, time);
    }
  }

  std::map<std::string, double> times;
};

}  // namespace

void prepare_timing(std::vector<std::string> arguments) {
  static std::vector<std::string> kept;
  kept = std::move(arguments);
  static std::vector<char*> pointers;
  for (std::string& argument : kept) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
}

std::vector<Timing> time_in_turns(const std::vector<Timed>& functions) {
  benchmark::ClearRegisteredBenchmarks();
  for (const auto& [name, function] : functions) {
    benchmark::RegisterBenchmark(name.c_str(), function);
  }
  Least least;
  benchmark::RunSpecifiedBenchmarks(&least);
  std::vector<Timing> timings;
  for (const auto& [name, function] : functions) timings.push_back({name, least.times.at(name)});
  return timings;
}

}  // namespace gradsmith
