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

/// The second of two would count for nothing, or the first.
void refuse_repeated(const std::string& option, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) continue;
    throw UsageError(option + " gives '" + name + "' twice", "leave one of them out");
  }
}

std::string name_in(const std::string& entry) { return entry.substr(0, entry.find('=')); }

void refuse_repeated(const TrainOptions& o, const runtime::Plan& plan) {
  std::vector<std::string> names;
  for (const std::string& entry : o.set) names.push_back(name_in(entry));
  refuse_repeated("--set", names);
  names.clear();
  for (const runtime::Initialiser& i : plan.initialisers) names.push_back(i.pattern);
  refuse_repeated("--init", names);
  names.clear();
  for (const runtime::Decay& d : plan.decay) names.push_back(d.pattern);
  refuse_repeated("--weight-decay", names);
  names.clear();
  for (const auto& [name, deviation] : plan.fit.noise) names.push_back(name);
  refuse_repeated("--noise", names);
  refuse_repeated("--standardise", plan.standardise);
}

/// What --set gives is the same for all samples, and stays as it is.
void refuse_for_constants(const runtime::Plan& plan) {
  const auto refuse = [&](const std::string& option, const std::string& name) {
    if (!plan.binding.numbers.contains(name)) return;
    throw UsageError(option +
                         " is about data that differ from sample to sample, and --set gives '" +
                         name + "' for all of them",
                     "leave one of them out");
  };
  for (const std::string& name : plan.standardise) refuse("--standardise", name);
  for (const auto& [name, deviation] : plan.fit.noise) refuse("--noise", name);
  for (const runtime::Binding& b : plan.binding.bindings) refuse("--columns", b.parameter);
}

}  // namespace

void refuse_contradictions(const TrainOptions& o, const runtime::Plan& plan) {
  const runtime::FitOptions& fit = plan.fit;
  if (plan.solver != runtime::Solver::Steps) refuse_for_ceres(o, plan);
  refuse_repeated(o, plan);
  refuse_for_constants(plan);
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
