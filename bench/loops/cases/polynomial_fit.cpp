#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/polynomial_fit.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace polynomial_fit {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace polynomial_fit
#include "hand/regressions.hpp"
#include "make_case.hpp"
#include "specs/loops/polynomial_fit.grad.hpp"

namespace gradsmith::bench {
namespace {

struct PolynomialFit {
  static constexpr Kind kKind = Kind::Gradient;
  int m, n;
  std::vector<double> x, y;

  PolynomialFit(int m_, int n_) : m(m_), n(n_) {
    Random random(1);
    x = uniform(random, n, -1, 1);
    y = uniform(random, n, -1, 1);
  }
  int parameters() const { return m; }
  int results() const { return 1; }
  int room() const { return 0; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, m, -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number*, Number* out) const {
    GRADSMITH_BENCH_USING(polynomial_fit::loss);
    out[0] = loss(p, m, x.data(), y.data(), n);
  }
  long long work() const { return polynomial_fit::loss_gradient_work(m, n); }
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    out[0] = with_work(polynomial_fit::loss_gradient, work, p, m, x.data(), y.data(), n, out + 1);
  }
  int hand_room() const { return 0; }
  void hand(const double* p, const double*, double*, double* out) const {
    out[0] = hand::polynomial_fit(p, m, x.data(), y.data(), n, out + 1);
  }
};

}  // namespace

void add_polynomial_fit(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 100, 10000}) {
    cases.push_back(make_case("polynomial least squares", "m=10 n=" + std::to_string(n), {1.4},
                              PolynomialFit(10, n), n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
