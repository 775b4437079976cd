#include "runtime/ceres_fit.hpp"

#if GRADSMITH_HAS_CERES
#include <ceres/ceres.h>

#include <algorithm>
#include <cmath>
#endif

namespace gradsmith::runtime {

#if GRADSMITH_HAS_CERES

namespace {

// The mean loss and half the weighted squares of the parameters.
class Objective final : public ceres::FirstOrderFunction {
 public:
  Objective(BatchLoss& loss, const SampleSet& samples, const FitOptions& options)
      : loss_(loss), samples_(samples), decay_(options.optimizer.decay) {
    gradient_.resize(loss.model().parameter_count());
  }

  int NumParameters() const override { return static_cast<int>(gradient_.size()); }

  bool Evaluate(const double* w, double* cost, double* gradient) const override {
    const std::size_t n = gradient_.size();
    const BatchLoss::Result r =
        loss_.gradient(std::span(w, n), samples_, 0, samples_.count, gradient_);
    *cost = r.loss;
    for (std::size_t k = 0; k < n; ++k) {
      const double decay = decay_.empty() ? 0 : decay_[k];
      *cost += decay / 2 * w[k] * w[k];
      if (gradient) gradient[k] = r.scale * gradient_[k] + decay * w[k];
    }
    return std::isfinite(*cost) && (!gradient || where_not_finite(std::span(gradient, n)) == n);
  }

 private:
  BatchLoss& loss_;
  const SampleSet& samples_;
  const std::vector<double>& decay_;
  mutable AlignedNumbers gradient_;
};

// What a loss below zero may be by rounding, and the first one below that.
struct BelowZero {
  double rounding = 0;
  std::optional<NotFinite> found;
};

// The root of twice a sample's share of the loss.
class SampleResidual final : public ceres::CostFunction {
 public:
  SampleResidual(BatchLoss& loss, const SampleSet& samples, std::size_t sample,
                 AlignedNumbers& gradient, BelowZero& below_zero)
      : loss_(loss),
        samples_(samples),
        sample_(sample),
        gradient_(gradient),
        below_zero_(below_zero) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(gradient.size()));
  }

  bool Evaluate(double const* const* w, double* residuals, double** jacobians) const override {
    const std::size_t n = gradient_.size();
    BatchLoss::Result r = loss_.gradient(std::span(w[0], n), samples_, sample_, 1, gradient_);
    if (!std::isfinite(r.loss)) return false;
    if (r.loss < -below_zero_.rounding) {
      if (!below_zero_.found) {
        below_zero_.found = NotFinite{0, sample_, r.loss, {w[0], w[0] + n}, {}, {}};
      }
      return false;
    }
    r.loss = std::max(r.loss, 0.0);
    const double share = 1 / static_cast<double>(samples_.count);
    const double root = std::sqrt(2 * r.loss * share);
    residuals[0] = root;
    if (!jacobians || !jacobians[0]) return true;
    // Where the loss is zero, so is its gradient.
    const double factor = root > 0 ? r.scale * share / root : 0;
    for (std::size_t k = 0; k < n; ++k) jacobians[0][k] = root > 0 ? factor * gradient_[k] : 0;
    return true;
  }

 private:
  BatchLoss& loss_;
  const SampleSet& samples_;
  std::size_t sample_;
  AlignedNumbers& gradient_;
  BelowZero& below_zero_;
};

// The root of a parameter's weight times the parameter.
class DecayResidual final : public ceres::CostFunction {
 public:
  explicit DecayResidual(const std::vector<double>& decay) : decay_(decay) {
    set_num_residuals(static_cast<int>(decay.size()));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(decay.size()));
  }

  bool Evaluate(double const* const* w, double* residuals, double** jacobians) const override {
    const std::size_t n = decay_.size();
    for (std::size_t k = 0; k < n; ++k) residuals[k] = std::sqrt(decay_[k]) * w[0][k];
    if (!jacobians || !jacobians[0]) return true;
    std::fill_n(jacobians[0], n * n, 0.0);
    for (std::size_t k = 0; k < n; ++k) jacobians[0][k * n + k] = std::sqrt(decay_[k]);
    return true;
  }

 private:
  const std::vector<double>& decay_;
};

// What Ceres knows beside the parameters cannot be saved. So it forgets that itself after so many
// iterations: a state at the beginning of such a stretch is all that the rest depends on.
constexpr int kStretch = 50;

