#include "runtime/fit.hpp"

#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include "runtime/aligned.hpp"
#include "runtime/split.hpp"

namespace gradsmith::runtime {

namespace {

using Clock = std::chrono::steady_clock;

void add_noise(SampleSet& samples, const FitOptions& options, Random& random) {
  for (const auto& [name, deviation] : options.noise) {
    for (Feature& f : samples.features) {
      if (f.name != name || f.is_int || f.constant) continue;
      for (double& x : f.numbers) x += deviation * random.standard_normal();
    }
  }
}

bool all_finite(std::span<const double> numbers) {
  return where_not_finite(numbers) == numbers.size();
}

// One run: what goes along from epoch to epoch.
class Run {
 public:
  Run(BatchLoss& loss, const SampleSet& samples, const SampleSet* validation, FitState state,
      const FitOptions& options, const FitHooks& hooks)
      : loss_(loss),
        samples_(samples),
        validation_(validation),
        options_(options),
        hooks_(hooks),
        state_(std::move(state)),
        optimizer_(options.optimizer, state_.parameters.size()),
        rate_(options.schedule, options.rate, options.epochs),
        gradient_(state_.parameters.size()),
        batch_(options.batch == 0 ? samples.count : options.batch) {
    if (loss.over() == OverSamples::Whole) batch_ = samples.count;
    take_up();
    loss_.prepare(samples);
  }

  Fitted train() {
    while (state_.epoch < options_.epochs) {
      if (out_of_patience()) {  // a state to go on from can be one that was at its end
        result_.end = FitEnd::Patience;
        break;
      }
      before_ = state_;
      if (!epoch()) {
        result_.state = before_;
        break;
      }
      if (out_of_patience()) {
        result_.end = FitEnd::Patience;
        break;
      }
    }
    if (result_.end == FitEnd::Epochs || result_.end == FitEnd::Patience) result_.state = state_;
    const bool restore = options_.patience > 0 && !state_.best.empty();
    result_.parameters = restore ? state_.best : state_.parameters;
    // What is restored was chosen by the validation samples, where there are any, and a state that
    // was at its end is as it was found.
    const bool done = result_.end == FitEnd::Epochs || result_.end == FitEnd::Patience;
    if (done && (result_.epochs.empty() || (restore && validation_))) {
      is_finite_after(samples_, result_.parameters, loss_.loss(result_.parameters, samples_));
    }
    return std::move(result_);
  }

 private:
  // What goes through an epoch, as the state has it.
  void take_up() {
    weights_.assign(state_.parameters.begin(), state_.parameters.end());
    optimizer_ = Optimizer(options_.optimizer, weights_.size());
    if (!state_.optimizer.first.empty() || state_.epoch > 0) optimizer_.state = state_.optimizer;
    rate_.state = state_.rate;
  }

  // False where it did not get to its end.
  bool epoch() {
    const auto begin = Clock::now();
    const SampleSet& now = arranged();
    const double rate = rate_.in_epoch(state_.epoch);
    std::vector<double>* each = nullptr;
    if (keeps_sample_losses() && batch_ == 1) {
      each = &result_.sample_losses.emplace_back(samples_.count);
    }
    double sum = 0;
    for (std::size_t first = 0; first < now.count; first += batch_) {
      if (hooks_.interrupted && hooks_.interrupted()) {
        result_.end = FitEnd::Interrupted;
        return false;
      }
      const std::size_t count = std::min(batch_, now.count - first);
      const BatchLoss::Result r = loss_.gradient(weights_, now, first, count, gradient_);
      if (!std::isfinite(r.loss)) {
        if (!watching_ && !all_finite(weights_)) return watch_again();
        stop_at(now, first, count, r.loss);
        return false;
      }
      if (watching_) before_step_.assign(weights_.begin(), weights_.end());
      if (each) (*each)[place(first)] = r.loss;
      sum += r.loss * static_cast<double>(count);
      optimizer_.step(weights_, gradient_, rate, r.scale);
      if (watching_ && !all_finite(weights_)) {
        stop_at_step(now, first, count, r.loss);
        return false;
      }
    }
    if (!all_finite(weights_)) return watch_again();
    const std::chrono::duration<double> took = Clock::now() - begin;
    return finish(sum / static_cast<double>(now.count), rate, took.count());
  }

