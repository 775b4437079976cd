// The logarithm of the likelihood of n points in d dimensions under a mixture of k Gaussians, and
// the logarithm of a Wishart prior. A Gaussian's precision is given by a lower triangular factor:
// the logarithms of its diagonal in q, what is below in L, packed row by row.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace gaussian_mixture {

using gradsmith::data;
using gradsmith::param;
using gradsmith::work;

static double log_sum_exp(const double* x, int n) {
  double top = x[0];
  for (int i = 1; i < n; ++i) top = std::fmax(top, x[i]);
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += std::exp(x[i] - top);
  return top + std::log(sum);
}

static double squared(double x) { return x * x; }

// alphas: k; means: k x d; q: k x d; L: k x d (d - 1) / 2; x: n x d; terms: room for k.
double log_likelihood(const double* alphas, const double* means, const double* q, const double* L,
                      const data<double>* x, int n, int d, int k, work<double>* terms) {
  const int below = d * (d - 1) / 2;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < k; ++c) {
      double distance = 0;
      double log_determinant = 0;
      for (int r = 0; r < d; ++r) {
        double along = std::exp(q[c * d + r]) * (x[i * d + r] - means[c * d + r]);
        for (int s = 0; s < r; ++s) {
          along += L[c * below + r * (r - 1) / 2 + s] * (x[i * d + s] - means[c * d + s]);
        }
        distance += along * along;
        log_determinant += q[c * d + r];
      }
      terms[c] = alphas[c] + log_determinant - 0.5 * distance;
    }
    sum += log_sum_exp(terms, k);
  }
  const double normal = -0.5 * n * d * std::log(2 * 3.14159265358979323846);
  return normal + sum - n * log_sum_exp(alphas, k);
}

static double log_gamma(double a, int d) {
  double sum = 0.25 * d * (d - 1) * std::log(3.14159265358979323846);
  for (int j = 1; j <= d; ++j) sum += std::lgamma(a + 0.5 * (1 - j));
  return sum;
}

double log_wishart_prior(const param<double>* q, const param<double>* L, int d, int k, double gamma,
                         int m) {
  const int below = d * (d - 1) / 2;
  const int dof = d + m + 1;
  const double constant =
      dof * d * (std::log(gamma) - 0.5 * std::log(2.0)) - log_gamma(0.5 * dof, d);
  double sum = 0;
  for (int c = 0; c < k; ++c) {
    double frobenius = 0;
    double log_determinant = 0;
    for (int r = 0; r < d; ++r) {
      frobenius += squared(std::exp(q[c * d + r]));
      log_determinant += q[c * d + r];
    }
    for (int e = 0; e < below; ++e) frobenius += squared(L[c * below + e]);
    sum += 0.5 * gamma * gamma * frobenius - m * log_determinant;
  }
  return sum - k * constant;
}

}  // namespace gaussian_mixture
