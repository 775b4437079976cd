// A network for pictures of 8 x 8 pixels: 32 tanh units, ten classes, cross-entropy.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace digits {

using gradsmith::data;
using gradsmith::param;

constexpr int inputs = 64;
constexpr int hidden = 32;
constexpr int classes = 10;

// out = Wᵀ in + b. The inner loop runs along rows, so that compilers can do several units at once.
template <int rows, int columns>
static void affine(const double (&W)[rows][columns], const double (&b)[columns],
                   const double (&in)[rows], double (&out)[columns]) {
  for (int j = 0; j < columns; ++j) out[j] = b[j];
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) out[j] += W[i][j] * in[i];
  }
}

static void network(const double (&W1)[inputs][hidden], const double (&b1)[hidden],
                    const double (&W2)[hidden][classes], const double (&b2)[classes],
                    const double (&x)[inputs], double (&score)[classes]) {
  double h[hidden];
  affine(W1, b1, x, h);
  for (int i = 0; i < hidden; ++i) h[i] = std::tanh(h[i]);
  affine(W2, b2, h, score);
}

// The sum over n pictures.
double loss(const param<double> (&W1)[inputs][hidden], const param<double> (&b1)[hidden],
            const param<double> (&W2)[hidden][classes], const param<double> (&b2)[classes],
            const data<double> (*x)[inputs], const data<int>* label, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double score[classes];
    network(W1, b1, W2, b2, x[i], score);
    double largest = score[0];
    for (int k = 1; k < classes; ++k) largest = std::fmax(largest, score[k]);
    double total = 0;
    for (int k = 0; k < classes; ++k) total += std::exp(score[k] - largest);
    sum += largest + std::log(total) - score[label[i]];
  }
  return sum;
}

// One picture's scores; the largest is the class.
void scores(const param<double> (&W1)[inputs][hidden], const param<double> (&b1)[hidden],
            const param<double> (&W2)[hidden][classes], const param<double> (&b2)[classes],
            const data<double> (&x)[inputs], double (&score)[classes]) {
  network(W1, b1, W2, b2, x, score);
}

}  // namespace digits