  // The same epoch once more, up to the step that leads to parameters that are not finite: to look
  // at them after each would cost as much as some steps do.
  bool watch_again() {
    watching_ = true;
    state_ = before_;
    take_up();
    return epoch();
  }

  // The samples in the order of this epoch, with its noise.
  const SampleSet& arranged() {
    if (!options_.shuffle && options_.noise.empty()) return samples_;
    if (options_.shuffle) {
      order_ = shuffled(samples_.count, state_.random);
      samples_.select_into(order_, arranged_);
    } else {
      arranged_ = samples_;
    }
    add_noise(arranged_, options_, state_.random);
    return arranged_;
  }

  bool keeps_sample_losses() const {
    return options_.keep_sample_losses && samples_.count <= options_.most_sample_losses;
  }

  std::size_t place(std::size_t k) const { return options_.shuffle ? order_[k] : k; }

  void stop_at(const SampleSet& now, std::size_t first, std::size_t count, double loss) {
    result_.end = FitEnd::NotFinite;
    state_.parameters.assign(weights_.begin(), weights_.end());
    NotFinite found = not_finite_in(loss_, now, first, count, state_.parameters, loss);
    found.epoch = state_.epoch + 1;
    found.sample = place(found.sample);
    result_.not_finite = std::move(found);
  }

  void stop_at_step(const SampleSet& now, std::size_t first, std::size_t count, double loss) {
    result_.end = FitEnd::NotFinite;
    NotFinite found =
        not_finite_by(where_not_finite(weights_), loss_, now, first, count, before_step_, loss);
    found.epoch = state_.epoch + 1;
    found.sample = place(found.sample);
    result_.not_finite = std::move(found);
  }

  // False where a loss after the epoch is not finite, and training stops.
  bool is_finite_after(const SampleSet& samples, const std::vector<double>& parameters,
                       double loss_of_all) {
    auto found = not_finite_after(state_.epoch, loss_, samples, parameters, loss_of_all);
    if (!found) return true;
    found->of_validation = &samples == validation_;
    result_.end = FitEnd::NotFinite;
    result_.not_finite = std::move(found);
    return false;
  }

  bool finish(double loss, double rate, double seconds) {
    ++state_.epoch;
    state_.parameters.assign(weights_.begin(), weights_.end());
    EpochReport report{state_.epoch, loss, std::nan(""), rate,
                       static_cast<double>(samples_.count) / std::max(seconds, 1e-9)};
    if (validation_) {
      report.validation = loss_.loss(state_.parameters, *validation_);
      if (!is_finite_after(*validation_, state_.parameters, report.validation)) return false;
    }
    // Of other epochs the next one's steps tell.
    if (state_.epoch == options_.epochs &&
        !is_finite_after(samples_, state_.parameters, loss_.loss(state_.parameters, samples_))) {
      return false;
    }
    const double watched = validation_ ? report.validation : loss;
    rate_.heard(watched);
    if (watched < state_.best_loss - options_.least_improvement) {
      state_.waited = 0;
      state_.best_loss = watched;
      state_.best_epoch = state_.epoch;
    } else {
      ++state_.waited;
    }
    state_.last_loss = loss;
    state_.last_validation = report.validation;
    keep_best(report.validation);
    state_.optimizer = optimizer_.state;
    state_.rate = rate_.state;
    if (keeps_sample_losses() && batch_ != 1) {
      result_.sample_losses.push_back(loss_.losses(state_.parameters, samples_));
    }
    if (options_.keep_parameters) result_.parameter_history.push_back(state_.parameters);
    result_.epochs.push_back(report);
    if (hooks_.after_epoch) hooks_.after_epoch(report, state_);
    return true;
  }

