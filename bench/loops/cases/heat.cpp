#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/heat.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace heat {
inline long long energy_gradient_work(...) { return 0; }
}  // namespace heat
#include "hand/equations.hpp"
#include "make_case.hpp"
#include "specs/loops/heat.grad.hpp"

namespace gradsmith::bench {
namespace {

struct Heat {
  static constexpr Kind kKind = Kind::Gradient;
  int n, T;

  int parameters() const { return n + 1; }
  int results() const { return 1; }
  int room() const { return 2 * n; }
  double elements() const { return T; }
  std::vector<double> point(Random& random) const {
    std::vector<double> p = uniform(random, n + 1, -1, 1);
    p[static_cast<std::size_t>(n)] = 0.2;
    return p;
  }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(heat::energy);
    out[0] = energy(p, n, T, p[n], room, room + n);
  }
  long long work() const { return heat::energy_gradient_work(n, T); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    heat::energy_partials scalars;
    out[0] =
        with_work(heat::energy_gradient, work, p, n, T, p[n], room, room + n, scalars, out + 1);
    out[1 + n] = scalars.c;
  }
  int hand_room() const { return (T + 1) * n + 2 * (n + 2); }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* adjoints = own + (T + 1) * n;
    out[0] = hand::heat(p, n, T, p[n], out + 1, out[1 + n], own, adjoints, adjoints + n + 2);
  }
};

}  // namespace

void add_heat(std::vector<Case>& cases) {
  for (int T : {1, 2, 7, 20, 200}) {
    cases.push_back(make_case("heat equation", "n=100 T=" + std::to_string(T), {}, Heat{100, T},
                              T >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
