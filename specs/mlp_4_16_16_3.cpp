// A classifier: four inputs, two layers of 16 tanh units, three classes; the negative
// log-likelihood of the true class, which onehot marks.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace mlp {

using gradsmith::data;

constexpr int inputs = 4;
constexpr int hidden = 16;
constexpr int classes = 3;

template <int rows, int columns>
static void affine(const double (&W)[rows][columns], const double (&b)[rows],
                   const double (&in)[columns], double (&out)[rows]) {
  for (int i = 0; i < rows; ++i) {
    out[i] = b[i];
    for (int j = 0; j < columns; ++j) out[i] += W[i][j] * in[j];
  }
}

double loss(const double (&W1)[hidden][inputs], const double (&b1)[hidden],
            const double (&W2)[hidden][hidden], const double (&b2)[hidden],
            const double (&W3)[classes][hidden], const double (&b3)[classes],
            const data<double> (&x)[inputs], const data<double> (&onehot)[classes]) {
  double h1[hidden];
  affine(W1, b1, x, h1);
  for (double& h : h1) h = std::tanh(h);

  double h2[hidden];
  affine(W2, b2, h1, h2);
  for (double& h : h2) h = std::tanh(h);

  double score[classes];
  affine(W3, b3, h2, score);
  double sum = 0;
  double of_true_class = 0;
  for (int k = 0; k < classes; ++k) {
    sum += std::exp(score[k]);
    of_true_class += onehot[k] * score[k];
  }
  return std::log(sum) - of_true_class;
}

}  // namespace mlp
