#include "report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "figures.hpp"

namespace gradsmith::bench {

std::optional<double> Result::nanoseconds(const std::string& contestant) const {
  for (const Timing& timing : timings) {
    if (timing.contestant == contestant) return timing.nanoseconds;
  }
  return {};
}

double Result::over_primal() const {
  return nanoseconds("gradsmith").value() / nanoseconds("primal").value();
}

double Result::over_hand() const {
  return nanoseconds("gradsmith").value() / nanoseconds("hand").value();
}

double Result::of_bars() const {
  const double of_hand = over_hand() / of->bars.of_hand;
  return of->bars.of_primal ? std::max(of_hand, over_primal() / *of->bars.of_primal) : of_hand;
}

// Repeated runs differ by so much.
static constexpr double kNoise = 1.03;

static std::string verdict(const Result& result) {
  const double of_bars = result.of_bars();
  return of_bars <= kNoise ? "met" : "missed, " + fixed(of_bars, 2) + " of it";
}

static void print_multiples(const std::vector<Result>& results, std::ostream& stream) {
  stream
      << "| case | size | primal, ns | gradsmith | hand | ADOL-C | gradsmith over hand | bar: over "
         "primal | over hand | |\n|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n";
  for (const Result& result : results) {
    const double primal = result.nanoseconds("primal").value();
    stream << "| " << result.of->name << " | " << result.of->size << " | " << three_digits(primal)
           << " |";
    for (const char* contestant : {"gradsmith", "hand", "ADOL-C"}) {
      const auto time = result.nanoseconds(contestant);
      stream << ' ' << (time ? three_digits(*time / primal) : "") << " |";
    }
    const Bars& bars = result.of->bars;
    stream << ' ' << three_digits(result.over_hand()) << " | "
           << (bars.of_primal ? three_digits(*bars.of_primal) : "") << " | "
           << three_digits(bars.of_hand) << " | " << verdict(result) << " |\n";
  }
}

// One row for the sizes of a case: what an element costs at each.
static void print_growth(const std::vector<Result>& results, std::ostream& stream) {
  stream
      << "| case | from | to | primal | gradsmith | hand | cost per element, large over small |\n"
         "|---|---|---|--:|--:|--:|--:|\n";
  for (std::size_t k = 0; k + 1 < results.size(); ++k) {
    const Result& small = results[k];
    const Result& large = results[k + 1];
    if (small.of->name != large.of->name) continue;
    stream << "| " << small.of->name << " | " << small.of->size << " | " << large.of->size << " |";
    for (const char* contestant : {"primal", "gradsmith", "hand"}) {
      stream << ' ' << three_digits(small.nanoseconds(contestant).value() / small.of->elements)
             << " to " << three_digits(large.nanoseconds(contestant).value() / large.of->elements)
             << " |";
    }
    const double growth = large.nanoseconds("gradsmith").value() / large.of->elements /
                          (small.nanoseconds("gradsmith").value() / small.of->elements);
    stream << ' ' << three_digits(growth) << " |\n";
  }
}

void print_tables(const std::vector<Result>& results, std::ostream& stream) {
  stream << "### Loops, " << compiler() << "\n\nMultiples of the primal's time:\n\n";
  print_multiples(results, stream);
  stream << "\nNanoseconds for an element (a sample, a step, a point), at a small and at a large "
            "size:\n\n";
  print_growth(results, stream);
}

void print_json(const std::vector<Result>& results, std::ostream& stream) {
  nlohmann::ordered_json cases = nlohmann::ordered_json::array();
  for (const Result& result : results) {
    nlohmann::ordered_json nanoseconds, multiples;
    for (const Timing& timing : result.timings) {
      nanoseconds[timing.contestant] = timing.nanoseconds;
      multiples[timing.contestant] = timing.nanoseconds / result.timings.front().nanoseconds;
    }
    const Bars& bars = result.of->bars;
    cases.push_back(
        {{"case", result.of->name},
         {"size", result.of->size},
         {"elements", result.of->elements},
         {"nanoseconds", nanoseconds},
         {"multiples", multiples},
         {"over_hand", result.over_hand()},
         {"bar_over_primal", bars.of_primal ? nlohmann::ordered_json(*bars.of_primal) : nullptr},
         {"bar_over_hand", bars.of_hand},
         {"met", result.of_bars() <= kNoise}});
  }
  stream << nlohmann::ordered_json{{"compiler", compiler()}, {"cases", cases}}.dump(2) << '\n';
}

}  // namespace gradsmith::bench
