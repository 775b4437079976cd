#pragma once

// All cases, by file, in the order of the tables. Sizes are what the benchmark is called with.

#include "contest.hpp"

namespace gradsmith::bench {

void add_polynomial_fit(std::vector<Case>& cases);
void add_log_sum_exp(std::vector<Case>& cases);
void add_gaussian_mixture(std::vector<Case>& cases);
void add_nearest_centre(std::vector<Case>& cases);
void add_elman(std::vector<Case>& cases);
void add_lstm(std::vector<Case>& cases);
void add_classifier(std::vector<Case>& cases);
void add_softmax_regression(std::vector<Case>& cases);
void add_ridge(std::vector<Case>& cases);
void add_heat(std::vector<Case>& cases);
void add_runge_kutta(std::vector<Case>& cases);
void add_skinning(std::vector<Case>& cases);
void add_network_over_samples(std::vector<Case>& cases);

inline std::vector<Case> all_cases() {
  std::vector<Case> cases;
  add_polynomial_fit(cases);
  add_log_sum_exp(cases);
  add_gaussian_mixture(cases);
  add_nearest_centre(cases);
  add_elman(cases);
  add_lstm(cases);
  add_classifier(cases);
  add_softmax_regression(cases);
  add_ridge(cases);
  add_heat(cases);
  add_runge_kutta(cases);
  add_skinning(cases);
  add_network_over_samples(cases);
  return cases;
}

}  // namespace gradsmith::bench
