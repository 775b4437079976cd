#pragma once

// A training from data to results: binds columns, splits, standardises, draws a start, checks the
// gradient, trains, and predicts.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/binding.hpp"
#include "runtime/ceres_fit.hpp"
#include "runtime/fit.hpp"
#include "runtime/gradient_check.hpp"
#include "runtime/initialise.hpp"
#include "runtime/split.hpp"
#include "runtime/standardise.hpp"

namespace gradsmith::runtime {

// What costs half of `weight` times the square of each parameter whose name matches.
struct Decay {
  std::string pattern = "*";
  double weight = 0;
};

struct Plan {
  std::string loss;     // a function of the module
  std::string predict;  // another, or empty
  std::map<std::string, long long> sizes;
  std::string sample_count = "n";   // the size that counts the samples
  std::optional<OverSamples> over;  // what the loss is over them; else found out by calling it
  BindingOptions binding;
  std::optional<Share> test;             // of all rows
  std::optional<Share> validation;       // of those that are left
  std::vector<std::string> standardise;  // data parameters
  std::vector<Initialiser> initialisers;
  std::map<std::string, std::vector<double>> start;  // by name, instead of what would be drawn
  std::vector<Decay> decay;
  FitOptions fit;
  Solver solver = Solver::Steps;
  int restarts = 0;  // further runs
  // A run whose last loss is below is the last, and is kept; else the one of the least monitored
  // loss is.
  std::optional<double> until;
  std::size_t threads = 1;
};

struct Rows {
  std::vector<std::size_t> places;  // in the data file
  SampleSet samples;
};

struct Outcome {
  Fitted fitted;
  std::vector<double> final_losses;  // of each run: the mean loss of its last epoch
  std::size_t kept = 0;              // which run
  double kept_loss = 0;              // its monitored loss, the least of all runs'
};

// The mean loss of the last epoch, be it one from before the state that was gone on from; NaN where
// there was none.
double last_loss(const Fitted& fitted);

// By what runs are compared, the loss of the parameters that are kept of a run: with patience the
// least of validation or, without such samples, of training samples; else the validation loss after
// the last epoch, and without validation samples the last loss.
double monitored_loss(const Fitted& fitted);

class Session {
 public:
  // `data` may have no rows where the loss takes no data. The module must live as long. Throws
  // ModelError, BindingError and DataError.
  Session(const gradsmith_module_v1& module, const Dataset& data, Plan plan);

  const Model& loss() const { return loss_; }
  const Plan& plan() const { return plan_; }
  const Rows& training() const { return training_; }
  const std::optional<Rows>& validation() const { return validation_; }
  const std::optional<Rows>& test() const { return test_; }
  const std::vector<Standard>& standards() const { return standards_; }
  OverSamples over() const { return batch_loss_->over(); }

  // The start of the first run.
  const std::vector<double>& start() const { return start_; }

  // Compares the gradient at the start with central differences: by the first samples, and where
  // there are very many parameters by some of them, evenly spread. The name of the worst is
  // in `worst_name`.
  GradientCheck check(std::string& worst_name);

  Outcome run(const FitHooks& hooks = {});

  // Goes on from a state, and makes the runs that were to come after it. What the loss is over its
  // samples is what it was for the state.
  Outcome run_from(FitState state, const FitHooks& hooks = {});

  double mean_loss(std::span<const double> parameters, const SampleSet& samples);

  // Whether there is a function to predict with; its results for samples of the loss, sample after
  // sample, `width` of them each.
  bool predicts() const { return predict_.has_value(); }
  std::size_t prediction_width() const { return predict_->result_count(); }
  const Model& prediction() const { return *predict_; }
  std::vector<double> predictions(std::span<const double> parameters,
                                  const SampleSet& samples) const;

  // A number of the training samples as it was in the data file, before it was standardised: of
  // the data parameter `x`, or of an element, `x[3]`. Nothing where there is none that is a double.
  std::optional<std::vector<double>> as_given(const std::string& name) const;

  // Predictions at other numbers: a row of them for these names, each as in `as_given`. Other data
  // are the mean of the training samples.
  std::vector<double> predictions_at(std::span<const double> parameters,
                                     const std::vector<std::string>& names,
                                     const std::vector<std::vector<double>>& rows) const;

  // The data parameter of the loss that the prediction does not take: what is to be predicted. Null
  // where there is none, or one cannot be told from another: a label from its sample's weight, say.
  const Feature* target(const SampleSet& samples) const;

 private:
  Fitted train_from(FitState state, const FitHooks& hooks);
  std::vector<double> for_prediction(std::span<const double> parameters) const;
  std::vector<double> predict(std::span<const double> parameters, const SampleSet& samples) const;

  Plan plan_;
  Model loss_;
  std::optional<Model> predict_;
  Random random_;
  Rows training_;
  std::optional<Rows> validation_;
  std::optional<Rows> test_;
  std::vector<Standard> standards_;
  std::vector<double> start_;
  std::unique_ptr<BatchLoss> batch_loss_;
};

}  // namespace gradsmith::runtime
