#include "runtime/session.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "runtime/data_error.hpp"
#include "runtime/name_pattern.hpp"

namespace gradsmith::runtime {

namespace {

// Checking more than this many parameters, or by more samples, tells nothing new.
constexpr std::size_t kMostChecked = 4000;
constexpr std::size_t kCheckedSamples = 8;
// Half the digits: central differences have a few more.
constexpr double kTolerance = 1e-6;
// The same of values with the digits of float.
constexpr double kToleranceOfFloat = 1e-2;

std::vector<std::size_t> without(std::size_t count, const std::vector<std::size_t>& taken) {
  std::vector<std::size_t> rest;
  std::size_t next = 0;
  for (std::size_t k = 0; k < count; ++k) {
    if (next < taken.size() && taken[next] == k) {
      ++next;
    } else {
      rest.push_back(k);
    }
  }
  return rest;
}

std::vector<std::size_t> at(const std::vector<std::size_t>& values,
                            const std::vector<std::size_t>& places) {
  std::vector<std::size_t> result;
  for (const std::size_t k : places) result.push_back(values[k]);
  return result;
}

std::vector<double> decay_of(const Model& model, const std::vector<Decay>& decay) {
  std::vector<double> weights(model.parameter_count());
  bool any = false;
  for (const Block& block : model.parameters()) {
    for (const Decay& d : decay) {
      if (!matches(d.pattern, block.name)) continue;
      any = any || d.weight != 0;
      std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(block.offset), block.count,
                  d.weight);
      break;
    }
  }
  return any ? weights : std::vector<double>();
}

bool takes_number(const Model& model, const std::string& name) {
  const auto same = [&](const DataSlot& slot) { return slot.name == name; };
  return model.size(name, 1) || std::any_of(model.data().begin(), model.data().end(), same);
}

void require_names(const Model& model, const Plan& plan) {
  for (const std::string& name : plan.standardise) {
    const auto same = [&](const DataSlot& slot) { return slot.name == name && !slot.is_int; };
    if (std::any_of(model.data().begin(), model.data().end(), same)) continue;
    throw BindingError("'" + name + "' is no data parameter of " + model.name() +
                       " that holds doubles, so it cannot be standardised");
  }
  for (const auto& [name, deviation] : plan.fit.noise) {
    const auto same = [&](const DataSlot& slot) { return slot.name == name && !slot.is_int; };
    if (std::any_of(model.data().begin(), model.data().end(), same)) continue;
    throw BindingError("'" + name + "' is no data parameter of " + model.name() +
                       " that holds doubles, so there is nothing to add noise to");
  }
  const auto none = [&](const std::string& pattern) {
    return std::none_of(model.parameters().begin(), model.parameters().end(),
                        [&](const Block& b) { return matches(pattern, b.name); });
  };
  std::string names;
  for (const Block& b : model.parameters()) names += (names.empty() ? "" : ", ") + b.name;
  const auto require = [&](const std::string& pattern, const char* what) {
    if (!none(pattern)) return;
    throw ModelError("'" + pattern + "' is no parameter of " + model.name() + " that " + what +
                     "; there are: " + names);
  };
  for (const Initialiser& i : plan.initialisers) require(i.pattern, "could be given a start");
  for (const Decay& d : plan.decay) require(d.pattern, "could decay");
  for (const auto& [name, numbers] : plan.start) require(name, "could start from a file");
  for (const Binding& binding : plan.binding.bindings) {
    const auto same = [&](const DataSlot& slot) { return slot.name == binding.parameter; };
    if (std::any_of(model.data().begin(), model.data().end(), same)) continue;
    throw BindingError("'" + binding.parameter + "' is no data parameter of " + model.name());
  }
}

}  // namespace

double last_loss(const Fitted& fitted) {
  return fitted.epochs.empty() ? fitted.state.last_loss : fitted.epochs.back().loss;
}

double monitored_loss(const Fitted& fitted) {
  if (!fitted.state.best.empty()) return fitted.state.least_loss;
  if (!std::isnan(fitted.state.last_validation)) return fitted.state.last_validation;
  return last_loss(fitted);
}

