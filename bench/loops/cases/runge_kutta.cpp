#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/runge_kutta.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace runge_kutta {
inline long long distance_gradient_work(...) { return 0; }
}  // namespace runge_kutta
#include "hand/equations.hpp"
#include "make_case.hpp"
#include "specs/loops/runge_kutta.grad.hpp"

namespace gradsmith::bench {
namespace {

struct RungeKutta {
  static constexpr Kind kKind = Kind::Gradient;
  int n, T;
  double dt = 0.05;
  std::vector<double> target;

  RungeKutta(int n_, int T_) : n(n_), T(T_) {
    Random random(9);
    target = uniform(random, n, -1, 1);
  }
  int parameters() const { return 2 * n; }
  int results() const { return 1; }
  int room() const { return 4 * n; }
  double elements() const { return T; }
  std::vector<double> point(Random& random) const { return uniform(random, 2 * n, -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(runge_kutta::distance);
    out[0] =
        distance(p, p + n, target.data(), n, T, dt, room, room + n, room + 2 * n, room + 3 * n);
  }
  long long work() const { return runge_kutta::distance_gradient_work(n, T); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    out[0] = with_work(runge_kutta::distance_gradient, work, p, p + n, target.data(), n, T, dt,
                       room, room + n, room + 2 * n, room + 3 * n, out + 1, out + 1 + n);
  }
  int hand_room() const { return 8 * T * n + 7 * n; }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* rest = own + 8 * T * n;
    out[0] = hand::runge_kutta(p, p + n, target.data(), n, T, dt, out + 1, out + 1 + n,
                               {own, own + 4 * T * n, rest, rest + n, rest + 2 * n, rest + 3 * n,
                                rest + 4 * n, rest + 5 * n, rest + 6 * n});
  }
};

}  // namespace

void add_runge_kutta(std::vector<Case>& cases) {
  for (int T : {1, 2, 7, 20, 200}) {
    cases.push_back(make_case("Runge and Kutta", "n=20 T=" + std::to_string(T), {},
                              RungeKutta(20, T), T >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
