#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/log_sum_exp.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace log_sum_exp {
inline long long value_gradient_work(...) { return 0; }
}  // namespace log_sum_exp
#include "hand/mixtures.hpp"
#include "make_case.hpp"
#include "specs/loops/log_sum_exp.grad.hpp"
// The same with --vector-math.
#define log_sum_exp log_sum_exp_in_lanes
#include "vector_math/specs/loops/log_sum_exp.grad.hpp"
#undef log_sum_exp

namespace gradsmith::bench {
namespace {

struct LogSumExp {
  static constexpr Kind kKind = Kind::Gradient;
  // The maximum's share remains of 1 less all shares, which add up to 1, plus its own.
  static constexpr double kScale = 1;
  int n;

  int parameters() const { return n; }
  int results() const { return 1; }
  int room() const { return 0; }
  double elements() const { return n; }
  std::vector<double> point(Random& random) const { return uniform(random, n, -5, 5); }

  template <class Number>
  void evaluate(const Number* p, Number*, Number* out) const {
    GRADSMITH_BENCH_USING(log_sum_exp::value);
    out[0] = value(p, n);
  }
  long long work() const { return log_sum_exp::value_gradient_work(n); }
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    out[0] = with_work(log_sum_exp::value_gradient, work, p, n, out + 1);
  }
  int hand_room() const { return 0; }
  void hand(const double* p, const double*, double*, double* out) const {
    out[0] = hand::log_sum_exp(p, n, out + 1);
  }
};

struct LogSumExpInLanes : LogSumExp {
  void emitted(const double* p, const double*, double*, double* work, double* out) const {
    out[0] = with_work(log_sum_exp_in_lanes::value_gradient, work, p, n, out + 1);
  }
};

#ifdef __clang__
constexpr double kBar = 0.88;
#else
constexpr double kBar = 0.92;
#endif

}  // namespace

void add_log_sum_exp(std::vector<Case>& cases) {
  for (int n : {1, 2, 7, 100, 10000}) {
    cases.push_back(
        make_case("log-sum-exp", "n=" + std::to_string(n), {kBar}, LogSumExp{n}, n >= kLeastTimed));
  }
  for (int n : {1, 2, 7, 100, 10000}) {
    cases.push_back(make_case("log-sum-exp, vector math", "n=" + std::to_string(n), {0.4},
                              LogSumExpInLanes{{n}}, n >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
