#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/linear_regression.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace linear_regression {
inline long long ridge_gradient_work(...) { return 0; }
}  // namespace linear_regression
#include "hand/regressions.hpp"
#include "make_case.hpp"
#include "specs/loops/linear_regression.grad.hpp"

namespace gradsmith::bench {
namespace {

struct Ridge {
  static constexpr Kind kKind = Kind::Gradient;
  int n, d;
  std::vector<double> X, y;

  Ridge(int n_, int d_) : n(n_), d(d_) {
    Random random(8);
    X = uniform(random, n * d, -1, 1);
    y = uniform(random, n, -1, 1);
  }
  int parameters() const { return d + 1; }
  int results() const { return 1; }
  int room() const { return 0; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, parameters(), -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number*, Number* out) const {
    GRADSMITH_BENCH_USING(linear_regression::ridge);
    if constexpr (std::is_same_v<Number, double>) {
      out[0] = ridge(p, p[d], X.data(), y.data(), n, d, 0.1);
    } else {
      // Its data carry no marks, so that they are of the same type.
      const std::vector<Number> X_of_them(X.begin(), X.end()), y_of_them(y.begin(), y.end());
      out[0] = ridge(p, p[d], X_of_them.data(), y_of_them.data(), n, d, 0.1);
    }
  }
  long long work() const { return linear_regression::ridge_gradient_work(n, d); }
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    linear_regression::ridge_partials scalars;
    out[0] = with_work(linear_regression::ridge_gradient, work, p, p[d], X.data(), y.data(), n, d,
                       0.1, scalars, out + 1);
    out[1 + d] = scalars.b;
  }
  int hand_room() const { return 0; }
  void hand(const double* p, const double*, double*, double* out) const {
    out[0] = hand::ridge(p, p[d], X.data(), y.data(), n, d, 0.1, out + 1, out[1 + d]);
  }
};

}  // namespace

void add_ridge(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 50, 5000}) {
    cases.push_back(make_case("ridge regression", "d=20 n=" + std::to_string(n), {}, Ridge(n, 20),
                              n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
