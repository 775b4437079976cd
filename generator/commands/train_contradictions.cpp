#include "commands/train_contradictions.hpp"

#include <set>

namespace gradsmith {
namespace {

using runtime::OptimizerOptions;

/// Ceres makes steps of its own, on all samples.
void refuse_for_ceres(const TrainOptions& o, const runtime::Plan& plan) {
  const runtime::FitOptions& fit = plan.fit;
  struct Without {
    bool given;
    const char* option;
  };
  const Without without[] = {
      {fit.optimizer.momentum != 0, "--momentum"},
      {fit.optimizer.clip != 0, "--clip"},
      {o.schedule != "constant", "--schedule"},
      {fit.shuffle, "--shuffle"},
      {!fit.noise.empty(), "--noise"},
      {fit.patience != 0, "--patience"},
      {o.batch_given, "--batch"},
      {o.rate_given, "--lr"},
      {plan.solver == runtime::Solver::LevenbergMarquardt && plan.threads > 1, "--threads"}};
  for (const Without& w : without) {
    if (!w.given) continue;
    throw UsageError(std::string(w.option) + " is without effect with --optimizer=" + o.optimizer +
                         ", which makes its own steps on all samples",
                     "leave one of them out");
  }
}

}  // namespace

void refuse_contradictions(const TrainOptions& o, const runtime::Plan& plan) {
  const runtime::FitOptions& fit = plan.fit;
  if (plan.solver != runtime::Solver::Steps) refuse_for_ceres(o, plan);
  if (fit.optimizer.kind != OptimizerOptions::Kind::Sgd && fit.optimizer.momentum != 0) {
    throw UsageError("--momentum is of sgd; " + o.optimizer + " has a momentum of its own",
                     "leave one of them out");
  }
  if (fit.optimizer.nesterov && fit.optimizer.momentum == 0) {
    throw UsageError("--nesterov is about momentum, and there is none", "give --momentum=0.9");
  }
  if (fit.least_improvement != 0 && fit.patience == 0) {
    throw UsageError("--min-improvement is what --patience waits for, and there is none",
                     "give --patience=<epochs>");
  }
  // --init draws the starts of runs that are still to come.
  if (!o.resume.empty() && !o.start.empty()) {
    throw UsageError("--resume goes on from its file, so --start is without effect",
                     "leave it out");
  }
  if (!o.start.empty() && plan.restarts > 0) {
    throw UsageError("--restarts draws other starts, and --start gives one",
                     "leave one of them out");
  }
  if (o.data.empty() && (plan.test || plan.validation)) {
    throw UsageError("--test and --validation split the rows of --data, and there is none",
                     "leave them out");
  }
  if (!o.boundaries.empty() && plan.predict.empty()) {
    throw UsageError("--boundary draws predictions, and there is none", "name one with --predict");
  }
  std::set<std::string> bound;
  for (const runtime::Binding& b : plan.binding.bindings) {
    if (bound.insert(b.parameter).second) continue;
    throw UsageError("--columns gives '" + b.parameter + "' columns twice",
                     "columns side by side are written x=a+b or x=a:b");
  }
}

}  // namespace gradsmith
