#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/gaussian_mixture.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace gaussian_mixture {
inline long long log_likelihood_gradient_work(...) { return 0; }
}  // namespace gaussian_mixture
#include "hand/mixtures.hpp"
#include "make_case.hpp"
#include "specs/loops/gaussian_mixture.grad.hpp"

namespace gradsmith::bench {
namespace {

struct GaussianMixture {
  static constexpr Kind kKind = Kind::Gradient;
  int n, d, k;
  std::vector<double> x;

  GaussianMixture(int n_, int d_, int k_) : n(n_), d(d_), k(k_) {
    Random random(2);
    x = uniform(random, n * d, -1, 1);
  }
  int factors() const { return k * (d * (d - 1) / 2); }
  int parameters() const { return k + 2 * k * d + factors(); }
  int results() const { return 1; }
  int room() const { return k; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const {
    return uniform(random, parameters(), -0.5, 0.5);
  }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(gaussian_mixture::log_likelihood);
    out[0] = log_likelihood(p, p + k, p + k + k * d, p + k + 2 * k * d, x.data(), n, d, k, room);
  }
  long long work() const { return gaussian_mixture::log_likelihood_gradient_work(n, d, k); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    double* g = out + 1;
    out[0] = with_work(gaussian_mixture::log_likelihood_gradient, work, p, p + k, p + k + k * d,
                       p + k + 2 * k * d, x.data(), n, d, k, room, g, g + k, g + k + k * d,
                       g + k + 2 * k * d);
  }
  int hand_room() const { return 3 * k * d + 2 * k; }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* g = out + 1;
    const int kd = k * d;
    out[0] = hand::gaussian_mixture(p, p + k, p + k + kd, p + k + 2 * kd, x.data(), n, d, k, g,
                                    g + k, g + k + kd, g + k + 2 * kd,
                                    {own, own + kd, own + 2 * kd, own + 3 * kd, own + 3 * kd + k});
  }
};

}  // namespace

void add_gaussian_mixture(std::vector<Case>& cases) {
  const auto add = [&](int n, int d, int k) {
    const std::string shape = "d=" + std::to_string(d) + " k=" + std::to_string(k);
    cases.push_back(make_case("Gaussian mixture, " + shape, shape + " n=" + std::to_string(n),
                              {{}, 1.1}, GaussianMixture(n, d, k), n >= kLeastTimed));
  };
  for (int n : {1, 2, 7, 300, 3000}) add(n, 2, 5);
  for (int n : {1, 2, 7, 30, 300}) add(n, 20, 25);
  for (int n : {1, 2, 7, 30, 300}) add(n, 64, 5);
}

}  // namespace gradsmith::bench
