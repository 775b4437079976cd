#include "runtime/batch_loss.hpp"

#include <algorithm>

namespace gradsmith::runtime {

namespace {

constexpr std::size_t kMostParts = 16;
constexpr std::size_t kLeastSamples = 64;  // in a part, so that small batches stay whole

}  // namespace

BatchLoss::BatchLoss(const Model& model, OverSamples over, std::size_t threads)
    : model_(&model), over_(over), workers_(std::make_unique<Workers>(threads)) {
  if (!model.function().gradient) {
    throw ModelError("there is no gradient of " + model.name() + " in the module");
  }
  if (model.result_count() != 1) {
    throw ModelError(model.name() + " gives " + std::to_string(model.result_count()) +
                     " numbers, and a loss is one");
  }
}

void BatchLoss::prepare(const SampleSet& samples) {
  model_->require(samples);
  rooms_.clear();
  for (std::size_t k = 0; k < workers_->threads(); ++k) {
    rooms_.push_back(model_->room(samples, samples.count));
  }
  const std::size_t parts = parts_of(samples.count);
  const std::size_t arrays = alone() ? std::min<std::size_t>(parts - 1, 1) : parts - 1;
  gradients_.assign(arrays, AlignedNumbers(model_->parameter_count()));
  sums_.assign(parts, 0);
}

bool BatchLoss::alone() const { return workers_->threads() == 1; }

std::size_t BatchLoss::parts_of(std::size_t count) const {
  if (over_ == OverSamples::Whole) return 1;
  return std::clamp<std::size_t>(count / kLeastSamples, 1, kMostParts);
}

BatchLoss::Result BatchLoss::gradient(std::span<const double> parameters, const SampleSet& samples,
                                      std::size_t first, std::size_t count,
                                      std::span<double> gradient) {
  const std::size_t parts = parts_of(count);
  if (parts == 1) {
    const double loss = model_->gradient(parameters, samples, first, count, gradient, rooms_[0]);
    if (count == 1 || over_ != OverSamples::Sum) return {loss, 1};
    return {loss / static_cast<double>(count), 1 / static_cast<double>(count)};
  }
  const auto n = static_cast<double>(count);
  const auto add = [&](const AlignedNumbers& more) {
    for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] += more[k];
  };
  workers_->run(parts, [&](std::size_t part, std::size_t thread) {
    const std::size_t begin = count * part / parts;
    const std::size_t end = count * (part + 1) / parts;
    const std::size_t array = alone() ? 0 : part - 1;
    const std::span<double> into = part == 0 ? gradient : std::span<double>(gradients_[array]);
    double sum =
        model_->gradient(parameters, samples, first + begin, end - begin, into, rooms_[thread]);
    if (over_ == OverSamples::Mean) {
      const auto weight = static_cast<double>(end - begin);
      sum *= weight;
      for (double& d : into) d *= weight;
    }
    sums_[part] = sum;
    if (alone() && part > 0) add(gradients_[array]);  // while it is in the cache
  });
  double loss = sums_[0];
  for (std::size_t part = 1; part < parts; ++part) {
    loss += sums_[part];
    if (!alone()) add(gradients_[part - 1]);
  }
  return {loss / n, 1 / n};
}

double BatchLoss::loss(std::span<const double> parameters, const SampleSet& samples) {
  double sum = 0;
  const std::vector<double> each = losses(parameters, samples);
  for (const double loss : each) sum += loss;
  return sum / static_cast<double>(each.size());
}

std::vector<double> BatchLoss::losses(std::span<const double> parameters,
                                      const SampleSet& samples) {
  const bool whole = over_ == OverSamples::Whole;
  Model::Room room = model_->room(samples, samples.count);
  std::vector<double> unused(model_->parameter_count());
  std::vector<double> result(whole ? 1 : samples.count);
  const bool has_value = model_->function().value != nullptr;
  if (has_value && !model_->at_once()) {
    model_->value(parameters, samples, 0, samples.count, result, room);
    return result;
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t count = whole ? samples.count : 1;
    if (has_value) {
      model_->value(parameters, samples, i, count, std::span(&result[i], 1), room);
    } else {
      result[i] = model_->gradient(parameters, samples, i, count, unused, room);
    }
  }
  return result;
}

}  // namespace gradsmith::runtime
