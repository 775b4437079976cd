#include "commands/train.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <sstream>

#include "commands/train_module.hpp"
#include "commands/train_options.hpp"
#include "runtime/compiler.hpp"
#include "runtime/results.hpp"
#include "runtime/shared_module.hpp"
#include "runtime/table.hpp"

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
  const std::string source = "#define GRADSMITH_EXPORT_MODULE\n" + module.text;
  const SharedObject object = compile_shared_object(source, compile);
  if (options.verbose) {
    say((object.from_cache ? "compiled before: " : "compiled: ") + object.command);
    say("module: " + object.file.string());
  }
  return SharedModule(object.file);
}

Dataset read_data(const TrainOptions& options) {
  if (options.data.empty()) return {};
  std::vector<Dataset> parts;
  for (const std::string& file : options.data) parts.push_back(read_dataset(file));
  return joined(std::move(parts));
}

void check_gradient(Session& session) {
  std::string name;
  const GradientCheck check = session.check(name);
  if (check.passed) {
    say(fmt::format("gradient checked: agrees with central differences to {:.1e}", check.error));
    return;
  }
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
  print_result(fmt::format("{} loss {:.9g}\n", what, session.mean_loss(parameters, samples)));
  if (!session.predicts()) return;
  const std::vector<double> predictions = session.predictions(parameters, samples);
  const std::size_t width = session.prediction_width();
  const Score s = score(predictions, width, session.target(samples), samples.count);
  if (s.kind == Score::Kind::Classes) {
    print_result(fmt::format("{} accuracy {}\n", what, percent(s.accuracy)));
    if (in_full && samples.count > 20) print_result(confusion_table(s));
  }
  if (s.kind == Score::Kind::Regression) {
    print_result(fmt::format("{} mean square error {:.9g}\n", what, s.mean_squared_error));
  }
  constexpr std::size_t kFew = 20;
  if (in_full && samples.count <= kFew) {
    print_result(prediction_table(samples, predictions, width));
  }
}

void print_results(Session& session, const std::vector<double>& parameters) {
  print_set(session, "training", session.training().samples, parameters, !session.test());
  if (session.validation()) {
    print_set(session, "validation", session.validation()->samples, parameters, false);
  }
  if (session.test()) print_set(session, "test", session.test()->samples, parameters, true);
}

Status train_on(const TrainOptions& options) {
  Plan plan = plan_of(options);
  const Dataset data = read_data(options);
  const std::string& spec = options.spec.specs.front();
  const TrainModule module =
      train_module(options.spec.read(spec), options.keep_loops, plan.loss, plan.predict);
  if (module.text.empty()) return Status::Failed;
  plan.predict = module.predict;
  const SharedModule loaded = load(module, options);
  Session session(loaded.module(), data, std::move(plan));
  if (!options.no_check) check_gradient(session);
  const Outcome outcome = session.run();
  print_results(session, outcome.fitted.parameters);
  return Status::Done;
}

Status train(const TrainOptions& options) {
  try {
    return train_on(options);
  } catch (const DataError& error) {
    throw Refusal("gs-data", error.what());
  } catch (const CompileError& error) {
    throw Refusal("gs-compile", error.what());
  } catch (const ModelError& error) {
    throw UsageError(error.what(), "give sizes and constants with --set", "gs-model");
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
