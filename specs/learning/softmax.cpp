// Softmax regression: the scores W x + b of K classes for d features, and the sum of the negative
// log-likelihoods of n samples, which large scores do not make overflow.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace softmax {

using gradsmith::data;
using gradsmith::param;
using gradsmith::work;

static void affine(const double* W, const double* b, const double* x, int d, int K, double* out) {
  for (int k = 0; k < K; ++k) {
    double sum = b[k];
    for (int j = 0; j < d; ++j) sum += W[k * d + j] * x[j];
    out[k] = sum;
  }
}

double loss(const param<double>* W, const param<double>* b, const double* x, const int* label,
            int n, int d, int K, work<double>* score) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    affine(W, b, x + i * d, d, K, score);
    double largest = score[0];
    for (int k = 1; k < K; ++k) largest = std::fmax(largest, score[k]);
    double total = 0;
    for (int k = 0; k < K; ++k) total += std::exp(score[k] - largest);
    sum += largest + std::log(total) - score[label[i]];
  }
  return sum;
}

void scores(const param<double>* W, const param<double>* b, const double* x, int d, int K,
            double* score) {
  affine(W, b, x, d, K, score);
}

}  // namespace softmax
