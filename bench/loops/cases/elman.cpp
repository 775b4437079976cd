#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/elman.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace elman {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace elman
#include "hand/recurrences.hpp"
#include "make_case.hpp"
#include "specs/loops/elman.grad.hpp"

namespace gradsmith::bench {
namespace {

struct Elman {
  static constexpr Kind kKind = Kind::Gradient;
  int T, d, h;
  std::vector<double> x, y;

  Elman(int T_, int d_, int h_) : T(T_), d(d_), h(h_) {
    Random random(4);
    x = uniform(random, T * d, -1, 1);
    y = uniform(random, T, -1, 1);
  }
  // Where U, b and v stand behind W.
  int U() const { return h * d; }
  int b() const { return U() + h * h; }
  int v() const { return b() + h; }
  int parameters() const { return v() + h; }
  int results() const { return 1; }
  int room() const { return 2 * h; }
  double elements() const { return T; }
  std::vector<double> point(Random& random) const {
    return uniform(random, parameters(), -0.3, 0.3);
  }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(elman::loss);
    out[0] = loss(p, p + U(), p + b(), p + v(), x.data(), y.data(), T, d, h, room, room + h);
  }
  long long work() const { return elman::loss_gradient_work(T, d, h); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    double* g = out + 1;
    out[0] = with_work(elman::loss_gradient, work, p, p + U(), p + b(), p + v(), x.data(), y.data(),
                       T, d, h, room, room + h, g, g + U(), g + b(), g + v());
  }
  int hand_room() const { return (T + 1) * h + T + 2 * h; }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* g = out + 1;
    double* residual = own + (T + 1) * h;
    out[0] = hand::elman(p, p + U(), p + b(), p + v(), x.data(), y.data(), T, d, h, g, g + U(),
                         g + b(), g + v(), own, residual, residual + T, residual + T + h);
  }
};

}  // namespace

void add_elman(std::vector<Case>& cases) {
  for (int T : {1, 2, 7, 20, 200}) {
    cases.push_back(make_case("Elman network", "d=10 h=20 T=" + std::to_string(T), {2.7},
                              Elman(T, 10, 20), T >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
