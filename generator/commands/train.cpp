#include "commands/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <sstream>

#include "commands/not_finite.hpp"
#include "commands/subscripts.hpp"
#include "commands/train_boundary.hpp"
#include "commands/train_module.hpp"
#include "commands/train_not_finite.hpp"
#include "commands/train_options.hpp"
#include "commands/train_outputs.hpp"
#include "ir/print.hpp"
#include "runtime/checkpoint.hpp"
#include "runtime/compiler.hpp"
#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/progress.hpp"
#include "runtime/results.hpp"
#include "runtime/run_log.hpp"
#include "runtime/saved_parameters.hpp"
#include "runtime/shared_module.hpp"

namespace gradsmith {
namespace {

using namespace runtime;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The module, compiled and loaded.
SharedModule load(const TrainModule& module, const TrainOptions& options) {
  CompileOptions compile;
  if (!options.flags.empty()) compile.flags = words_of(options.flags);
  // Generated code includes what the spec's interface needs, as the spec does.
  const std::filesystem::path folder = std::filesystem::absolute(module.spec.path).parent_path();
  compile.include_folders = {folder.string()};
  const std::vector<std::string>& given = options.spec.compiler_arguments;
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (given[k].rfind("-I", 0) != 0) continue;
    const bool apart = given[k] == "-I" && k + 1 < given.size();
    const std::string path = apart ? given[k + 1] : given[k].substr(2);
    compile.include_folders.push_back(std::filesystem::absolute(path).string());
  }
  const std::string source = "#define GRADSMITH_EXPORT_MODULE\n" + module.text;
  const SharedObject object = compile_shared_object(source, compile);
  if (options.verbose) {
    say((object.from_cache ? "compiled before: " : "compiled: ") + object.command);
    say("module: " + object.file.string());
  }
  const std::filesystem::path gone = object.temporary;
  SharedModule loaded(object.file);
  if (!gone.empty()) {
    if (options.verbose) say("the cache cannot be written to, so the module is not kept");
    std::error_code error;
    std::filesystem::remove_all(gone, error);
  }
  return loaded;
}

Dataset read_data(const TrainOptions& options) {
  if (options.data.empty()) return {};
  std::vector<Dataset> parts;
  for (const std::string& file : options.data) parts.push_back(read_dataset(file));
  return joined(std::move(parts));
}

void check_gradient(Session& session, bool quiet) {
  std::string name;
  const GradientCheck check = session.check(name);
  if (check.passed) {
    if (!quiet)
      say(
          fmt::format("gradient checked: agrees with central differences to {:.1e} of the largest "
                      "partial ({} of {} partials, differences known to {:.1e})",
                      check.error, check.checked, session.start().size(), check.resolution));
    return;
  }
  // Training will stop at once, and say at which sample.
  if (!std::isfinite(session.mean_loss(session.start(), session.training().samples))) return;
  throw Refusal("gs-gradient-check",
                fmt::format("the gradient disagrees with central differences at the start: by '{}' "
                            "it is {}, and the difference is {}",
                            name, check.given, check.difference),
                "look at the function there: it may have a kink or a jump; --no-check trains "
                "all the same");
}

std::string percent(double fraction) { return fmt::format("{:.2f} %", 100 * fraction); }

void print_set(Session& session, const std::string& what, const SampleSet& samples,
               const std::vector<double>& parameters, bool in_full) {
  print_result(fmt::format("{} loss {:.6g}\n", what, session.mean_loss(parameters, samples)));
  if (!session.predicts()) return;
  const std::vector<double> predictions = session.predictions(parameters, samples);
  const std::size_t width = session.prediction_width();
  const Score s = score(predictions, width, session.target(samples), samples.count);
  if (s.kind == Score::Kind::Classes) {
    print_result(fmt::format("{} accuracy {}\n", what, percent(s.accuracy)));
    if (in_full && samples.count > 20) print_result(confusion_table(s));
  }
  if (s.kind == Score::Kind::Regression) {
    print_result(fmt::format("{} mean square error {:.6g}\n", what, s.mean_squared_error));
  }
  constexpr std::size_t kFew = 20;
  if (in_full && samples.count <= kFew) {
    print_result(prediction_table(samples, predictions, width));
  }
}

/// The parameters, where they are few.
void print_parameters(const Session& session, const std::vector<double>& parameters) {
  constexpr std::size_t kFew = 12;
  if (parameters.size() > kFew) return;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    print_result(fmt::format("{} = {:.6g}\n", session.loss().parameter_name(k), parameters[k]));
  }
}

