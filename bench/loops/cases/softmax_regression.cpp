#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/softmax_regression.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace softmax_regression {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace softmax_regression
#include "hand/regressions.hpp"
#include "make_case.hpp"
#include "specs/loops/softmax_regression.grad.hpp"

namespace gradsmith::bench {
namespace {

struct SoftmaxRegression {
  static constexpr Kind kKind = Kind::Gradient;
  int n, d, K;
  std::vector<double> x;
  std::vector<int> label;

  SoftmaxRegression(int n_, int d_, int K_) : n(n_), d(d_), K(K_) {
    Random random(7);
    x = uniform(random, n * d, -1, 1);
    for (int i = 0; i < n; ++i) label.push_back(static_cast<int>(random.uniform(0, K)));
  }
  int parameters() const { return K * d + K; }
  int results() const { return 1; }
  int room() const { return K; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, parameters(), -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(softmax_regression::loss);
    out[0] = loss(p, p + K * d, x.data(), label.data(), n, d, K, room);
  }
  long long work() const { return softmax_regression::loss_gradient_work(n, d, K); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    out[0] = with_work(softmax_regression::loss_gradient, work, p, p + K * d, x.data(),
                       label.data(), n, d, K, room, out + 1, out + 1 + K * d);
  }
  int hand_room() const { return K; }
  void hand(const double* p, const double*, double* own, double* out) const {
    out[0] = hand::softmax_regression(p, p + K * d, x.data(), label.data(), n, d, K, out + 1,
                                      out + 1 + K * d, own);
  }
};

}  // namespace

void add_softmax_regression(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 50, 500}) {
    cases.push_back(make_case("softmax regression", "d=20 K=10 n=" + std::to_string(n), {},
                              SoftmaxRegression(n, 20, 10), n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
