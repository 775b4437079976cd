// A network of two hidden layers of tanh units, h1 and h2 of them, for d features and one value, as
// people write it who do not think of derivatives: layers are vectors, which functions give back.

#include <cmath>
#include <gradsmith/spec.hpp>
#include <numeric>
#include <vector>

namespace layers {

using gradsmith::param;
using Numbers = std::vector<double>;

// W holds a row of weights for each unit.
static Numbers dense(const double* W, const double* bias, const Numbers& in, int units) {
  const int columns = static_cast<int>(in.size());
  Numbers out(units);
  for (int r = 0; r < units; ++r) {
    double sum = bias[r];
    for (int c = 0; c < columns; ++c) sum += W[r * columns + c] * in[c];
    out[r] = sum;
  }
  return out;
}

static Numbers squashed(Numbers layer) {
  for (double& unit : layer) unit = std::tanh(unit);
  return layer;
}

// Half the mean square of the errors over n samples.
double loss(const param<double>* W1, const param<double>* b1, const param<double>* W2,
            const param<double>* b2, const param<double>* w3, param<double> b3, const double* x,
            const double* y, int n, int d, int h1, int h2) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const Numbers sample(x + i * d, x + (i + 1) * d);
    const Numbers first = squashed(dense(W1, b1, sample, h1));
    const Numbers second = squashed(dense(W2, b2, first, h2));
    const double error = std::inner_product(second.begin(), second.end(), w3, b3) - y[i];
    sum += error * error;
  }
  return 0.5 * sum / n;
}

}  // namespace layers
