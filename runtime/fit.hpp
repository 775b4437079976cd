#pragma once

// Training: steps along the gradients of batches, epoch after epoch.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/batch_loss.hpp"
#include "runtime/optimizer.hpp"
#include "runtime/random.hpp"
#include "runtime/schedule.hpp"

namespace gradsmith::runtime {

struct FitOptions {
  int epochs = 100;
  std::size_t batch = 32;  // samples; 0: all
  bool shuffle = false;
  double rate = 0.01;
  Schedule schedule;
  OptimizerOptions optimizer;
  std::uint64_t seed = 1;  // of the order and of the noise
  // Epochs without a smaller loss, then it stops; 0: never. With validation samples it is their
  // loss that counts, and the best parameters are restored.
  int patience = 0;
  double least_improvement = 0;  // that counts for patience
  // Normal noise of this deviation, drawn anew for each epoch, on features of doubles by name.
  std::vector<std::pair<std::string, double>> noise;
  bool keep_sample_losses = false;  // of every epoch, if there are few enough samples
  std::size_t most_sample_losses = 20;
  bool keep_parameters = false;  // of every epoch
};

// Of several runs, those before the one that a state is of.
struct EarlierRuns {
  std::vector<double> losses;                                   // the last of each
  std::size_t kept = 0;                                         // which of them was best
  std::vector<double> parameters;                               // its own
  double kept_loss = std::numeric_limits<double>::quiet_NaN();  // by which it was
};

// What training goes on from: everything that the next epoch depends on.
struct FitState {
  int epoch = 0;  // that are done
  std::vector<double> parameters;
  Optimizer::State optimizer;
  Rate::State rate;
  Random random{1};
  std::vector<double> best;  // with patience: after the epoch of the smallest loss
  double least_loss = std::numeric_limits<double>::infinity();  // with `best`
  double last_loss = std::numeric_limits<double>::quiet_NaN();  // the mean over the last epoch
  double last_validation = std::numeric_limits<double>::quiet_NaN();  // after the last epoch
  double best_loss = std::numeric_limits<double>::infinity();
  int best_epoch = 0;
  int waited = 0;
  EarlierRuns earlier;
  Random starts{1};                 // draws the starts of runs to come
  std::optional<OverSamples> over;  // as what the loss was trained; nothing: not found out yet
};

struct EpochReport {
  int epoch = 0;          // counted from 1
  double loss = 0;        // the mean over the epoch, each batch before its step
  double validation = 0;  // after the epoch; NaN without validation samples
  double rate = 0;
  double samples_per_second = 0;
};

// A loss that is not finite, or one that is and whose gradient is not or leads to parameters that
// are not, or one below zero of which a root was to be taken: which sample, at which parameters.
struct NotFinite {
  int epoch = 0;
  std::size_t sample = 0;  // its place in the training samples
  double loss = 0;
  std::vector<double> parameters;
  // That sample alone, as the function was given it; all of the batch where only their sum is not
  // finite.
  SampleSet samples;
  struct Partial {
    std::size_t parameter = 0;
    double value = 0;
  };
  std::optional<Partial> partial;  // where the loss is finite
  // Of the loss after the epoch, and not at one of its steps.
  bool after_epoch = false;
  bool of_validation = false;  // then `sample` is the place in the validation samples
};

// BelowZero: of Levenberg and Marquardt's method, at a step to where the loss is no square.
enum class FitEnd { Epochs, Patience, Interrupted, NotFinite, BelowZero };

struct Fitted {
  FitEnd end = FitEnd::Epochs;
  FitState state;  // interrupted: as at the beginning of the epoch that was not finished
  std::vector<double> parameters;  // the best where there is patience, else the last
  std::vector<EpochReport> epochs;
  std::vector<std::vector<double>> sample_losses;      // by epoch and sample
  std::vector<std::vector<double>> parameter_history;  // by epoch
  std::optional<NotFinite> not_finite;                 // where it ended with NotFinite or BelowZero
};

// Whether it ended with neither a result nor a state to go on from that is one.
bool is_failure(FitEnd end);

struct FitHooks {
  std::function<void(const EpochReport&, const FitState&)> after_epoch;
  std::function<bool()> interrupted;  // asked before every step
};

// The first of these samples whose loss is not finite, given the loss of all of them, which is not;
// all of them where only their sum is not.
// Its epoch is left open, and its place is the one in `samples`. The loss must have been prepared.
NotFinite not_finite_in(BatchLoss& loss, const SampleSet& samples, std::size_t first,
                        std::size_t count, std::vector<double> parameters, double loss_of_all);

// The same where the loss is finite, but not its gradient by this parameter, or a step along it.
NotFinite not_finite_by(std::size_t parameter, BatchLoss& loss, const SampleSet& samples,
                        std::size_t first, std::size_t count, std::vector<double> parameters,
                        double loss_of_all);

// The same for the loss of all samples as it is after an epoch; nothing where it is finite.
std::optional<NotFinite> not_finite_after(int epoch, BatchLoss& loss, const SampleSet& samples,
                                          std::vector<double> parameters, double loss_of_all);

// The place of the first number that is not finite; the size where all are.
std::size_t where_not_finite(std::span<const double> numbers);

// The state at the beginning, for these parameters.
FitState fit_start(const FitOptions& options, std::vector<double> parameters);

// Trains from a state until the options' epochs are done. `validation` may be null. Two runs from
// one state are alike to the last bit, whatever the number of threads, and so are one run and two
// that continue each other.
Fitted fit(BatchLoss& loss, const SampleSet& samples, const SampleSet* validation, FitState state,
           const FitOptions& options, const FitHooks& hooks = {});

}  // namespace gradsmith::runtime
