// How far a planet's measured distances from its sun are from those of an orbit. Kepler's equation
// for the place on the orbit is solved by Newton's method, which stops when a step is small.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace kepler {

using gradsmith::data;
using gradsmith::param;

// The angle E with E - e sin(E) = mean.
double eccentric_anomaly(double mean, double e) {
  double E = mean + e * std::sin(mean);
  for (int step = 0; step < 50; ++step) {
    const double error = E - e * std::sin(E) - mean;
    if (std::fabs(error) < 1e-12) break;
    E -= error / (1 - e * std::cos(E));
  }
  return E;
}

// The sum of the squares of n differences; `a` is half the orbit's longer axis, `e` its
// eccentricity, and the planet was nearest to its sun at the time `first`.
double misfit(param<double> a, param<double> e, param<double> period, param<double> first,
              const data<double>* time, const data<double>* distance, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double mean = 2 * M_PI * (time[i] - first) / period;
    const double r = a * (1 - e * std::cos(eccentric_anomaly(mean, e)));
    sum += (r - distance[i]) * (r - distance[i]);
  }
  return sum;
}

}  // namespace kepler
