#pragma once

// Gradients by hand of logarithms of sums of exponentials, and of the distance to the nearest
// centre.

#include <algorithm>
#include <cmath>

namespace gradsmith::bench::hand {

// The derivative by the maximum cancels: what remains are the shares. The maximum is found in
// lanes, since its bits do not depend on the order.
inline double log_sum_exp(const double* x, int n, double* __restrict d_x) {
  constexpr int kLanes = 8;
  double lane[kLanes];
  for (double& top : lane) top = x[0];
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int l = 0; l < kLanes; ++l) lane[l] = x[i + l] > lane[l] ? x[i + l] : lane[l];
  }
  double top = lane[0];
  for (double of_lane : lane) top = of_lane > top ? of_lane : top;
  for (; i < n; ++i) top = x[i] > top ? x[i] : top;
  double sum = 0;
  for (i = 0; i < n; ++i) {
    d_x[i] = std::exp(x[i] - top);
    sum += d_x[i];
  }
  const double scale = 1 / sum;
  for (i = 0; i < n; ++i) d_x[i] *= scale;
  return top + std::log(sum);
}

// Room: of_q, centred and along with k d numbers each, log_determinant and share with k.
// For each component the exponentials of q and the logarithm of the determinant are found once, and
// what a sample has in common for all of them is stored until its shares are known.
struct MixtureRoom {
  double *of_q, *centred, *along, *log_determinant, *share;
};

inline double gaussian_mixture(const double* alphas, const double* means, const double* q,
                               const double* L, const double* x, int n, int d, int k,
                               double* __restrict d_alphas, double* __restrict d_means,
                               double* __restrict d_q, double* __restrict d_L,
                               const MixtureRoom& room) {
  const int below = d * (d - 1) / 2;
  double* __restrict of_q = room.of_q;
  double* __restrict centred = room.centred;
  double* __restrict along = room.along;
  double* __restrict log_determinant = room.log_determinant;
  double* __restrict share = room.share;
  for (int c = 0; c < k; ++c) {
    d_alphas[c] = 0;
    log_determinant[c] = 0;
    for (int r = 0; r < d; ++r) {
      of_q[c * d + r] = std::exp(q[c * d + r]);
      log_determinant[c] += q[c * d + r];
      d_means[c * d + r] = 0;
      d_q[c * d + r] = 0;
    }
  }
  for (int e = 0; e < k * below; ++e) d_L[e] = 0;

  double sum = 0;
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < k; ++c) {
      double* u = centred + c * d;
      for (int r = 0; r < d; ++r) u[r] = x[i * d + r] - means[c * d + r];
      double distance = 0;
      for (int r = 0; r < d; ++r) {
        const double* row = L + c * below + r * (r - 1) / 2;
        double a = of_q[c * d + r] * u[r];
        for (int s = 0; s < r; ++s) a += row[s] * u[s];
        along[c * d + r] = a;
        distance += a * a;
      }
      share[c] = alphas[c] + log_determinant[c] - 0.5 * distance;
    }
    double top = share[0];
    for (int c = 1; c < k; ++c) top = std::fmax(top, share[c]);
    double total = 0;
    for (int c = 0; c < k; ++c) {
      share[c] = std::exp(share[c] - top);
      total += share[c];
    }
    sum += top + std::log(total);
    const double scale = 1 / total;
    for (int c = 0; c < k; ++c) {
      const double weight = share[c] * scale;
      const double* u = centred + c * d;
      double* d_mean = d_means + c * d;
      d_alphas[c] += weight;
      for (int r = 0; r < d; ++r) {
        const double g = weight * along[c * d + r];
        const double* row = L + c * below + r * (r - 1) / 2;
        double* d_row = d_L + c * below + r * (r - 1) / 2;
        d_q[c * d + r] -= g * u[r];
        d_mean[r] += g * of_q[c * d + r];
        for (int s = 0; s < r; ++s) {
          d_row[s] -= g * u[s];
          d_mean[s] += g * row[s];
        }
      }
    }
  }

  double top = alphas[0];
  for (int c = 1; c < k; ++c) top = std::fmax(top, alphas[c]);
  double total = 0;
  for (int c = 0; c < k; ++c) {
    share[c] = std::exp(alphas[c] - top);
    total += share[c];
  }
  for (int c = 0; c < k; ++c) {
    // A component's shares, summed over the samples, are also what log_determinant receives.
    const double shares = d_alphas[c];
    for (int r = 0; r < d; ++r) d_q[c * d + r] = shares + of_q[c * d + r] * d_q[c * d + r];
    d_alphas[c] = shares - n * share[c] / total;
  }
  const double normal = -0.5 * n * d * std::log(2 * 3.14159265358979323846);
  return normal + sum - n * (top + std::log(total));
}

// Its index, or -1 where there is none; and the squared distance.
inline int nearest_centre(const double* centres, int k, const double* point, int d,
                          double& nearest) {
  nearest = 1e300;
  int found = -1;
  for (int c = 0; c < k; ++c) {
    double distance = 0;
    for (int j = 0; j < d; ++j) {
      const double along = point[j] - centres[c * d + j];
      distance += along * along;
    }
    if (distance < nearest) {
      nearest = distance;
      found = c;
    }
  }
  return found;
}

inline double nearest_centre_gradient(const double* centres, int k, const double* points, int n,
                                      int d, double* __restrict d_centres) {
  for (int e = 0; e < k * d; ++e) d_centres[e] = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double nearest;
    const int c = nearest_centre(centres, k, points + i * d, d, nearest);
    sum += nearest;
    if (c < 0) continue;
    for (int j = 0; j < d; ++j) {
      d_centres[c * d + j] += 2 * (centres[c * d + j] - points[i * d + j]);
    }
  }
  return sum;
}

// The Hessian is diagonal: twice the number of points that a centre is nearest to. count: k.
inline double nearest_centre_hvp(const double* centres, int k, const double* points, int n, int d,
                                 const double* v, double* __restrict hv, int* __restrict count) {
  for (int c = 0; c < k; ++c) count[c] = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double nearest;
    const int c = nearest_centre(centres, k, points + i * d, d, nearest);
    sum += nearest;
    if (c >= 0) ++count[c];
  }
  for (int c = 0; c < k; ++c) {
    for (int j = 0; j < d; ++j) hv[c * d + j] = 2 * count[c] * v[c * d + j];
  }
  return sum;
}

}  // namespace gradsmith::bench::hand
