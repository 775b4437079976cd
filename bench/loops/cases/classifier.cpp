#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/classifier.cpp"
#define GRADSMITH_BENCH_MARKS one_type_marks
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace classifier {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace classifier
#include "hand/regressions.hpp"
#include "make_case.hpp"
#include "specs/loops/classifier.grad.hpp"

namespace gradsmith::bench {
namespace {

struct Classifier {
  static constexpr Kind kKind = Kind::Gradient;
  int n, d, m, K;
  std::vector<double> x;
  std::vector<int> label;

  Classifier(int n_, int d_, int m_, int K_) : n(n_), d(d_), m(m_), K(K_) {
    Random random(6);
    x = uniform(random, n * d, -1, 1);
    for (int i = 0; i < n; ++i) label.push_back(static_cast<int>(random.uniform(0, K)));
  }
  // Where b1, W2 and b2 stand behind W1.
  int b1() const { return m * d; }
  int W2() const { return b1() + m; }
  int b2() const { return W2() + K * m; }
  int parameters() const { return b2() + K; }
  int results() const { return 1; }
  int room() const { return m + K; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const {
    return uniform(random, parameters(), -0.5, 0.5);
  }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(classifier::loss);
    const auto call = [&](const Number* of_x) {
      out[0] =
          loss(p, p + b1(), p + W2(), p + b2(), of_x, label.data(), n, d, m, K, room, room + m);
    };
    if constexpr (std::is_same_v<Number, double>) {
      call(x.data());
    } else {
      call(std::vector<Number>(x.begin(), x.end()).data());
    }
  }
  long long work() const { return classifier::loss_gradient_work(n, d, m, K); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    double* g = out + 1;
    out[0] = with_work(classifier::loss_gradient, work, p, p + b1(), p + W2(), p + b2(), x.data(),
                       label.data(), n, d, m, K, room, room + m, g, g + b1(), g + W2(), g + b2());
  }
  int hand_room() const { return 2 * m + K; }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* g = out + 1;
    out[0] = hand::classifier(p, p + b1(), p + W2(), p + b2(), x.data(), label.data(), n, d, m, K,
                              g, g + b1(), g + W2(), g + b2(), own, own + m, own + 2 * m);
  }
};

}  // namespace

void add_classifier(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 20, 200}) {
    cases.push_back(make_case("classifier network", "d=16 m=32 K=4 n=" + std::to_string(n), {},
                              Classifier(n, 16, 32, 4), n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