void print_results(Session& session, const std::vector<double>& parameters) {
  print_parameters(session, parameters);
  print_set(session, "training", session.training().samples, parameters, !session.test());
  if (session.validation()) {
    print_set(session, "validation", session.validation()->samples, parameters, false);
  }
  if (session.test()) print_set(session, "test", session.test()->samples, parameters, true);
}

const Function* function_named(const TrainModule& module, const std::string& name) {
  for (const LoweredFunction& f : module.spec.functions) {
    if (qualified_name(f.function.namespaces, f.function.name) == name) return &f.function;
  }
  return nullptr;
}

/// How training ended, in words; Failed where that is no result.
Status report_end(const TrainOptions& options, const Session& session, const Outcome& outcome,
                  const std::string& about, const Function* loss, const Dataset& data) {
  const Fitted& fitted = outcome.fitted;
  switch (fitted.end) {
    case FitEnd::NotFinite:
      throw not_finite_refusal(session, *fitted.not_finite, loss, data);
    case FitEnd::BelowZero:
      throw below_zero_refusal(session, *fitted.not_finite, data);
    case FitEnd::Interrupted: {
      const std::string file = options.checkpoint.empty() ? kInterruptedFile : options.checkpoint;
      write_checkpoint(file, fitted.state, about);
      const std::size_t run = fitted.state.earlier.losses.size();
      say(fmt::format("interrupted{} after {} epochs; go on with --resume={}",
                      run == 0 ? "" : fmt::format(" in run {}", run + 1), fitted.state.epoch,
                      file));
      return Status::Failed;
    }
    case FitEnd::Patience:
      say(fmt::format("stopped after epoch {}: no improvement since epoch {}", fitted.state.epoch,
                      fitted.state.best_epoch));
      return Status::Done;
    default:
      return Status::Done;
  }
}

void report_runs(const Session& session, const Outcome& outcome) {
  if (outcome.final_losses.size() > 1) {
    std::string losses;
    for (const double loss : outcome.final_losses) losses += fmt::format(" {:.6g}", loss);
    // What was monitored may be another loss than the last ones.
    const bool another = outcome.kept_loss != outcome.final_losses[outcome.kept];
    const std::string by =
        another ? fmt::format(", with a {} loss of {:.6g}",
                              session.validation() ? "validation" : "training", outcome.kept_loss)
                : "";
    print_result(fmt::format("last losses of {} runs:{}; run {} is kept{}\n",
                             outcome.final_losses.size(), losses, outcome.kept + 1, by));
  }
  if (!session.plan().until) return;
  const double loss = outcome.final_losses[outcome.kept];
  print_result(fmt::format("{}: mean loss of the last epoch {:.6g}, wanted below {:.6g}\n",
                           loss < *session.plan().until ? "converged" : "did not converge", loss,
                           *session.plan().until));
}

class Hooks {
 public:
  Hooks(const TrainOptions& options, const std::string& about, const FitState* from,
        const Plan& plan)
      : options_(options), about_(about), epochs_(plan.fit.epochs) {
    progress_.emplace(options.quiet ? nullptr : stderr, epochs_,
                      static_cast<std::size_t>(plan.restarts) + 1);
    if (options.log.empty()) return;
    from ? log_.emplace(options.log, *from) : log_.emplace(options.log);
  }

  FitHooks hooks() {
    FitHooks h;
    h.interrupted = InterruptGuard::interrupted;
    h.after_epoch = [this](const EpochReport& report, const FitState& state) {
      const std::size_t run = state.earlier.losses.size() + 1;
      progress_->epoch(report, run);
      if (log_) log_->epoch(report, run);
      const double since = std::chrono::duration<double>(Clock::now() - written_).count();
      if (options_.checkpoint.empty() || (since < 1 && report.epoch != epochs_)) return;
      if (log_) log_->flush();  // so that it is never behind the checkpoint
      write_checkpoint(options_.checkpoint, state, about_);
      written_ = Clock::now();
    };
    return h;
  }

  void finish() {
    progress_.reset();
    if (log_) log_->finish();
  }

 private:
  using Clock = std::chrono::steady_clock;

  const TrainOptions& options_;
  const std::string& about_;
  int epochs_;
  std::optional<Progress> progress_;
  std::optional<RunLog> log_;
  Clock::time_point written_{};
};

