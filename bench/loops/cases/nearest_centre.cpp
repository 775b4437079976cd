#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/nearest_centre.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace nearest_centre {
inline long long cost_gradient_work(...) { return 0; }
inline long long cost_hvp_work(...) { return 0; }
}  // namespace nearest_centre
#include "hand/mixtures.hpp"
#include "make_case.hpp"
#include "specs/loops/nearest_centre.grad.hpp"

namespace gradsmith::bench {
namespace {

// The gradient, or the product of the Hessian with the seed.
template <Kind kind>
struct NearestCentre {
  static constexpr Kind kKind = kind;
  int k, n, d;
  std::vector<double> points;

  NearestCentre(int k_, int n_, int d_) : k(k_), n(n_), d(d_) {
    Random random(3);
    points = uniform(random, n * d, -1, 1);
  }
  int parameters() const { return k * d; }
  int results() const { return 1; }
  int room() const { return 0; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, k * d, -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number*, Number* out) const {
    GRADSMITH_BENCH_USING(nearest_centre::cost);
    out[0] = cost(p, k, points.data(), n, d);
  }
  long long work() const {
    return kind == Kind::Gradient ? nearest_centre::cost_gradient_work(k, n, d)
                                  : nearest_centre::cost_hvp_work(k, n, d);
  }
  void emitted(const double* p, const double* seed, double*, double* work, double* out) const {
    if constexpr (kind == Kind::Gradient) {
      out[0] = with_work(nearest_centre::cost_gradient, work, p, k, points.data(), n, d, out + 1);
    } else {
      with_work(nearest_centre::cost_hvp, work, p, k, points.data(), n, d, seed, out);
    }
  }
  int hand_room() const { return k; }
  void hand(const double* p, const double* seed, double* own, double* out) const {
    if constexpr (kind == Kind::Gradient) {
      out[0] = hand::nearest_centre_gradient(p, k, points.data(), n, d, out + 1);
    } else {
      hand::nearest_centre_hvp(p, k, points.data(), n, d, seed, out, reinterpret_cast<int*>(own));
    }
  }
};

}  // namespace

void add_nearest_centre(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 200, 2000}) {
    cases.push_back(make_case("nearest centre", "d=10 k=5 n=" + std::to_string(n), {1.3},
                              NearestCentre<Kind::Gradient>(5, n, 10), n >= kLeastTimed));
  }
  for (int n : {1, 2, 7, 200, 2000}) {
    cases.push_back(make_case("nearest centre, Hessian-vector", "d=10 k=5 n=" + std::to_string(n),
                              {1.3}, NearestCentre<Kind::HessianProduct>(5, n, 10),
                              n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
