#include "commands/train_outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "commands/train_boundary.hpp"
#include "runtime/compiler.hpp"
#include "runtime/curves.hpp"
#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/parameters_header.hpp"
#include "runtime/saved_parameters.hpp"

namespace gradsmith {
namespace {

using namespace runtime;

// With more curves than this a picture is of no use.
constexpr std::size_t kMostCurves = 20;

std::string sample_name(const SampleSet& samples, std::size_t sample) {
  std::string name;
  for (const Feature& f : samples.features) {
    if (f.constant || f.width > 4) continue;
    for (std::size_t k = 0; k < f.width; ++k) {
      const std::size_t at = sample * f.width + k;
      name += fmt::format("{}{} = {:.4g}", name.empty() ? "" : ", ",
                          f.width == 1 ? f.name : fmt::format("{}[{}]", f.name, k),
                          f.is_int ? f.integers[at] : f.numbers[at]);
    }
  }
  return name.empty() ? fmt::format("sample {}", sample) : name;
}

std::vector<Curve> loss_curves(const Session& session, const Outcome& outcome) {
  const Fitted& fitted = outcome.fitted;
  std::vector<Curve> curves(1);
  curves[0].name = "training";
  for (const EpochReport& e : fitted.epochs) curves[0].values.push_back(e.loss);
  if (session.validation()) {
    curves.push_back({"validation", {}});
    for (const EpochReport& e : fitted.epochs) curves[1].values.push_back(e.validation);
  }
  if (fitted.sample_losses.empty()) return curves;
  const std::size_t samples = fitted.sample_losses[0].size();
  for (std::size_t i = 0; i < samples; ++i) {
    Curve curve{sample_name(session.training().samples, i), {}};
    for (const std::vector<double>& losses : fitted.sample_losses)
      curve.values.push_back(losses[i]);
    curves.push_back(std::move(curve));
  }
  return curves;
}

std::vector<Curve> parameter_curves(const Session& session, const Outcome& outcome) {
  std::vector<Curve> curves;
  for (std::size_t k = 0; k < session.start().size() && k < kMostCurves; ++k) {
    Curve curve{session.loss().parameter_name(k), {}};
    for (const std::vector<double>& p : outcome.fitted.parameter_history) {
      curve.values.push_back(p[k]);
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

/// FNV-1a over bytes: over words the signs of two numbers would cancel.
class Hash {
 public:
  void mix(std::string_view bytes) {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }

  void mix(std::uint64_t bits) {
    for (int k = 0; k < 8; ++k, bits >>= 8) {
      const char byte = static_cast<char>(bits & 0xff);
      mix(std::string_view(&byte, 1));
    }
  }

  void mix(const SampleSet& samples) {
    mix(samples.count);
    for (const Feature& f : samples.features) {
      mix(f.width);
      for (const double x : f.numbers) mix(std::bit_cast<std::uint64_t>(x));
      for (const int x : f.integers) mix(static_cast<std::uint64_t>(x));
    }
  }

  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

/// Sizes and numbers that are the same for all samples.
std::string constants(const Plan& plan) {
  std::vector<std::string> entries;
  for (const auto& [name, numbers] : plan.binding.numbers) {
    std::string entry = name + "=";
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      entry += fmt::format("{}{}", k > 0 ? ";" : "", numbers[k]);
    }
    entries.push_back(std::move(entry));
  }
  return join(entries);
}

struct NamedFile {
  std::string option;
  std::string file;
};

/// Whether writing one changes the other; not so of devices and pipes.
bool same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (is_stream(a) || is_stream(b)) return false;
  if (fs::equivalent(a, b, error)) return true;
  const fs::path one = fs::weakly_canonical(fs::absolute(a, error), error);
  return !error && one == fs::weakly_canonical(fs::absolute(b, error), error);
}

void require_apart(const TrainOptions& o, const std::vector<std::string>& pictures) {
  std::vector<NamedFile> outputs = {
      {"--save", o.save}, {"--header", o.header}, {"--log", o.log}, {"--checkpoint", o.checkpoint}};
  for (const std::string& file : pictures) outputs.push_back({"a picture", file});
  std::erase_if(outputs, [](const NamedFile& f) { return f.file.empty(); });
  std::vector<NamedFile> inputs = {{"the spec", o.spec.specs.front()}};
  for (const std::string& file : o.data) inputs.push_back({"the data", file});
  const auto refuse = [](const NamedFile& a, const NamedFile& b) {
    throw UsageError("'" + a.file + "' is to be " + a.option + ", and it is " + b.option + " too",
                     "give each a file of its own");
  };
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    for (std::size_t i = 0; i < k; ++i) {
      if (same_file(outputs[k].file, outputs[i].file)) refuse(outputs[k], outputs[i]);
    }
    for (const NamedFile& input : inputs) {
      if (same_file(outputs[k].file, input.file)) refuse(outputs[k], input);
    }
    // Going on, and training on, may write what they began with.
    const std::string& option = outputs[k].option;
    const NamedFile resumed{"--resume", o.resume};
    if (option != "--checkpoint" && !o.resume.empty() && same_file(outputs[k].file, o.resume)) {
      refuse(outputs[k], resumed);
    }
    const NamedFile start{"--start", o.start};
    if (option != "--save" && !o.start.empty() && same_file(outputs[k].file, o.start)) {
      refuse(outputs[k], start);
    }
  }
}

/// Where Ctrl-C would save to.
void warn_of_interrupts(const TrainOptions& o) {
  if (!o.checkpoint.empty()) return;
  try {
    require_writable(kInterruptedFile);
  } catch (const DataError& error) {
    say(std::string("note: Ctrl-C will not save the state of training: ") + error.what() +
        "; --checkpoint gives it a place");
  }
}

}  // namespace

void require_outputs(const TrainOptions& options) {
  std::vector<std::string> pictures = options.plots;
  pictures.insert(pictures.end(), options.histories.begin(), options.histories.end());
  for (const std::string& text : options.boundaries) pictures.push_back(boundary_file(text));
  for (const std::string& file : pictures) {
    if (is_picture(file)) continue;
    throw UsageError("'" + file + "' ends neither in .svg nor in .png");
  }
  for (const std::string& file : {options.save, options.header, options.log, options.checkpoint}) {
    if (!file.empty()) require_writable(file);
  }
  for (const std::string& file : pictures) require_writable(file);
  require_apart(options, pictures);
  warn_of_interrupts(options);
}

void keep_for_pictures(const TrainOptions& options, runtime::Plan& plan) {
  plan.fit.keep_sample_losses = !options.plots.empty();
  plan.fit.most_sample_losses = kMostCurves;
  plan.fit.keep_parameters = !options.histories.empty();
}

std::string about_training(const TrainOptions& o, const std::string& loss,
                           const runtime::Session& session) {
  const FitOptions& fit = session.plan().fit;
  Hash code;
  code.mix(loss);
  Hash flags;  // an error that names them in full would be hard to read
  flags.mix(o.flags + runtime::compiler_version());
  Hash data;
  data.mix(session.training().samples);
  if (session.validation()) data.mix(session.validation()->samples);
  // Only a cosine depends on where training will end.
  const bool ends = fit.schedule.kind == Schedule::Kind::Cosine;
  return fmt::format(
      "{} of code {:016x} with {} parameters, set [{}] count {} init [{}], {} samples {:016x}, {} "
      "momentum {}{} rate {} "
      "schedule {}{} "
      "batch {} shuffle {} seed {} clip {} noise [{}] decay [{}] patience {} improvement {} "
      "restarts {} keep-loops {} vector-math {} compiler and flags {:016x}",
      session.loss().name(), code.value(), session.loss().parameter_count(),
      constants(session.plan()), session.plan().sample_count, join(o.initialisers),
      session.training().samples.count, data.value(), o.optimizer, fit.optimizer.momentum,
      fit.optimizer.nesterov ? " nesterov" : "", fit.rate, o.schedule,
      ends ? fmt::format(" of {} epochs", fit.epochs) : "", fit.batch, fit.shuffle, fit.seed,
      fit.optimizer.clip, join(o.noise), join(o.decay), fit.patience, fit.least_improvement,
      session.plan().restarts, o.keep_loops, o.vector_math, flags.value());
}

void write_outputs(const TrainOptions& options, const runtime::Session& session,
                   const runtime::Outcome& outcome) {
  const std::vector<double>& parameters = outcome.fitted.parameters;
  if (!options.save.empty()) {
    write_whole(options.save, parameters_json(session.loss(), parameters, session.standards()));
    say("parameters: " + options.save);
  }
  if (!options.header.empty()) {
    write_whole(options.header, parameters_header(session.loss(), parameters, session.standards()));
    say("parameters: " + options.header);
  }
  for (const std::string& text : options.boundaries) draw_boundary_of(text, session, parameters);
  if (outcome.fitted.epochs.empty() && !(options.plots.empty() && options.histories.empty())) {
    say("no epoch of the kept run was trained here, so there are no curves to draw");
    return;
  }
  const auto& epochs = outcome.fitted.epochs;
  const int first = epochs.empty() ? 1 : epochs.front().epoch;
  for (const std::string& file : options.plots) {
    report_picture(file, draw_curves(file, "epoch", "loss", loss_curves(session, outcome), first));
  }
  const std::size_t count = session.start().size();
  if (!options.histories.empty() && count > kMostCurves) {
    say(fmt::format("of {} parameters the histories of the first {} are drawn", count,
                    kMostCurves));
  }
  for (const std::string& file : options.histories) {
    report_picture(
        file, draw_curves(file, "epoch", "parameter", parameter_curves(session, outcome), first));
  }
}

}  // namespace gradsmith
