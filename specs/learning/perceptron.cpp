// Multilayer perceptrons with one hidden layer of m tanh units for d features: for regression with
// the square loss, and for K classes with softmax and the negative log-likelihood.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace perceptron {

using gradsmith::data;
using gradsmith::param;
using gradsmith::work;

static void affine(const double* W, const double* b, const double* x, int columns, int rows,
                   double* out) {
  for (int r = 0; r < rows; ++r) {
    double sum = b[r];
    for (int c = 0; c < columns; ++c) sum += W[r * columns + c] * x[c];
    out[r] = sum;
  }
}

static void hidden_layer(const double* W1, const double* b1, const double* x, int d, int m,
                         double* h) {
  affine(W1, b1, x, d, m, h);
  for (int j = 0; j < m; ++j) h[j] = std::tanh(h[j]);
}

static double output(const double* w2, double b2, const double* h, int m) {
  double sum = b2;
  for (int j = 0; j < m; ++j) sum += w2[j] * h[j];
  return sum;
}

// The sum of squares over n samples.
double square_loss(const param<double>* W1, const param<double>* b1, const param<double>* w2,
                   param<double> b2, const double* x, const double* y, int n, int d, int m,
                   work<double>* h) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    hidden_layer(W1, b1, x + i * d, d, m, h);
    const double r = output(w2, b2, h, m) - y[i];
    sum += r * r;
  }
  return sum;
}

double predict(const param<double>* W1, const param<double>* b1, const param<double>* w2,
               param<double> b2, const double* x, int d, int m, work<double>* h) {
  hidden_layer(W1, b1, x, d, m, h);
  return output(w2, b2, h, m);
}

// The sum of the negative log-likelihoods of n samples; stable for large scores.
double class_loss(const param<double>* W1, const param<double>* b1, const param<double>* W2,
                  const param<double>* b2, const double* x, const int* label, int n, int d, int m,
                  int K, work<double>* h, work<double>* score) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    hidden_layer(W1, b1, x + i * d, d, m, h);
    affine(W2, b2, h, m, K, score);
    double largest = score[0];
    for (int k = 1; k < K; ++k) largest = std::fmax(largest, score[k]);
    double total = 0;
    for (int k = 0; k < K; ++k) total += std::exp(score[k] - largest);
    sum += largest + std::log(total) - score[label[i]];
  }
  return sum;
}

void scores(const param<double>* W1, const param<double>* b1, const param<double>* W2,
            const param<double>* b2, const double* x, int d, int m, int K, work<double>* h,
            double* score) {
  hidden_layer(W1, b1, x, d, m, h);
  affine(W2, b2, h, m, K, score);
}

}  // namespace perceptron
