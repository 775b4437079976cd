#include "timing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>

namespace gradsmith {

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
  std::vector<Timed> functions;
  for (const auto& [name, kernel] : kernels) {
    functions.emplace_back(
        name, [&, kernel = kernel](benchmark::State& state) { run(state, kernel, a_case, out); });
  }
  return time_in_turns(functions);
}

}  // namespace gradsmith