// Tells of every iteration, and stops where the user wants it. The state stays the one at the
// beginning of the stretch.
class Listener final : public ceres::IterationCallback {
 public:
  // `w` is where Ceres leaves the parameters after each iteration.
  Listener(BatchLoss& loss, const SampleSet& samples, const SampleSet* validation,
           const FitOptions& options, const FitHooks& hooks, const std::vector<double>& w,
           const BelowZero& below_zero, Fitted& fitted)
      : loss_(loss),
        samples_(samples),
        validation_(validation),
        options_(options),
        hooks_(hooks),
        w_(w),
        below_zero_(below_zero),
        fitted_(fitted),
        before_(fitted.state.epoch) {}

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (summary.iteration == 0) return ceres::SOLVER_CONTINUE;
    if (below_zero_.found) return fail(FitEnd::BelowZero, *below_zero_.found, summary.iteration);
    const double seconds = std::max(summary.iteration_time_in_seconds, 1e-9);
    EpochReport report{before_ + summary.iteration, summary.cost, std::nan(""), summary.step_size,
                       static_cast<double>(samples_.count) / seconds};
    if (validation_) {
      report.validation = loss_.loss(w_, *validation_);
      auto found = not_finite_after(report.epoch, loss_, *validation_, w_, report.validation);
      if (found) {
        found->of_validation = true;
        return fail(FitEnd::NotFinite, *std::move(found), summary.iteration);
      }
      last_validation_ = report.validation;
    }
    iterations_ = summary.iteration;
    last_loss_ = report.loss;
    if (options_.keep_sample_losses && samples_.count <= options_.most_sample_losses) {
      fitted_.sample_losses.push_back(loss_.losses(w_, samples_));
    }
    if (options_.keep_parameters) fitted_.parameter_history.push_back(w_);
    fitted_.epochs.push_back(report);
    if (hooks_.after_epoch) hooks_.after_epoch(report, fitted_.state);
    if (!hooks_.interrupted || !hooks_.interrupted()) return ceres::SOLVER_CONTINUE;
    fitted_.end = FitEnd::Interrupted;
    return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
  }

  int iterations() const { return iterations_; }
  double last_loss() const { return last_loss_; }
  double last_validation() const { return last_validation_; }

 private:
  ceres::CallbackReturnType fail(FitEnd end, NotFinite found, int iteration) {
    fitted_.end = end;
    fitted_.not_finite = std::move(found);
    fitted_.not_finite->epoch = before_ + iteration;
    return ceres::SOLVER_ABORT;
  }

  BatchLoss& loss_;
  const SampleSet& samples_;
  const SampleSet* validation_;
  const FitOptions& options_;
  const FitHooks& hooks_;
  const std::vector<double>& w_;
  const BelowZero& below_zero_;
  Fitted& fitted_;
  int before_;
  int iterations_ = 0;
  double last_loss_ = std::nan("");
  double last_validation_ = std::nan("");
};

constexpr double kFunctionTolerance = 1e-16;
constexpr double kGradientTolerance = 1e-12;
constexpr double kParameterTolerance = 1e-14;

// What both methods are given.
template <class Options>
void set_common(Options& o, int iterations, Listener& listener) {
  o.max_num_iterations = iterations;
  o.function_tolerance = kFunctionTolerance;
  o.gradient_tolerance = kGradientTolerance;
  o.parameter_tolerance = kParameterTolerance;
  o.logging_type = ceres::SILENT;
  o.update_state_every_iteration = true;
  o.callbacks.push_back(&listener);
}

void lbfgs(BatchLoss& loss, const SampleSet& samples, const FitOptions& options, int iterations,
           Listener& listener, BelowZero& /*takes no roots*/, std::vector<double>& w) {
  ceres::GradientProblemSolver::Options o;
  o.line_search_direction_type = ceres::LBFGS;
  set_common(o, iterations, listener);
  ceres::GradientProblem problem(new Objective(loss, samples, options));
  ceres::GradientProblemSolver::Summary summary;
  ceres::Solve(o, problem, w.data(), &summary);
}

void levenberg_marquardt(BatchLoss& loss, const SampleSet& samples, const FitOptions& options,
                         int iterations, Listener& listener, BelowZero& below_zero,
                         std::vector<double>& w) {
  AlignedNumbers gradient(w.size());
  ceres::Problem problem;
  for (std::size_t i = 0; i < samples.count; ++i) {
    problem.AddResidualBlock(new SampleResidual(loss, samples, i, gradient, below_zero), nullptr,
                             w.data());
  }
  if (!options.optimizer.decay.empty()) {
    problem.AddResidualBlock(new DecayResidual(options.optimizer.decay), nullptr, w.data());
  }
  ceres::Solver::Options o;
  o.minimizer_type = ceres::TRUST_REGION;
  o.trust_region_strategy_type = ceres::LEVENBERG_MARQUARDT;
  o.linear_solver_type = ceres::DENSE_QR;
  o.num_threads = 1;  // they share a gradient
  set_common(o, iterations, listener);
  ceres::Solver::Summary summary;
  ceres::Solve(o, &problem, &summary);
}

