#include "commands/train_outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/curves.hpp"
#include "runtime/files.hpp"
#include "runtime/saved_parameters.hpp"

namespace gradsmith {
namespace {

using namespace runtime;

// With more curves than this a picture is of no use.
constexpr std::size_t kMostCurves = 20;

struct BoundaryRequest {
  std::string x;
  std::string y;
  std::string file;
};

BoundaryRequest boundary_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  const std::size_t colon = text.find(':');
  const bool whole = comma != std::string::npos && colon != std::string::npos && comma > 0 &&
                     comma + 1 < colon && colon + 1 < text.size();
  if (!whole) {
    throw UsageError("'" + text + "' in --boundary is not of the form <x>,<y>:<file.svg>");
  }
  return {text.substr(0, comma), text.substr(comma + 1, colon - comma - 1), text.substr(colon + 1)};
}

void report_picture(const std::string& file, const Drawn& drawn) {
  say(drawn.done ? "picture: " + file : drawn.message);
}

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
  for (const Block& b : session.loss().parameters()) {
    for (std::size_t k = 0; k < b.count && curves.size() < kMostCurves; ++k) {
      Curve curve{b.extents.empty() ? b.name : fmt::format("{}[{}]", b.name, k), {}};
      for (const std::vector<double>& p : outcome.fitted.parameter_history) {
        curve.values.push_back(p[b.offset + k]);
      }
      curves.push_back(std::move(curve));
    }
  }
  return curves;
}

/// A feature as it was in the data file.
std::vector<double> as_given(const Session& session, const std::string& name) {
  for (const Feature& f : session.training().samples.features) {
    if (f.name != name || f.is_int || f.width != 1 || f.constant) continue;
    std::vector<double> numbers(f.numbers.begin(), f.numbers.end());
    for (const Standard& s : session.standards()) {
      if (s.feature != name) continue;
      for (double& x : numbers) x = x * s.deviation[0] + s.mean[0];
    }
    return numbers;
  }
  throw UsageError("--boundary: '" + name + "' is no number among the data of the loss");
}

void draw_boundary_of(const BoundaryRequest& request, const Session& session,
                      const std::vector<double>& parameters) {
  Boundary b;
  b.x_name = request.x;
  b.y_name = request.y;
  b.x = as_given(session, request.x);
  b.y = as_given(session, request.y);
  const Feature* target = session.target(session.training().samples);
  for (std::size_t i = 0; i < b.x.size(); ++i) {
    b.one.push_back(target &&
                    (target->is_int ? target->integers[i] > 0 : target->numbers[i] > 0.5));
  }
  double low = 0;
  double high = 0;
  for (const std::vector<double>* values : {&b.x, &b.y}) {
    low = std::min(low, *std::ranges::min_element(*values));
    high = std::max(high, *std::ranges::max_element(*values));
  }
  // Room of half the data's extent on each side: [-2, 2] for points on the unit square.
  const double room = (high - low) / 2;
  b.low = low - room;
  b.high = high + room;
  std::vector<std::vector<double>> grid;
  for (std::size_t i = 0; i < kBoundaryGrid; ++i) {
    for (std::size_t j = 0; j < kBoundaryGrid; ++j) {
      const auto at = [&](std::size_t k) {
        return b.low + (b.high - b.low) * static_cast<double>(k) / (kBoundaryGrid - 1);
      };
      grid.push_back({at(i), at(j)});
    }
  }
  const std::vector<double> predictions =
      session.predictions_at(parameters, {request.x, request.y}, grid);
  const std::size_t width = session.prediction_width();
  for (std::size_t k = 0; k < grid.size(); ++k) b.map.push_back(predictions[k * width]);
  report_picture(request.file, draw_boundary(request.file, b));
}

/// FNV-1a over numbers.
class Hash {
 public:
  void mix(std::uint64_t bits) { hash_ = (hash_ ^ bits) * 0x100000001b3U; }

  void mix(const SampleSet& samples) {
    mix(samples.count);
    for (const Feature& f : samples.features) {
      for (const double x : f.numbers) mix(std::bit_cast<std::uint64_t>(x));
      for (const int x : f.integers) mix(static_cast<std::uint64_t>(x));
    }
  }

  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace

void require_outputs(const TrainOptions& options) {
  std::vector<std::string> pictures = options.plots;
  pictures.insert(pictures.end(), options.histories.begin(), options.histories.end());
  for (const std::string& text : options.boundaries) pictures.push_back(boundary_of(text).file);
  for (const std::string& file : pictures) {
    if (is_picture(file)) continue;
    throw UsageError("'" + file + "' ends neither in .svg nor in .png");
  }
  for (const std::string& file : {options.save, options.header, options.log, options.checkpoint}) {
    if (!file.empty()) require_writable(file);
  }
  for (const std::string& file : pictures) require_writable(file);
}

void require_boundaries(const TrainOptions& options, const runtime::Session& session) {
  for (const std::string& text : options.boundaries) {
    const BoundaryRequest request = boundary_of(text);
    as_given(session, request.x);
    as_given(session, request.y);
  }
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
  for (const char c : loss) code.mix(static_cast<unsigned char>(c));
  Hash data;
  data.mix(session.training().samples);
  if (session.validation()) data.mix(session.validation()->samples);
  // Only a cosine depends on where training will end.
  const bool ends = fit.schedule.kind == Schedule::Kind::Cosine;
  return fmt::format(
      "{} of code {:016x} with {} parameters, {} samples {:016x}, {} momentum {}{} rate {} "
      "schedule {}{} "
      "batch {} shuffle {} seed {} clip {} noise [{}] decay [{}] patience {} improvement {} "
      "restarts {}",
      session.loss().name(), code.value(), session.loss().parameter_count(),
      session.training().samples.count, data.value(), o.optimizer, fit.optimizer.momentum,
      fit.optimizer.nesterov ? " nesterov" : "", fit.rate, o.schedule,
      ends ? fmt::format(" of {} epochs", fit.epochs) : "", fit.batch, fit.shuffle, fit.seed,
      fit.optimizer.clip, join(o.noise), join(o.decay), fit.patience, fit.least_improvement,
      session.plan().restarts);
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
  for (const std::string& text : options.boundaries) {
    draw_boundary_of(boundary_of(text), session, parameters);
  }
  if (outcome.fitted.epochs.empty() && !(options.plots.empty() && options.histories.empty())) {
    say("no epoch of the kept run was trained here, so there are no curves to draw");
    return;
  }
  const auto& epochs = outcome.fitted.epochs;
  const int first = epochs.empty() ? 1 : epochs.front().epoch;
  for (const std::string& file : options.plots) {
    report_picture(file, draw_curves(file, "epoch", "loss", loss_curves(session, outcome), first));
  }
  for (const std::string& file : options.histories) {
    report_picture(
        file, draw_curves(file, "epoch", "parameter", parameter_curves(session, outcome), first));
  }
}

}  // namespace gradsmith
