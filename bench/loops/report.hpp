#pragma once

// What was measured, as tables for people and as JSON for programs.

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "contest.hpp"
#include "turns.hpp"

namespace gradsmith::bench {

struct Result {
  const Case* of;
  std::vector<Timing> timings;  // the primal first

  // None if the contestant does not take part.
  std::optional<double> nanoseconds(const std::string& contestant) const;
  double over_primal() const;  // gradsmith's time
  double over_hand() const;
  // How much of its tightest bar gradsmith needs: above 1 where one is missed.
  double of_bars() const;
};

void print_tables(const std::vector<Result>& results, std::ostream& stream);

void print_json(const std::vector<Result>& results, std::ostream& stream);

}  // namespace gradsmith::bench
