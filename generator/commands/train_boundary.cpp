#include "commands/train_boundary.hpp"

#include <algorithm>

#include "commands/status.hpp"
#include "runtime/results.hpp"

namespace gradsmith {
namespace {

using namespace runtime;

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

std::vector<double> numbers_of(const Session& session, const std::string& name) {
  std::optional<std::vector<double>> numbers = session.as_given(name);
  if (numbers) return *std::move(numbers);
  throw UsageError("--boundary: '" + name + "' is no number among the data of the loss",
                   "an element of an array is x[0]");
}

/// Room of half the data's extent on each side: [-2, 2] for points on [-1, 1].
Axis axis_of(const std::string& name, const std::vector<double>& numbers) {
  const auto [least, most] = std::ranges::minmax_element(numbers);
  const double room = *most > *least ? (*most - *least) / 2 : 1;
  return {name, *least - room, *most + room};
}

/// Whether a target that is a number tells one class from another.
bool tells_classes(const Feature& target) {
  const auto is_class = [](double x) { return x == 0 || x == 1; };
  return target.is_int ? std::ranges::all_of(target.integers, is_class)
                       : std::ranges::all_of(target.numbers, is_class);
}

int class_of(const Feature* target, std::size_t sample, int classes) {
  if (!target || classes == 1) return 0;
  const std::size_t first = sample * target->width;
  const auto number = [&](std::size_t k) {
    return target->is_int ? target->integers[first + k] : target->numbers[first + k];
  };
  if (classes == 2 && target->width == 1) return number(0) > 0.5 ? 1 : 0;
  if (target->width == 1) return static_cast<int>(number(0));
  int largest = 0;
  for (int k = 1; k < static_cast<int>(target->width); ++k) {
    if (number(static_cast<std::size_t>(k)) > number(static_cast<std::size_t>(largest)))
      largest = k;
  }
  return largest;
}

}  // namespace

std::string boundary_file(const std::string& request) { return boundary_of(request).file; }

void require_boundary(const std::string& request, const Session& session) {
  numbers_of(session, boundary_of(request).x);
  numbers_of(session, boundary_of(request).y);
}

void draw_boundary_of(const std::string& text, const Session& session,
                      const std::vector<double>& parameters) {
  const BoundaryRequest request = boundary_of(text);
  Boundary b;
  b.points_x = numbers_of(session, request.x);
  b.points_y = numbers_of(session, request.y);
  b.x = axis_of(request.x, b.points_x);
  b.y = axis_of(request.y, b.points_y);
  const std::size_t width = session.prediction_width();
  const SampleSet& samples = session.training().samples;
  const Feature* target = session.target(samples);
  b.of_classes = width > 1;
  b.classes = static_cast<int>(width);
  if (width == 1 && target && tells_classes(*target)) b.classes = 2;
  const bool told = target && (target->width == 1 || is_one_hot(*target));
  for (std::size_t i = 0; i < samples.count; ++i) {
    b.point_classes.push_back(class_of(told ? target : nullptr, i, b.classes));
  }
  std::vector<std::vector<double>> grid;
  for (std::size_t i = 0; i < kBoundaryGrid; ++i) {
    for (std::size_t j = 0; j < kBoundaryGrid; ++j) grid.push_back({b.x.at(i), b.y.at(j)});
  }
  const std::vector<double> predictions =
      session.predictions_at(parameters, {request.x, request.y}, grid);
  for (std::size_t k = 0; k < grid.size(); ++k) {
    const auto first = predictions.begin() + static_cast<std::ptrdiff_t>(k * width);
    const auto largest = std::max_element(first, first + static_cast<std::ptrdiff_t>(width));
    b.map.push_back(width == 1 ? *first : static_cast<double>(largest - first));
  }
  report_picture(request.file, draw_boundary(request.file, b));
}

void report_picture(const std::string& file, const Drawn& drawn) {
  say(drawn.done ? "picture: " + file : drawn.message);
}

}  // namespace gradsmith
