// A network with two inputs, two tanh units and one logistic output, and the losses that train it.

#include <cmath>
#include <gradsmith/spec.hpp>

namespace five_points {

using gradsmith::data;
using gradsmith::param;

// Cross-entropy of one sample, from the logit.
double loss(param<double> b1, param<double> w11, param<double> w21, param<double> b2,
            param<double> w12, param<double> w22, param<double> c, param<double> u1,
            param<double> u2, data<double> x1, data<double> x2, data<double> y) {
  const double z1in = b1 + (x1 * w11 + x2 * w21);
  const double z1out = std::tanh(z1in);
  const double z2in = b2 + (x1 * w12 + x2 * w22);
  const double z2out = std::tanh(z2in);
  const double fin = c + (u1 * z1out + u2 * z2out);
  return fin - fin * y + std::log(1 + std::exp(-fin));
}

// The probability that the network gives to y = 1.
double prediction(param<double> b1, param<double> w11, param<double> w21, param<double> b2,
                  param<double> w12, param<double> w22, param<double> c, param<double> u1,
                  param<double> u2, data<double> x1, data<double> x2) {
  const double z1in = b1 + (x1 * w11 + x2 * w21);
  const double z1out = std::tanh(z1in);
  const double z2in = b2 + (x1 * w12 + x2 * w22);
  const double z2out = std::tanh(z2in);
  const double fin = c + (u1 * z1out + u2 * z2out);
  const double fout = 1 / (1 + std::exp(-fin));
  return fout;
}

// Cross-entropy of one sample, from the probability: the form to differentiate link by link.
double loss_from_fout(param<double> b1, param<double> w11, param<double> w21, param<double> b2,
                      param<double> w12, param<double> w22, param<double> c, param<double> u1,
                      param<double> u2, data<double> x1, data<double> x2, data<double> y) {
  const double z1in = b1 + (x1 * w11 + x2 * w21);
  const double z1out = std::tanh(z1in);
  const double z2in = b2 + (x1 * w12 + x2 * w22);
  const double z2out = std::tanh(z2in);
  const double fin = c + (u1 * z1out + u2 * z2out);
  const double fout = 1 / (1 + std::exp(-fin));
  const double L = -y * std::log(fout) - (1 - y) * std::log(1 - fout);
  return L;
}

// One term of the mean over all points, kept away from log(0); parameters in the third lab's order.
double full_batch_term(param<double> b1, param<double> b2, param<double> w11, param<double> w12,
                       param<double> w21, param<double> w22, param<double> c, param<double> u1,
                       param<double> u2, data<double> x1, data<double> x2, data<double> y) {
  const double z1out = std::tanh(b1 + (x1 * w11 + x2 * w21));
  const double z2out = std::tanh(b2 + (x1 * w12 + x2 * w22));
  const double fin = c + (u1 * z1out + u2 * z2out);
  const double p = 1 / (1 + std::exp(-fin));
  return -(y * std::log(p + 1e-15) + (1 - y) * std::log(1 - p + 1e-15));
}

}  // namespace five_points
