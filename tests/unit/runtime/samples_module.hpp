#pragma once

// Losses of a straight line over all samples at once, as modules written by hand.

#include <cmath>
#include <limits>

#include "runtime/session.hpp"

namespace at_once {

using namespace gradsmith::runtime;

// What is made of the residuals w0 x + w1 - y, and of the parameters.
struct Line {
  const double* w;
  const double* x;
  const double* y;
  long long n;

  explicit Line(const gradsmith_arguments_v1* a)
      : w(a->parameters),
        x(static_cast<const double*>(a->data[0])),
        y(static_cast<const double*>(a->data[1])),
        n(a->sizes[0]) {}

  double residual(long long i) const { return w[0] * x[i] + w[1] - y[i]; }

  double squares(double* g, double factor = 1) const {
    g[0] = g[1] = 0;
    double sum = 0;
    for (long long i = 0; i < n; ++i) {
      const double r = residual(i);
      sum += r * r;
      g[0] += 2 * factor * r * x[i];
      g[1] += 2 * factor * r;
    }
    return factor * sum;
  }
};

inline double sum(const gradsmith_arguments_v1* a, double* g) { return Line(a).squares(g); }

inline double mean(const gradsmith_arguments_v1* a, double* g) {
  const Line line(a);
  return line.squares(g, 1 / static_cast<double>(line.n));
}

// The weight is penalised, by very little.
inline double ridge(const gradsmith_arguments_v1* a, double* g) {
  const Line line(a);
  const double lambda = 1e-4;
  const double squares = line.squares(g);
  g[0] += 2 * lambda * line.w[0];
  return squares + lambda * line.w[0] * line.w[0];
}

inline double root_of_mean(const gradsmith_arguments_v1* a, double* g) {
  const double root = std::sqrt(mean(a, g));
  g[0] /= 2 * root;
  g[1] /= 2 * root;
  return root;
}

// Nothing is added up before the hundredth sample.
inline double late(const gradsmith_arguments_v1* a, double* g) {
  const Line line(a);
  const double squares = line.squares(g);
  const double more = line.n > 100 ? line.w[0] * line.w[0] : 0;
  if (line.n > 100) g[0] += 2 * line.w[0];
  return squares + more;
}

// Not a number where the weight is not positive.
inline double logarithm(const gradsmith_arguments_v1* a, double* g) {
  const Line line(a);
  const double log = std::log(line.w[0]);
  g[0] = g[1] = 0;
  double total = 0;
  for (long long i = 0; i < line.n; ++i) {
    total += log * line.x[i];
    g[0] += line.x[i] / line.w[0];
  }
  return total;
}

constexpr long long kTwo[] = {2};
constexpr long long kRunTime[] = {-1};
constexpr long long kGreatest = std::numeric_limits<int>::max();
constexpr gradsmith_parameter_v1 kParameters[] = {
    {"w", 0, 0, 1, kTwo, 0, 0, nullptr},
    {"x", 1, 0, 1, kRunTime, 0, 0, nullptr},
    {"y", 1, 0, 1, kRunTime, 0, 0, nullptr},
    {"n", 2, 1, 0, nullptr, -kGreatest, kGreatest, nullptr},
    {"", 4, 0, 0, nullptr, 0, 0, nullptr}};
inline long long length(int parameter, const long long* sizes) {
  return parameter == 0 ? 2 : parameter == 1 || parameter == 2 ? sizes[0] : 1;
}
inline long long no_work(const long long*) { return 0; }

inline gradsmith_function_v1 function(double (*loss)(const gradsmith_arguments_v1*, double*)) {
  return {"at_once::loss", 1, 5, kParameters, length, no_work, nullptr, loss};
}

// The session of a loss with rows of x and y.
inline Session session(const gradsmith_function_v1& function, const Dataset& data, Plan plan) {
  const gradsmith_module_v1 module = {1, "at_once.cpp", 1, &function};
  plan.loss = "loss";
  return {module, data, std::move(plan)};
}

inline Plan starting_at(double w0, double w1) {
  Plan p;
  p.start["w"] = {w0, w1};
  return p;
}

}  // namespace at_once
