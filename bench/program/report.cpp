#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "figures.hpp"

namespace gradsmith {

std::optional<double> Result::multiple(const std::string& contestant) const {
  for (const Timing& timing : timings) {
    if (timing.contestant == contestant) {
      return timing.nanoseconds / timings.front().nanoseconds;
    }
  }
  return {};
}

// 1.05 times the best known figure; lab5's figure is a bar already.
double Result::bar() const { return of->name == "lab5_gradient" ? best() : 1.05 * best(); }

double mean_of_best(const std::vector<Result>& results, const std::string& contestant) {
  double sum = 0;
  int count = 0;
  for (const Result& result : results) {
    if (const auto multiple = result.multiple(contestant)) {
      sum += std::log(*multiple / result.best());
      ++count;
    }
  }
  return count == 0 ? std::nan("") : std::exp(sum / count);
}

double slowness(const std::vector<Result>& results) {
  std::vector<double> ratios;
  for (const Result& result : results) {
    ratios.push_back(result.timings.front().nanoseconds / result.of->known_primal);
  }
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return *middle;
}

static const char* const kContestants[] = {"gradsmith", "strict", "fast",  "hand",       "SymPy",
                                           "ADOL-C",    "Sacado", "Eigen", "differences"};

static void print_multiples(const std::vector<Result>& results, std::ostream& stream) {
  stream << "| case | primal, ns |";
  for (const char* contestant : kContestants) stream << ' ' << contestant << " |";
  stream << " best known | bar | |\n|---|--:|";
  for ([[maybe_unused]] const char* contestant : kContestants) stream << "--:|";
  stream << "--:|--:|---|\n";
  for (const Result& result : results) {
    stream << "| " << result.of->name << " | " << three_digits(result.timings.front().nanoseconds)
           << " |";
    for (const char* contestant : kContestants) {
      const auto multiple = result.multiple(contestant);
      stream << ' ' << (multiple ? three_digits(*multiple) : "") << " |";
    }
    const double own = result.multiple("gradsmith").value();
    stream << ' ' << three_digits(result.best()) << " | " << three_digits(result.bar()) << " | "
           << (own <= result.bar() ? "met" : "missed, " + fixed(own / result.bar(), 2) + " of it")
           << " |\n";
  }
  stream << "| geometric mean over best known | |";
  for (const char* contestant : kContestants) {
    const double mean = mean_of_best(results, contestant);
    stream << ' ' << (std::isnan(mean) ? "" : three_digits(mean)) << " |";
  }
  stream << " 1.00 | 1.00 | " << (mean_of_best(results, "gradsmith") <= 1 ? "met" : "missed")
         << " |\n";
}

static void print_counts(const std::vector<Result>& results, std::ostream& stream) {
  stream
      << "| case | operations | divisions | calls | all | leanest known | SymPy | ns | best known, "
         "ns | here |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const Result& result : results) {
    stream << "| " << result.of->name << " | ";
    if (const auto& counts = result.emitted) {
      stream << counts->operations << " | " << counts->divisions << " | " << counts->calls << " | "
             << counts->all() << " | ";
    } else {
      stream << "| | | | ";
    }
    const double own = *result.multiple("gradsmith") * result.timings.front().nanoseconds;
    stream << (result.of->leanest ? std::to_string(result.of->leanest) : "") << " | "
           << (result.sympy ? std::to_string(result.sympy->all()) : "") << " | "
           << three_digits(own) << " | " << three_digits(result.of->known_best) << " | "
           << three_digits(result.of->known_best * slowness(results)) << " |\n";
  }
}

void print_table(const std::vector<Result>& results, std::ostream& stream) {
  stream << "### " << compiler() << "\n\nMultiples of the primal's time:\n\n";
  print_multiples(results, stream);
  stream << "\nWhat gradsmith emitted, by default policy, and its time. The last two columns: the "
            "best known time, and what it "
            "comes to at the speed of this machine (its primals take "
         << fixed(slowness(results), 2) << " times as long, in the median).\n\n";
  print_counts(results, stream);
}

static nlohmann::ordered_json as_json(const std::optional<OperationCounts>& counts) {
  if (!counts) return nullptr;
  return {{"operations", counts->operations},
          {"divisions", counts->divisions},
          {"calls", counts->calls}};
}

void print_json(const std::vector<Result>& results, std::ostream& stream) {
  nlohmann::ordered_json cases = nlohmann::ordered_json::array();
  for (const Result& result : results) {
    nlohmann::ordered_json nanoseconds, multiples;
    for (const Timing& timing : result.timings) {
      nanoseconds[timing.contestant] = timing.nanoseconds;
      multiples[timing.contestant] = result.multiple(timing.contestant).value();
    }
    cases.push_back({{"case", result.of->name},
                     {"nanoseconds", nanoseconds},
                     {"multiples", multiples},
                     {"best_known", result.best()},
                     {"best_known_nanoseconds", result.of->known_best},
                     {"bar", result.bar()},
                     {"met", result.multiple("gradsmith").value() <= result.bar()},
                     {"emitted", as_json(result.emitted)},
                     {"sympy", as_json(result.sympy)},
                     {"leanest_known", result.of->leanest}});
  }
  const nlohmann::ordered_json all = {
      {"compiler", compiler()},
      {"slowness", slowness(results)},
      {"cases", cases},
      {"geometric_mean_over_best_known", mean_of_best(results, "gradsmith")}};
  stream << all.dump(2) << '\n';
}

}  // namespace gradsmith
