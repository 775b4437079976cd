#pragma once

// What a trained model is worth, as text.

#include <string>
#include <vector>

#include "runtime/session.hpp"

namespace gradsmith::runtime {

// What predictions say about labels.
struct Score {
  enum class Kind { None, Classes, Regression };
  Kind kind = Kind::None;
  double accuracy = 0;                              // Classes
  std::vector<std::vector<std::size_t>> confusion;  // [true class][predicted class]
  double mean_squared_error = 0;                    // Regression
};

// Several predictions for a sample are scores of classes, of which the largest counts; one between
// 0 and 1 for labels 0 and 1 is the probability of 1; else it is the target itself. Labels are an
// integer, a number or the one of several that is 1 where the others are 0. None where there is
// nothing to compare with.
Score score(const std::vector<double>& predictions, std::size_t width, const Feature* target,
            std::size_t samples);

// Whether one number of each row is 1 and the others are 0.
bool is_one_hot(const Feature& feature);

// The samples' data, one line each, with the predictions behind; for small sets.
std::string prediction_table(const SampleSet& samples, const std::vector<double>& predictions,
                             std::size_t width);

// Rows are true classes, columns predicted ones.
std::string confusion_table(const Score& score);

}  // namespace gradsmith::runtime