Outcome run(Session& session, const TrainOptions& options, const std::string& about) {
  const InterruptGuard guard;
  std::optional<FitState> from;
  if (!options.resume.empty()) {
    from = read_checkpoint(options.resume, about, session.loss().parameter_count());
  }
  Hooks hooks(options, about, from ? &*from : nullptr, session.plan());
  Outcome outcome = from ? session.run_from(*from, hooks.hooks()) : session.run(hooks.hooks());
  hooks.finish();
  return outcome;
}

/// Before compiled code sees them. A loss that needs several samples at once is only for all.
void check_data(const TrainModule& module, const SharedModule& loaded, Plan& plan,
                const Dataset& data) {
  const Model loss(find_function(loaded.module(), plan.loss), plan.sizes, plan.sample_count);
  for (const DataSlot& slot : loss.data()) {
    if (!data.columns.empty() || plan.binding.numbers.contains(slot.name)) continue;
    throw UsageError("the data parameter '" + slot.name + "' of " + loss.name() + " has no data",
                     "give --data=<file>, or a constant with --set");
  }
  Dataset rows = data;
  if (rows.rows == 0) rows.rows = 1;
  const SampleSet samples = bind(loss, rows, plan.binding);
  if (const Function* f = function_named(module, loss.name())) {
    require_lengths(*f, loss, samples.count);
    if (!require_subscripts(*f, loss, samples, data, plan.binding)) {
      plan.over = OverSamples::Whole;
      if (plan.test || plan.validation) {
        throw UsageError(loss.name() + " uses several samples for one, so they cannot be split",
                         "leave --test and --validation out", "gs-subscript");
      }
    }
  }
  if (plan.predict.empty()) return;
  // What predicts takes its data from those of the loss, for one sample at a time.
  const Model predict(find_function(loaded.module(), plan.predict), plan.sizes, plan.sample_count);
  if (const Function* f = function_named(module, predict.name())) {
    require_lengths(*f, predict, 1);
    if (require_subscripts(*f, predict, predict.own(samples), data, plan.binding)) return;
    throw UsageError(predict.name() + " cannot predict for a single sample: it uses others",
                     "predict with a function that takes one sample", "gs-subscript");
  }
}

Status train_on(const TrainOptions& options) {
  Plan plan = plan_of(options);
  require_outputs(options);
  keep_for_pictures(options, plan);
  if (!options.start.empty()) plan.start = read_parameters(options.start);
  const Dataset data = read_data(options);
  const std::string& spec = options.spec.specs.front();
  const TrainModule module = train_module(options.spec.read(spec), options.keep_loops,
                                          options.vector_math, plan.loss, plan.predict);
  if (module.text.empty()) return Status::Failed;
  plan.predict = module.predict;
  const SharedModule loaded = load(module, options);
  check_data(module, loaded, plan, data);
  if (!options.start.empty()) {
    require_shapes(options.start,
                   Model(find_function(loaded.module(), plan.loss), plan.sizes, plan.sample_count));
  }
  Session session(loaded.module(), data, std::move(plan));
  for (const std::string& text : options.boundaries) require_boundary(text, session);
  if (!options.no_check) check_gradient(session, options.quiet);
  const Function* loss = function_named(module, session.loss().name());
  const std::string about = about_training(options, loss ? to_sexpr(*loss) : "", session);
  const Outcome outcome = run(session, options, about);
  const Status status = report_end(options, session, outcome, about, loss, data);
  if (status != Status::Done) return status;
  report_runs(session, outcome);
  print_results(session, outcome.fitted.parameters);
  write_outputs(options, session, outcome);
  return status;
}

Status train(const TrainOptions& options) {
  try {
    return train_on(options);
  } catch (const std::bad_alloc&) {
    throw Refusal("gs-model", "there is not enough memory for the parameters and the data",
                  "look at the sizes of --set");
  } catch (const DataError& error) {
    throw Refusal("gs-data", error.what());
  } catch (const CompileError& error) {
    throw Refusal("gs-compile", error.what());
  } catch (const ModelError& error) {
    throw UsageError(error.what(), "", "gs-model");
  } catch (const BindingError& error) {
    throw UsageError(error.what(), "say which columns with --columns=x=a:b", "gs-columns");
  }
}

}  // namespace

void add_train(CLI::App& app, const std::vector<std::string>& compiler_arguments,
               SelectedCommand& selected) {
  const auto options = std::make_shared<TrainOptions>();
  options->spec.compiler_arguments = compiler_arguments;
  CLI::App* command = add_command(app, "train", kTrainHelp);
  add_train_options(*command, *options);
  command->callback([options, &selected] { selected = [options] { return train(*options); }; });
}

}  // namespace gradsmith
