#pragma once

// A straight line as a module, written by hand, with data near it.

#include <cmath>
#include <string>

#include "runtime/dataset.hpp"
#include "runtime/random.hpp"
#include "runtime/session.hpp"

namespace line {

using namespace gradsmith::runtime;

// loss(w[2]; x, y) = (w0 x + w1 - y)^2, sample by sample, written by hand as a module.
inline double square(const gradsmith_arguments_v1* a, double* g) {
  const auto* x = static_cast<const double*>(a->data[0]);
  const auto* y = static_cast<const double*>(a->data[1]);
  g[0] = g[1] = 0;
  double sum = 0;
  for (long long i = 0; i < a->samples; ++i) {
    const double xi = x[i * a->strides[0]];
    const double r = a->parameters[0] * xi + a->parameters[1] - y[i * a->strides[1]];
    g[0] += 2 * r * xi;
    g[1] += 2 * r;
    sum += r * r;
  }
  return sum;
}

inline double wrong(const gradsmith_arguments_v1* a, double* g) {
  const double loss = square(a, g);
  g[1] *= 1.001;
  return loss;
}

inline double negative(const gradsmith_arguments_v1* a, double* g) {
  const double loss = square(a, g);
  g[0] = -g[0];
  g[1] = -g[1];
  return -loss;
}

// The root of the square, which has no derivative where that is zero.
inline double root(const gradsmith_arguments_v1* a, double* g) {
  const double r = std::sqrt(square(a, g));
  g[0] /= 2 * r;
  g[1] /= 2 * r;
  return r;
}

constexpr long long kTwo[] = {2};
constexpr gradsmith_parameter_v1 kParameters[] = {{"w", 0, 0, 1, kTwo, 0, 0, nullptr},
                                                  {"x", 1, 0, 0, nullptr, 0, 0, nullptr},
                                                  {"y", 1, 0, 0, nullptr, 0, 0, nullptr},
                                                  {"", 4, 0, 0, nullptr, 0, 0, nullptr}};
inline long long length(int parameter, const long long*) { return parameter == 0 ? 2 : 1; }
inline long long no_work(const long long*) { return 0; }
inline const gradsmith_function_v1 kFunctions[] = {
    {"line::loss", 0, 4, kParameters, length, no_work, nullptr, square},
    {"line::wrong", 0, 4, kParameters, length, no_work, nullptr, wrong},
    {"line::negative", 0, 4, kParameters, length, no_work, nullptr, negative},
    {"line::root", 0, 4, kParameters, length, no_work, nullptr, root}};
inline const gradsmith_module_v1 kModule = {1, "line.cpp", 4, kFunctions};

inline Dataset line_data(std::size_t rows) {
  std::string text = "x,y\n";
  Random random(4);
  for (std::size_t k = 0; k < rows; ++k) {
    const double x = random.uniform(-1, 1);
    text +=
        std::to_string(x) + "," + std::to_string(3 * x - 2 + 0.1 * random.standard_normal()) + "\n";
  }
  return parse_dataset(text, "line.csv");
}

inline Plan plan(const std::string& loss = "loss") {
  Plan p;
  p.loss = loss;
  p.fit.epochs = 30;
  p.fit.batch = 8;
  p.fit.shuffle = true;
  p.fit.rate = 0.05;
  return p;
}

}  // namespace line
