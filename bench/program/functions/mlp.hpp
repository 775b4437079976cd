#pragma once

// A 4-16-16-3 classifier with tanh units and its negative log-likelihood, as a template for number
// types that differentiate. Parameters: W1 b1 W2 b2 W3 b3; data: x, onehot.

#include <cmath>

#include "random.hpp"

namespace gradsmith {

struct Mlp {
  static constexpr int kInputs = 4;
  static constexpr int kHidden = 16;
  static constexpr int kClasses = 3;
  static constexpr int kB1 = kHidden * kInputs;
  static constexpr int kW2 = kB1 + kHidden;
  static constexpr int kB2 = kW2 + kHidden * kHidden;
  static constexpr int kW3 = kB2 + kHidden;
  static constexpr int kB3 = kW3 + kClasses * kHidden;

  static constexpr int kParameters = kB3 + kClasses;
  static constexpr int kData = kInputs + kClasses;
  static constexpr int kResults = 1;

  template <class T>
  static void evaluate(const T* p, const double* data, T* result) {
    using std::exp, std::log, std::tanh;
    T h1[kHidden];
    for (int i = 0; i < kHidden; ++i) {
      T sum = p[kB1 + i];
      for (int j = 0; j < kInputs; ++j) sum += p[kInputs * i + j] * data[j];
      h1[i] = tanh(sum);
    }
    T h2[kHidden];
    for (int i = 0; i < kHidden; ++i) {
      T sum = p[kB2 + i];
      for (int j = 0; j < kHidden; ++j) sum += p[kW2 + kHidden * i + j] * h1[j];
      h2[i] = tanh(sum);
    }
    T sum = 0.0;
    T of_true_class = 0.0;
    for (int k = 0; k < kClasses; ++k) {
      T score = p[kB3 + k];
      for (int j = 0; j < kHidden; ++j) score += p[kW3 + kHidden * k + j] * h2[j];
      sum += exp(score);
      of_true_class += data[kInputs + k] * score;
    }
    result[0] = log(sum) - of_true_class;
  }

  static void point(Random& random, double* in) {
    for (int i = 0; i < kParameters; ++i) in[i] = random.uniform(-0.5, 0.5);
    for (int i = 0; i < kInputs; ++i) in[kParameters + i] = random.uniform(-1, 1);
    for (int k = 0; k < kClasses; ++k) in[kParameters + kInputs + k] = k == 1 ? 1 : 0;
  }
};

}  // namespace gradsmith
