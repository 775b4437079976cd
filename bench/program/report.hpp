#pragma once

// What was measured, as a table for people and as JSON for programs.

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "contest.hpp"
#include "operation_counts.hpp"
#include "timing.hpp"

namespace gradsmith {

struct Result {
  const Case* of;
  std::vector<Timing> timings;             // the primal first
  std::optional<OperationCounts> emitted;  // under the default policy
  std::optional<OperationCounts> sympy;

  // The best known multiple of the primal with this compiler.
  double best() const { return of->known_best / of->known_primal; }
  // The time of a contestant over the primal's; none if it does not take part.
  std::optional<double> multiple(const std::string& contestant) const;
  // What gradsmith's multiple may be at most.
  double bar() const;
};

// The geometric mean over the cases of gradsmith's multiple over the best known one.
double mean_of_best(const std::vector<Result>& results, const std::string& contestant);

// How slow this machine is, compared with that of the best known figures: the median over the cases
// of the primal's time here over its time there.
double slowness(const std::vector<Result>& results);

// Markdown: multiples of the primal, the bars, the operation counts.
void print_table(const std::vector<Result>& results, std::ostream& stream);

void print_json(const std::vector<Result>& results, std::ostream& stream);

}  // namespace gradsmith
