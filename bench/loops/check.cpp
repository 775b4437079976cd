#include "check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace gradsmith::bench {

// Rounding, relative to the largest number of its kind: sums of ten thousand terms in different
// orders, and long recurrences.
static constexpr double kRounding = 1e-12;

static long double largest(const std::vector<double>& numbers, std::size_t begin, std::size_t end) {
  long double found = 0;
  for (std::size_t i = begin; i < end; ++i)
    found = std::max(found, std::fabs((long double){numbers[i]}));
  return found;
}

static std::ostream& complain(const Case& a_case, const Contestant& contestant,
                              std::ostream& stream) {
  stream.precision(17);
  return stream << a_case.name << ", " << a_case.size << ": " << contestant.name << ' ';
}

// What holds for dual numbers holds for the outputs.
static bool agree(const Case& a_case, const Contestant& contestant, const Known& known,
                  std::ostream& stream) {
  const std::vector<double>& out = *contestant.outputs;
  const bool of_values = known.first < a_case.values;
  long double sum = 0;
  long double scale = of_values ? largest(out, 0, a_case.values) : 0;
  for (std::size_t i = 0; i < known.weights.size(); ++i) {
    const long double term = (long double){known.weights[i]} * out[known.first + i];
    sum += term;
    scale += std::fabs(term);
  }
  // Written so that NaN fails.
  if (std::fabs(sum - known.sum) <= kRounding * scale) return true;
  complain(a_case, contestant, stream)
      << "has " << static_cast<double>(sum) << " where it should be "
      << static_cast<double>(known.sum) << " (a combination of the outputs from " << known.first
      << " on)\n";
  return false;
}

static bool agree(const Case& a_case, const Contestant& contestant, const Contestant& with,
                  std::ostream& stream) {
  const std::vector<double>& out = *contestant.outputs;
  const std::vector<double>& expected = *with.outputs;
  const long double of_values = largest(expected, 0, std::min(a_case.values, expected.size()));
  const long double of_derivatives =
      std::max((long double){a_case.scale}, largest(expected, a_case.values, expected.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const long double bound = kRounding * (i < a_case.values ? of_values : of_derivatives);
    if (std::fabs(out[i] - expected[i]) <= bound) continue;
    complain(a_case, contestant, stream) << "gives " << out[i] << " where " << with.name
                                         << " gives " << expected[i] << " (output " << i << ")\n";
    return false;
  }
  return true;
}

bool agree(const Case& a_case, std::ostream& stream) {
  const auto run = [](const Contestant& contestant) {
    std::ranges::fill(*contestant.outputs, std::numeric_limits<double>::quiet_NaN());
    // Twice, so that what one call leaves behind shows in the next.
    contestant.run();
    contestant.run();
  };
  run(a_case.primal);
  for (const Contestant& contestant : a_case.contestants) run(contestant);
  const Contestant& by_hand = *std::ranges::find(a_case.contestants, "hand", &Contestant::name);
  bool all = true;
  for (const Contestant& contestant : a_case.contestants) {
    for (const Known& known : a_case.known) {
      if (!agree(a_case, contestant, known, stream)) {
        all = false;
        break;
      }
    }
    all &= agree(a_case, contestant, by_hand, stream);
  }
  if (a_case.values > 0) all &= agree(a_case, a_case.primal, by_hand, stream);
  return all;
}

}  // namespace gradsmith::bench
