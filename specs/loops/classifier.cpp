// A network with one hidden layer of m units for K classes, W2 tanh(W1 x + b1) + b2, and the cross
// entropy of n samples of d features. The caller gives room for the hidden layer and the scores.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace classifier {

using gradsmith::data;
using gradsmith::work;

static void layer(const double* W, const double* b, const double* in, int columns, int rows,
                  double* out) {
  for (int r = 0; r < rows; ++r) {
    double sum = b[r];
    for (int c = 0; c < columns; ++c) sum += W[r * columns + c] * in[c];
    out[r] = sum;
  }
}

double loss(const double* W1, const double* b1, const double* W2, const double* b2,
            const data<double>* x, const data<int>* label, int n, int d, int m, int K,
            work<double>* hidden, work<double>* score) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    layer(W1, b1, x + i * d, d, m, hidden);
    for (int j = 0; j < m; ++j) hidden[j] = std::tanh(hidden[j]);
    layer(W2, b2, hidden, m, K, score);
    double total = 0;
    for (int k = 0; k < K; ++k) total += std::exp(score[k]);
    sum += std::log(total) - score[label[i]];
  }
  return sum;
}

}  // namespace classifier
