#include "timing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>

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

// An iteration calls the kernel once at each point.
static void run(benchmark::State& state, Kernel kernel, const Case& a_case, double* out) {
  std::vector<const double*> points;
  for (const std::vector<double>& point : a_case.points) points.push_back(point.data());
  benchmark::DoNotOptimize(kernel);
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(points.size()))) {
    for (const double* point : points) {
      kernel(point, out);
      benchmark::ClobberMemory();
    }
  }
}

std::vector<Timing> time_case(const Case& a_case) {
  std::vector<std::pair<std::string, Kernel>> kernels = {{"primal", a_case.primal}};
  std::size_t written = static_cast<std::size_t>(a_case.outputs);
  for (const Contestant& contestant : a_case.contestants) {
    kernels.emplace_back(contestant.name, contestant.kernel);
    written = std::max(written, static_cast<std::size_t>(contestant.written));
  }
  // The derivatives begin on a cache line, whatever the values before them.
  constexpr std::size_t kLine = 64;
  std::vector<double> memory(written + 3 * kLine / sizeof(double));
  void* line = memory.data() + a_case.values;
  std::size_t space = (memory.size() - static_cast<std::size_t>(a_case.values)) * sizeof(double);
  line = std::align(kLine, written * sizeof(double), line, space);
  double* const out = static_cast<double*>(line) - a_case.values;
  benchmark::DoNotOptimize(out);
  benchmark::ClearRegisteredBenchmarks();
  for (const auto& [name, kernel] : kernels) {
    benchmark::RegisterBenchmark(name.c_str(), [&, kernel = kernel](benchmark::State& state) {
      run(state, kernel, a_case, out);
    });
  }
  Least least;
  benchmark::RunSpecifiedBenchmarks(&least);
  std::vector<Timing> timings;
  for (const auto& [name, kernel] : kernels) timings.push_back({name, least.times.at(name)});
  return timings;
}

}  // namespace gradsmith