  // By the validation samples, else by the training samples after the epoch: its mean loss is of
  // all the parameters on the way.
  void keep_best(double validation) {
    if (options_.patience == 0) return;
    const double after = validation_ ? validation : loss_.loss(state_.parameters, samples_);
    if (!(after < state_.least_loss)) return;
    state_.least_loss = after;
    state_.best = state_.parameters;
  }

  bool out_of_patience() const {
    return options_.patience > 0 && state_.waited >= options_.patience;
  }

  BatchLoss& loss_;
  const SampleSet& samples_;
  const SampleSet* validation_;
  const FitOptions& options_;
  const FitHooks& hooks_;
  FitState state_;
  FitState before_;  // the epoch
  bool watching_ = false;
  std::vector<double> before_step_;  // the parameters, where they are watched
  Optimizer optimizer_;
  Rate rate_;
  AlignedNumbers weights_;  // those of the state, on their way through an epoch
  AlignedNumbers gradient_;
  std::size_t batch_;
  std::vector<std::size_t> order_;
  SampleSet arranged_;
  Fitted result_;
};

}  // namespace

bool is_failure(FitEnd end) { return end == FitEnd::NotFinite || end == FitEnd::BelowZero; }

std::size_t where_not_finite(std::span<const double> numbers) {
  std::size_t k = 0;
  while (k < numbers.size() && std::isfinite(numbers[k])) ++k;
  return k;
}

NotFinite not_finite_by(std::size_t parameter, BatchLoss& loss, const SampleSet& samples,
                        std::size_t first, std::size_t count, std::vector<double> parameters,
                        double loss_of_all) {
  NotFinite found{0, first, loss_of_all, std::move(parameters), {}, {}};
  AlignedNumbers gradient(found.parameters.size());
  const auto partial = [&](std::size_t from, std::size_t number) {
    const BatchLoss::Result r = loss.gradient(found.parameters, samples, from, number, gradient);
    return r.scale * gradient[parameter];
  };
  found.partial = {parameter, partial(first, count)};
  if (loss.over() == OverSamples::Whole) return found;
  for (std::size_t k = first; k < first + count; ++k) {
    const double alone = partial(k, 1);
    if (std::isfinite(alone)) continue;
    found.sample = k;
    found.partial->value = alone;
    found.loss = loss.losses(found.parameters, samples.select({k})).front();
    break;
  }
  return found;
}

NotFinite not_finite_in(BatchLoss& loss, const SampleSet& samples, std::size_t first,
                        std::size_t count, std::vector<double> parameters, double loss_of_all) {
  NotFinite found{0, first, loss_of_all, std::move(parameters), {}, {}};
  if (loss.over() == OverSamples::Whole) {
    found.samples = samples;
    return found;
  }
  for (std::size_t k = first; k < first + count; ++k) {
    const double alone = loss.losses(found.parameters, samples.select({k})).front();
    if (std::isfinite(alone)) continue;
    found.sample = k;
    found.loss = alone;
    found.samples = samples.select({k});
    return found;
  }
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), first);
  found.samples = samples.select(all);
  return found;
}

std::optional<NotFinite> not_finite_after(int epoch, BatchLoss& loss, const SampleSet& samples,
                                          std::vector<double> parameters, double loss_of_all) {
  if (std::isfinite(loss_of_all)) return {};
  NotFinite found =
      not_finite_in(loss, samples, 0, samples.count, std::move(parameters), loss_of_all);
  found.epoch = epoch;
  found.after_epoch = true;
  return found;
}

FitState fit_start(const FitOptions& options, std::vector<double> parameters) {
  FitState state;
  state.parameters = std::move(parameters);
  // Another sequence than the one that drew the parameters.
  state.random = Random(options.seed ^ 0x5bf03635a1c6d2e9U);
  return state;
}

Fitted fit(BatchLoss& loss, const SampleSet& samples, const SampleSet* validation, FitState state,
           const FitOptions& options, const FitHooks& hooks) {
  return Run(loss, samples, validation, std::move(state), options, hooks).train();
}

}  // namespace gradsmith::runtime