std::optional<NotFinite> not_finite_at_start(BatchLoss& loss, const SampleSet& samples,
                                             const std::vector<double>& w) {
  const std::size_t n = samples.count;
  AlignedNumbers gradient(w.size());
  const double at_start = loss.gradient(w, samples, 0, n, gradient).loss;
  if (!std::isfinite(at_start)) return not_finite_in(loss, samples, 0, n, w, at_start);
  const std::size_t parameter = where_not_finite(gradient);
  if (parameter == w.size()) return {};
  return not_finite_by(parameter, loss, samples, 0, n, w, at_start);
}

// What rounding may make of a sample's loss of zero, by the largest at the start.
double rounding_of_zero(BatchLoss& loss, const SampleSet& samples, const std::vector<double>& w) {
  const std::vector<double> losses = loss.losses(w, samples);
  const auto [least, greatest] = std::minmax_element(losses.begin(), losses.end());
  if (least == losses.end()) return 0;
  const double rounding = 1e-12 * std::max(*greatest, 0.0);
  if (*least >= -rounding) return rounding;
  throw ModelError("lm takes the roots of the samples' losses, and at the start one of them is " +
                   std::to_string(*least) + "; use lbfgs");
}

}  // namespace

bool has_ceres() { return true; }

Fitted fit_by_ceres(Solver solver, BatchLoss& loss, const SampleSet& samples,
                    const SampleSet* validation, FitState state, const FitOptions& options,
                    const FitHooks& hooks) {
  if (!options.noise.empty()) {
    throw ModelError("lbfgs and lm see the same samples again and again, so there can be no noise");
  }
  if (solver == Solver::LevenbergMarquardt && loss.over() == OverSamples::Whole) {
    throw ModelError("lm needs a loss that is a sum or a mean over samples; use lbfgs");
  }
  loss.prepare(samples);
  Fitted fitted;
  fitted.state = std::move(state);
  std::vector<double> w = fitted.state.parameters;
  BelowZero below_zero;
  // Steps to where the loss is not finite Ceres makes shorter; of the start it only says that.
  fitted.not_finite = not_finite_at_start(loss, samples, w);
  if (fitted.not_finite) {
    fitted.end = FitEnd::NotFinite;
    fitted.not_finite->epoch = fitted.state.epoch + 1;
  } else if (solver == Solver::LevenbergMarquardt && fitted.state.epoch < options.epochs) {
    below_zero.rounding = rounding_of_zero(loss, samples, w);
  }
  while (fitted.end == FitEnd::Epochs && fitted.state.epoch < options.epochs) {
    const int stretch = std::min(options.epochs - fitted.state.epoch, kStretch);
    Listener listener(loss, samples, validation, options, hooks, w, below_zero, fitted);
    const auto method = solver == Solver::LBfgs ? lbfgs : levenberg_marquardt;
    method(loss, samples, options, stretch, listener, below_zero, w);
    const int made = listener.iterations();
    if (fitted.end != FitEnd::Epochs) break;
    // Where no smaller step could be tried either, no iteration told of it.
    if (below_zero.found) {
      fitted.end = FitEnd::BelowZero;
      fitted.not_finite = std::move(below_zero.found);
      fitted.not_finite->epoch = fitted.state.epoch + made + 1;
      break;
    }
    if (made > 0) {
      fitted.state.epoch += made;
      fitted.state.parameters = w;
      fitted.state.last_loss = listener.last_loss();
      fitted.state.last_validation = listener.last_validation();
    }
    if (made < stretch) break;  // there is nothing more to gain
  }
  fitted.parameters = std::move(w);
  return fitted;
}

#else

bool has_ceres() { return false; }

Fitted fit_by_ceres(Solver, BatchLoss&, const SampleSet&, const SampleSet*, FitState,
                    const FitOptions&, const FitHooks&) {
  throw ModelError(
      "lbfgs and lm are Ceres Solver's, which this build does not have; in Debian it is the "
      "package "
      "libceres-dev");
}

#endif

}  // namespace gradsmith::runtime
