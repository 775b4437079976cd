#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/network_over_samples.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace network_over_samples {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace network_over_samples
#include "hand/regressions.hpp"
#include "make_case.hpp"
#include "specs/loops/network_over_samples.grad.hpp"

// The same with --vector-math; the partials are those of the other header, whose guard is defined.
namespace network_in_lanes {
using network_over_samples::loss_partials;
}
#define network_over_samples network_in_lanes
#include "vector_math/specs/loops/network_over_samples.grad.hpp"
#undef network_over_samples

namespace gradsmith::bench {
namespace {

struct NetworkOverSamples {
  static constexpr Kind kKind = Kind::Gradient;
  int n;
  std::vector<double> x1, x2, y;

  explicit NetworkOverSamples(int n_) : n(n_) {
    Random random(11);
    x1 = uniform(random, n, -2, 2);
    x2 = uniform(random, n, -2, 2);
    for (int i = 0; i < n; ++i) y.push_back(random.uniform(0, 1) < 0.5 ? 0 : 1);
  }
  int parameters() const { return 9; }
  int results() const { return 1; }
  int room() const { return 0; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, 9, -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number*, Number* out) const {
    GRADSMITH_BENCH_USING(network_over_samples::loss);
    out[0] = loss(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], x1.data(), x2.data(),
                  y.data(), n);
  }
  long long work() const { return network_over_samples::loss_gradient_work(n); }
  template <class Function>
  void gradient(Function loss_gradient, const double* p, double* work, double* out) const {
    network_over_samples::loss_partials d;
    out[0] = with_work(loss_gradient, work, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8],
                       x1.data(), x2.data(), y.data(), n, d);
    const double all[] = {d.b1, d.w11, d.w21, d.b2, d.w12, d.w22, d.c, d.u1, d.u2};
    std::copy(std::begin(all), std::end(all), out + 1);
  }
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    gradient(network_over_samples::loss_gradient, p, work, out);
  }
  int hand_room() const { return 0; }
  void hand(const double* p, const double*, double*, double* out) const {
    out[0] = hand::network_over_samples(p, x1.data(), x2.data(), y.data(), n, out + 1);
  }
};

struct NetworkInLanes : NetworkOverSamples {
  using NetworkOverSamples::NetworkOverSamples;
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    gradient(network_in_lanes::loss_gradient, p, work, out);
  }
};

}  // namespace

void add_network_over_samples(std::vector<Case>& cases) {
  const std::string name = "2-2-1 network over samples";
  for (int n : {1, 2, 7, 512, 4096}) {
    cases.push_back(
        make_case(name, "n=" + std::to_string(n), {}, NetworkOverSamples(n), n >= kLeastTimed));
  }
  for (int n : {1, 2, 7, 512, 4096}) {
    cases.push_back(make_case(name + ", vector math", "n=" + std::to_string(n), {{}, 0.2},
                              NetworkInLanes(n), n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
