// Multinomial logistic regression: the mean cross entropy of n samples of d features in K classes.
// The caller gives room for the K scores of a sample.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace softmax_regression {

using gradsmith::data;
using gradsmith::work;

double loss(const double* W, const double* b, const data<double>* x, const data<int>* label, int n,
            int d, int K, work<double>* score) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < K; ++k) {
      double s = b[k];
      for (int j = 0; j < d; ++j) s += W[k * d + j] * x[i * d + j];
      score[k] = s;
    }
    double top = score[0];
    for (int k = 1; k < K; ++k) top = std::fmax(top, score[k]);
    double total = 0;
    for (int k = 0; k < K; ++k) total += std::exp(score[k] - top);
    sum += top + std::log(total) - score[label[i]];
  }
  return sum / n;
}

}  // namespace softmax_regression
