#include "runtime/results.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gradsmith::runtime {

namespace {

double number(const Feature& f, std::size_t at) {
  return f.is_int ? static_cast<double>(f.integers[at]) : f.numbers[at];
}

std::size_t largest(const std::vector<double>& values, std::size_t first, std::size_t count) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < count; ++k) {
    if (values[first + k] > values[first + best]) best = k;
  }
  return best;
}

// The class of each sample; empty where the target tells none.
std::vector<std::size_t> labels_of(const Feature& target, std::size_t samples) {
  std::vector<std::size_t> labels;
  if (target.width > 1 && !is_one_hot(target)) return labels;
  for (std::size_t i = 0; i < samples; ++i) {
    if (target.width > 1) {
      std::vector<double> row;
      for (std::size_t k = 0; k < target.width; ++k)
        row.push_back(number(target, i * target.width + k));
      labels.push_back(largest(row, 0, row.size()));
      continue;
    }
    const double label = number(target, i);
    if (label < 0 || label != std::floor(label)) return {};
    labels.push_back(static_cast<std::size_t>(label));
  }
  return labels;
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

std::string shortly(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

}  // namespace

bool is_one_hot(const Feature& feature) {
  const std::size_t count = feature.is_int ? feature.integers.size() : feature.numbers.size();
  for (std::size_t first = 0; first < count; first += feature.width) {
    std::size_t ones = 0;
    for (std::size_t k = 0; k < feature.width; ++k) {
      const double x = number(feature, first + k);
      if (x != 0 && x != 1) return false;
      ones += x == 1 ? 1 : 0;
    }
    if (ones != 1) return false;
  }
  return true;
}

Score score(const std::vector<double>& predictions, std::size_t width, const Feature* target,
            std::size_t samples) {
  Score result;
  if (!target || samples == 0 || predictions.size() != width * samples) return result;
  const std::vector<std::size_t> labels = labels_of(*target, samples);
  const std::size_t most = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end());
  const bool probabilities = width == 1 && target->width == 1 && !labels.empty() && most <= 1 &&
                             std::all_of(predictions.begin(), predictions.end(),
                                         [](double p) { return p >= 0 && p <= 1; });
  if ((width > 1 && !labels.empty() && most < width) || probabilities) {
    result.kind = Score::Kind::Classes;
    const std::size_t classes = std::max<std::size_t>(width, 2);
    result.confusion.assign(classes, std::vector<std::size_t>(classes));
    std::size_t right = 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const std::size_t predicted =
          probabilities ? (predictions[i] > 0.5 ? 1 : 0) : largest(predictions, i * width, width);
      ++result.confusion[labels[i]][predicted];
      right += predicted == labels[i] ? 1 : 0;
    }
    result.accuracy = static_cast<double>(right) / static_cast<double>(samples);
    return result;
  }
  if (width != target->width) return result;
  result.kind = Score::Kind::Regression;
  for (std::size_t k = 0; k < predictions.size(); ++k) {
    const double off = predictions[k] - number(*target, k);
    result.mean_squared_error += off * off;
  }
  result.mean_squared_error /= static_cast<double>(predictions.size());
  return result;
}

std::string prediction_table(const SampleSet& samples, const std::vector<double>& predictions,
                             std::size_t width) {
  std::vector<std::vector<std::string>> cells(1);
  for (const Feature& f : samples.features) {
    if (f.constant || f.width > 4) continue;
    for (std::size_t k = 0; k < f.width; ++k) {
      cells[0].push_back(f.width == 1 ? f.name : f.name + "[" + std::to_string(k) + "]");
    }
  }
  for (std::size_t k = 0; k < width; ++k) {
    cells[0].push_back(width == 1 ? "prediction" : "prediction[" + std::to_string(k) + "]");
  }
  for (std::size_t i = 0; i < samples.count; ++i) {
    std::vector<std::string>& row = cells.emplace_back();
    for (const Feature& f : samples.features) {
      if (f.constant || f.width > 4) continue;
      for (std::size_t k = 0; k < f.width; ++k) row.push_back(shortly(number(f, i * f.width + k)));
    }
    for (std::size_t k = 0; k < width; ++k) row.push_back(shortly(predictions[i * width + k]));
  }
  std::string text;
  for (const std::vector<std::string>& row : cells) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      std::size_t widest = 0;
      for (const std::vector<std::string>& other : cells)
        widest = std::max(widest, other[c].size());
      text += "  " + padded(row[c], widest);
    }
    text += "\n";
  }
  return text;
}

std::string confusion_table(const Score& score) {
  std::string text = "confusion (rows: true class, columns: predicted)\n     ";
  for (std::size_t k = 0; k < score.confusion.size(); ++k) text += padded(std::to_string(k), 6);
  text += "\n";
  for (std::size_t k = 0; k < score.confusion.size(); ++k) {
    text += padded(std::to_string(k), 5);
    for (const std::size_t n : score.confusion[k]) text += padded(std::to_string(n), 6);
    text += "\n";
  }
  return text;
}

}  // namespace gradsmith::runtime
