// What a session does with its function that predicts.

#include <algorithm>

#include "runtime/session.hpp"

namespace gradsmith::runtime {

namespace {

// Where a name like `x` or `x[3]` points into a feature; nothing where it does not.
std::optional<std::size_t> element_of(const std::string& name, const Feature& f) {
  if (name == f.name && f.width == 1) return 0;
  for (std::size_t k = 0; k < f.width; ++k) {
    if (name == f.name + "[" + std::to_string(k) + "]") return k;
  }
  return {};
}

}  // namespace

std::vector<double> Session::for_prediction(std::span<const double> parameters) const {
  std::vector<double> result;
  for (const Block& wanted : predict_->parameters()) {
    const auto found = std::find_if(loss_.parameters().begin(), loss_.parameters().end(),
                                    [&](const Block& b) { return b.name == wanted.name; });
    if (found == loss_.parameters().end() || found->count != wanted.count) {
      throw ModelError("the parameter '" + wanted.name + "' of " + predict_->name() +
                       " is none of " + loss_.name() + ", or has another length");
    }
    const auto begin = parameters.begin() + static_cast<std::ptrdiff_t>(found->offset);
    result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(found->count));
  }
  return result;
}

std::vector<double> Session::predict(std::span<const double> parameters,
                                     const SampleSet& samples) const {
  predict_->require(samples);
  std::vector<double> results(samples.count * predict_->result_count());
  if (predict_->function().at_once == 0) {
    Model::Room room = predict_->room(samples, samples.count);
    predict_->value(parameters, samples, 0, samples.count, results, room);
    return results;
  }
  Model::Room room = predict_->room(samples, 1);
  for (std::size_t i = 0; i < samples.count; ++i) {
    const std::size_t width = predict_->result_count();
    predict_->value(parameters, samples, i, 1, std::span(&results[i * width], width), room);
  }
  return results;
}

std::vector<double> Session::predictions(std::span<const double> parameters,
                                         const SampleSet& samples) const {
  const SampleSet taken = predict_->own(samples);
  for (std::size_t k = 0; k < predict_->data().size(); ++k) {
    const std::string& name = predict_->data()[k].name;
    if (k < taken.features.size() && taken.features[k].name == name) continue;
    throw ModelError("the data parameter '" + name + "' of " + predict_->name() + " is none of " +
                     loss_.name());
  }
  return predict(for_prediction(parameters), taken);
}

std::optional<std::vector<double>> Session::as_given(const std::string& name) const {
  const SampleSet& samples = training_.samples;
  for (const Feature& f : samples.features) {
    const std::optional<std::size_t> at = element_of(name, f);
    if (!at || f.is_int || f.constant) continue;
    std::vector<double> numbers;
    for (std::size_t i = 0; i < samples.count; ++i) numbers.push_back(f.numbers[i * f.width + *at]);
    for (const Standard& s : standards_) {
      if (s.feature != f.name) continue;
      for (double& x : numbers) x = x * s.deviation[*at] + s.mean[*at];
    }
    return numbers;
  }
  return {};
}

std::vector<double> Session::predictions_at(std::span<const double> parameters,
                                            const std::vector<std::string>& names,
                                            const std::vector<std::vector<double>>& rows) const {
  const SampleSet& samples = training_.samples;
  SampleSet made;
  made.count = rows.size();
  for (const Feature& known : samples.features) {
    made.features.push_back(known);
    Feature& f = made.features.back();
    if (f.constant || f.is_int) continue;
    std::vector<double> row(f.width);
    for (std::size_t i = 0; i < known.numbers.size(); ++i) {
      row[i % f.width] += known.numbers[i] / static_cast<double>(samples.count);
    }
    std::vector<std::optional<std::size_t>> places;
    for (const std::string& name : names) places.push_back(element_of(name, f));
    f.numbers.clear();
    for (const std::vector<double>& given : rows) {
      for (std::size_t k = 0; k < names.size(); ++k) {
        if (!places[k]) continue;
        const std::size_t at = *places[k];
        row[at] = given[k];
        for (const Standard& s : standards_) {
          if (s.feature == f.name) row[at] = (given[k] - s.mean[at]) / s.deviation[at];
        }
      }
      f.numbers.insert(f.numbers.end(), row.begin(), row.end());
    }
  }
  // Integers cannot be means: the first sample's.
  for (Feature& f : made.features) {
    if (f.constant || !f.is_int) continue;
    const std::vector<int> first(f.integers.begin(),
                                 f.integers.begin() + static_cast<std::ptrdiff_t>(f.width));
    f.integers.clear();
    for (std::size_t k = 0; k < rows.size(); ++k) {
      f.integers.insert(f.integers.end(), first.begin(), first.end());
    }
  }
  return predictions(parameters, made);
}

const Feature* Session::target(const SampleSet& samples) const {
  const Feature* found = nullptr;
  for (const Feature& f : samples.features) {
    if (f.constant) continue;
    const auto same = [&](const DataSlot& slot) { return slot.name == f.name; };
    if (predict_ && std::any_of(predict_->data().begin(), predict_->data().end(), same)) continue;
    if (found) return nullptr;
    found = &f;
  }
  return found;
}

}  // namespace gradsmith::runtime
