#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/skinning.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace skinning {
inline long long residuals_value_work(...) { return 0; }
inline long long residuals_vjp_work(...) { return 0; }
inline long long residuals_jacobian_work(...) { return 0; }
}  // namespace skinning
#include "hand/skinning.hpp"
#include "make_case.hpp"
#include "specs/loops/skinning.grad.hpp"

namespace gradsmith::bench {
namespace {

// The product of the seed with the Jacobian, or the Jacobian by all angles.
template <Kind kind>
struct Skinning {
  static constexpr Kind kKind = kind;
  int m, points;
  std::vector<double> length, rest, target;
  std::vector<int> bone_of;

  Skinning(int m_, int points_) : m(m_), points(points_) {
    Random random(10);
    length = uniform(random, m, 0.5, 1.5);
    rest = uniform(random, 3 * points, -1, 1);
    target = uniform(random, 3 * points, -1, 1);
    for (int p = 0; p < points; ++p) bone_of.push_back(static_cast<int>(random.uniform(0, m)));
  }
  int parameters() const { return m; }
  int results() const { return 3 * points; }
  int room() const { return 12 * m; }
  double elements() const { return points; }
  std::vector<double> point(Random& random) const { return uniform(random, m, -1, 1); }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(skinning::residuals);
    residuals(p, m, length.data(), rest.data(), bone_of.data(), target.data(), points, room, out);
  }
  long long work() const {
    return kind == Kind::Product ? skinning::residuals_vjp_work(m, points)
                                 : skinning::residuals_jacobian_work(m, points);
  }
  void vjp(const double* p, const double* seed, double* room, double* work, double* out) const {
    // The author's room is not a parameter of the product.
    (void)room;
    with_work(skinning::residuals_vjp, work, p, m, length.data(), rest.data(), bone_of.data(),
              target.data(), points, seed, out);
  }
  void emitted(const double* p, const double* seed, double* room, double* work, double* out) const {
    if constexpr (kind == Kind::Product) {
      vjp(p, seed, room, work, out);
    } else {
      with_work(skinning::residuals_jacobian, work, p, m, length.data(), rest.data(),
                bone_of.data(), target.data(), points, room, out, out + results());
    }
  }
  int hand_room() const { return 14 * m + (kind == Kind::Product ? 12 * m : 9 * m * m); }
  void hand(const double* p, const double* seed, double* own, double* out) const {
    double *pose = own, *cosine = pose + 12 * m, *sine = cosine + m, *d_pose = sine + m;
    if constexpr (kind == Kind::Product) {
      hand::skinning_vjp(p, m, length.data(), rest.data(), bone_of.data(), points, seed, out, pose,
                         d_pose, cosine, sine);
    } else {
      hand::skinning_jacobian(p, m, length.data(), rest.data(), bone_of.data(), target.data(),
                              points, out, out + results(), pose, d_pose, cosine, sine);
    }
  }
};

}  // namespace

void add_skinning(std::vector<Case>& cases) {
  for (int points : {1, 2, 7, 100, 1000}) {
    cases.push_back(make_case("skinning, product", "m=26 points=" + std::to_string(points), {},
                              Skinning<Kind::Product>(26, points), points >= kLeastTimed));
  }
  for (int points : {1, 2, 7, 30, 100}) {
    cases.push_back(make_case("skinning, Jacobian", "m=26 points=" + std::to_string(points), {5.5},
                              Skinning<Kind::Jacobian>(26, points), points >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