Session::Session(const gradsmith_module_v1& module, const Dataset& data, Plan plan)
    : plan_(std::move(plan)),
      loss_(find_function(module, plan_.loss), plan_.sizes, plan_.sample_count),
      random_(plan_.fit.seed) {
  if (plan_.sample_count != Plan().sample_count && !loss_.size(plan_.sample_count, 1)) {
    throw ModelError("'" + plan_.sample_count + "' is no size of " + loss_.name() +
                     " that could count the samples");
  }
  require_names(loss_, plan_);
  if (!plan_.predict.empty()) {
    predict_.emplace(find_function(module, plan_.predict), plan_.sizes, plan_.sample_count);
    if (!predict_->function().value) throw ModelError("there is no value of " + predict_->name());
  }
  for (const auto& [name, numbers] : plan_.binding.numbers) {
    if (name == plan_.sample_count && loss_.size(name, 1)) {
      throw ModelError("'" + name + "' counts the samples, which the data do");
    }
    if (takes_number(loss_, name) || (predict_ && takes_number(*predict_, name))) continue;
    throw ModelError("'" + name + "' is neither a size nor a data parameter of " + loss_.name());
  }
  Dataset rows = data;
  if (rows.rows == 0) rows.rows = 1;
  const SampleSet all = bind(loss_, rows, plan_.binding);
  std::vector<std::size_t> left(rows.rows);
  std::iota(left.begin(), left.end(), std::size_t{0});
  Random splits(plan_.fit.seed ^ 0x2545f4914f6cdd1dU);
  const auto take = [&](const std::optional<Share>& share, std::optional<Rows>& into) {
    if (!share) return;
    const std::vector<std::size_t> places = taken(*share, left.size(), splits);
    const std::vector<std::size_t> of_file = at(left, places);
    if (of_file.empty()) throw DataError(data.place_of_names() + ": too few rows to split");
    into = Rows{of_file, all.select(of_file)};
    left = at(left, without(left.size(), places));
  };
  take(plan_.test, test_);
  take(plan_.validation, validation_);
  if (left.empty()) throw DataError(data.place_of_names() + ": no rows are left to train with");
  training_ = {left, all.select(left)};
  for (const std::string& name : plan_.standardise) {
    standards_.push_back(fit_standard(training_.samples, name));
    runtime::standardise(training_.samples, standards_.back());
    if (validation_) runtime::standardise(validation_->samples, standards_.back());
    if (test_) runtime::standardise(test_->samples, standards_.back());
  }
  plan_.fit.optimizer.decay = decay_of(loss_, plan_.decay);
  start_ = draw_parameters(loss_.parameters(), plan_.initialisers, random_);
  for (const auto& [name, numbers] : plan_.start) {
    for (const Block& block : loss_.parameters()) {
      if (block.name != name) continue;
      if (block.count != numbers.size()) {
        throw DataError("'" + name + "' has " + std::to_string(block.count) + " numbers, and " +
                        std::to_string(numbers.size()) + " were given to start from");
      }
      std::copy(numbers.begin(), numbers.end(),
                start_.begin() + static_cast<std::ptrdiff_t>(block.offset));
    }
  }
  const OverSamples over =
      plan_.over ? *plan_.over : over_samples(loss_, training_.samples, start_);
  batch_loss_ = std::make_unique<BatchLoss>(loss_, over, plan_.threads);
}

GradientCheck Session::check(std::string& worst_name) {
  const bool whole = over() == OverSamples::Whole;
  SampleSet few = training_.samples;
  if (!whole && few.count > kCheckedSamples) {
    std::vector<std::size_t> first(kCheckedSamples);
    std::iota(first.begin(), first.end(), std::size_t{0});
    few = training_.samples.select(first);
  }
  BatchLoss loss(loss_, over());
  loss.prepare(few);
  const Objective objective = [&](std::span<const double> point, std::span<double> gradient) {
    const BatchLoss::Result r = loss.gradient(point, few, 0, few.count, gradient);
    for (double& d : gradient) d *= r.scale;
    return r.loss;
  };
  std::vector<std::size_t> coordinates;
  const std::size_t count = std::min(start_.size(), kMostChecked);
  for (std::size_t k = 0; k < count; ++k) coordinates.push_back(k * start_.size() / count);
  const GradientCheckOptions options =
      loss_.in_float()
          ? GradientCheckOptions{kToleranceOfFloat,
                                 static_cast<double>(std::numeric_limits<float>::epsilon())}
          : GradientCheckOptions{kTolerance};
  const GradientCheck result = check_gradient(objective, start_, options, coordinates);
  if (result.worst < start_.size()) worst_name = loss_.parameter_name(result.worst);
  return result;
}

Fitted Session::train_from(FitState state, const FitHooks& hooks) {
  const SampleSet* validation = validation_ ? &validation_->samples : nullptr;
  if (plan_.solver != Solver::Steps) {
    return fit_by_ceres(plan_.solver, *batch_loss_, training_.samples, validation, std::move(state),
                        plan_.fit, hooks);
  }
  return fit(*batch_loss_, training_.samples, validation, std::move(state), plan_.fit, hooks);
}

Outcome Session::run(const FitHooks& hooks) {
  FitState state = fit_start(plan_.fit, start_);
  state.starts = random_;
  state.over = over();
  return run_from(std::move(state), hooks);
}

Outcome Session::run_from(FitState state, const FitHooks& hooks) {
  if (state.over && *state.over != over()) {
    batch_loss_ = std::make_unique<BatchLoss>(loss_, *state.over, plan_.threads);
  }
  Outcome outcome;
  EarlierRuns earlier = std::move(state.earlier);
  random_ = state.starts;
  outcome.final_losses = earlier.losses;
  outcome.kept = earlier.kept;
  outcome.kept_loss = earlier.kept_loss;
  outcome.fitted.parameters = earlier.parameters;
  while (true) {
    const std::size_t attempt = earlier.losses.size();
    state.earlier = earlier;
    state.starts = random_;
    state.over = over();
    Fitted fitted = train_from(std::move(state), hooks);
    const double last = last_loss(fitted);
    const double monitored = monitored_loss(fitted);
    outcome.final_losses.push_back(last);
    const bool stopped = fitted.end == FitEnd::Interrupted || is_failure(fitted.end);
    const bool done = stopped || (plan_.until && last < *plan_.until);
    const bool better =
        attempt == 0 || done || monitored < outcome.kept_loss || std::isnan(outcome.kept_loss);
    if (better) {
      outcome.fitted = std::move(fitted);
      outcome.kept = attempt;
      outcome.kept_loss = monitored;
    }
    if (done || attempt >= static_cast<std::size_t>(plan_.restarts)) return outcome;
    earlier = {outcome.final_losses, outcome.kept, outcome.fitted.parameters, outcome.kept_loss};
    state = fit_start(plan_.fit, draw_parameters(loss_.parameters(), plan_.initialisers, random_));
  }
}

double Session::mean_loss(std::span<const double> parameters, const SampleSet& samples) {
  return batch_loss_->loss(parameters, samples);
}

}  // namespace gradsmith::runtime
