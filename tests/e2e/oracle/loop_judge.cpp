// Compares emitted functions over arrays with the spec as plain C++ and with dual numbers in long
// double, at sizes from none on. Tolerances come from a running error analysis of the function as
// it stands (oracle/num.hpp); what is badly conditioned at a point is not judged, and counted.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "oracle/loop_oracle.hpp"

namespace oracle {
namespace {

constexpr int kSizes[] = {0, 1, 2, 3, 5, 8, 13};
constexpr int kOtherSizes[][3] = {{2, 1, 3}, {0, 2, 1}, {3, 0, 2}, {1, 3, 2},
                                  {2, 5, 1}, {3, 2, 0}, {4, 1, 3}};

// Reverse accumulation and shared factors add roundings of the size that a plain evaluation has, in
// another order.
constexpr long double kAllowance = 256;
constexpr long double kMeaningless = 1e-2L;

class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 0x2545f4914f6cdd1du + 99) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Mostly of a fine grid, some of a coarse one, where there are ties and zeros.
  double number(bool coarse) {
    const double x = static_cast<double>(next() >> 11) * 0x1p-52 - 1;
    return coarse ? std::round(x * 2) / 2 : x;
  }
  int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }

 private:
  std::uint64_t state_;
};

struct Totals {
  long failures = 0;
  long values = 0;
  long derivatives = 0;
  long skipped = 0;
};

class Judge {
 public:
  Judge(const LoopCase& c, const LoopOracle& oracle, Totals& totals)
      : c_(c), oracle_(oracle), totals_(totals) {}

  void at(int n, const int* others, bool coarse, std::uint64_t seed);

 private:
  const LoopParameterInfo& parameter(std::size_t p) const { return c_.parameters[p]; }
  bool is_number(std::size_t p) const {
    return parameter(p).role != LoopRole::Index && parameter(p).role != LoopRole::Size;
  }
  bool is_differentiated(std::size_t p) const {
    return parameter(p).role == LoopRole::Param || parameter(p).role == LoopRole::InOut;
  }
  /// The elements of the parameters that are such.
  std::size_t count(bool (Judge::*is_such)(std::size_t) const) const {
    std::size_t elements = 0;
    for (std::size_t p = 0; p < c_.parameter_count; ++p) {
      if ((this->*is_such)(p)) elements += point_[p].size();
    }
    return elements;
  }
  bool is_written(std::size_t p) const {
    return parameter(p).role == LoopRole::Output || parameter(p).role == LoopRole::InOut;
  }
  template <class Real>
  Arguments<Real> arguments() const;
  std::vector<Array<double>> arrays(bool written_too, double fill) const;
  void values(const char* word, const Arguments<double>& expected, const Arguments<double>& got);
  void other_value(const char* word, std::size_t p, std::size_t i, double got, double expected);
  void derivative(const char* word, std::size_t p, std::size_t i, double got, const Num& wanted,
                  const Met& met, bool may_be_unwritten);
  void fail(const char* word, std::size_t p, std::size_t i, double got, long double wanted,
            long double tolerance);
  /// The oracle's arguments after a run along one number and the direction.
  Arguments<LoopReal> oracle_along(std::size_t p, std::size_t i, const Around& direction) const;

  const LoopCase& c_;
  const LoopOracle& oracle_;
  Totals& totals_;
  std::vector<int> sizes_;
  std::vector<std::vector<double>> point_;
  std::vector<std::vector<int>> indices_;
  int n_ = 0;
  bool coarse_ = false;
};

void Judge::fail(const char* word, std::size_t p, std::size_t i, double got, long double wanted,
                 long double tolerance) {
  if (++totals_.failures > 60) return;
  std::printf("FAILED %s n=%d%s: %s %s[%zu] is %.17g, expected %.17Lg within %.3Lg\n", c_.name, n_,
              coarse_ ? " coarse" : "", word, p < c_.parameter_count ? parameter(p).name : "result",
              i, got, wanted, tolerance);
}

template <class Real>
Arguments<Real> Judge::arguments() const {
  Arguments<Real> made;
  made.sizes = sizes_;
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    made.numbers.emplace_back(point_[p].size());
    for (std::size_t i = 0; i < point_[p].size(); ++i) made.numbers[p][i] = Real(point_[p][i]);
    made.integers.emplace_back(indices_[p].size());
    for (std::size_t i = 0; i < indices_[p].size(); ++i) made.integers[p][i] = indices_[p][i];
  }
  return made;
}

std::vector<Array<double>> Judge::arrays(bool written_too, double fill) const {
  std::vector<Array<double>> made;
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    const bool has = is_differentiated(p) || (written_too && is_written(p));
    made.emplace_back(has ? point_[p].size() : 0, fill);
  }
  return made;
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

void Judge::values(const char* word, const Arguments<double>& expected,
                   const Arguments<double>& got) {
  if (c_.returns) {
    ++totals_.values;
    if (!same(expected.result[0], got.result[0])) {
      other_value(word, c_.parameter_count, 0, got.result[0], expected.result[0]);
    }
  }
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    if (!is_written(p)) continue;
    for (std::size_t i = 0; i < point_[p].size(); ++i) {
      ++totals_.values;
      if (!same(expected.numbers[p][i], got.numbers[p][i])) {
        other_value(word, p, i, got.numbers[p][i], expected.numbers[p][i]);
      }
    }
  }
}

/// Sums may be added in another order where the bits are not promised.
void Judge::other_value(const char* word, std::size_t p, std::size_t i, double got,
                        double expected) {
  if (loop_values_are_exact) return fail(word, p, i, got, expected, 0);
  if (got == expected) return;  // but for the sign of zero
  Arguments<LoopReal> a = arguments<LoopReal>();
  met = {};
  oracle_.run(a);
  const LoopReal& exact = p < c_.parameter_count ? a.numbers[p][i] : a.result[0];
  derivative(word, p, i, got, exact.p.value.value, met, false);
}

void Judge::derivative(const char* word, std::size_t p, std::size_t i, double got,
                       const Num& wanted, const Met& met, bool may_be_unwritten) {
  // The length that the generator read off may be shorter than the array: what is never accessed
  // has no partial.
  if (may_be_unwritten && is_unwritten(got) && is_zero(wanted)) return;
  const long double tolerance = kAllowance * wanted.e + 1e-300L;
  const long double size = std::fabs(wanted.v);
  if (met.non_finite || met.zero_sign || !(size < 1e300L) ||
      (size != 0 && tolerance > kMeaningless * std::fmax(size, 1e-6L))) {
    ++totals_.skipped;
    return;
  }
  ++totals_.derivatives;
  if (!(std::fabs(got - wanted.v) <= tolerance)) fail(word, p, i, got, wanted.v, tolerance);
}

Arguments<LoopReal> Judge::oracle_along(std::size_t p, std::size_t i,
                                        const Around& direction) const {
  Arguments<LoopReal> a = arguments<LoopReal>();
  for (std::size_t q = 0; q < c_.parameter_count; ++q) {
    if (!is_differentiated(q)) continue;
    for (std::size_t j = 0; j < a.numbers[q].size(); ++j) {
      a.numbers[q][j].p.tangent.value = Num(static_cast<long double>(direction.in[q][j]));
    }
  }
  if (p < c_.parameter_count) a.numbers[p][i].p.value.tangent = Num(1);
  oracle_.run(a);
  return a;
}

void Judge::at(int n, const int* others, bool coarse, std::uint64_t seed) {
  n_ = n;
  coarse_ = coarse;
  Numbers random(seed);
  sizes_ = {};
  std::size_t next = 0;
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    if (parameter(p).role != LoopRole::Size) continue;
    sizes_.push_back(sizes_.empty() ? n : others[next++ % 3]);
  }
  point_.assign(c_.parameter_count, {});
  indices_.assign(c_.parameter_count, {});
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    if (parameter(p).role == LoopRole::Size) continue;
    const std::size_t length = parameter(p).length(sizes_.data());
    for (std::size_t i = 0; i < length; ++i) {
      if (parameter(p).role == LoopRole::Index) {
        indices_[p].push_back(random.below(parameter(p).limit(sizes_.data())));
      } else {
        const bool room =
            parameter(p).role == LoopRole::Work || parameter(p).role == LoopRole::Output;
        point_[p].push_back(room ? unwritten() : random.number(coarse));
      }
    }
  }
  Arguments<double> plain = arguments<double>();
  c_.plain(plain);
  if (c_.value) {
    Arguments<double> got = arguments<double>();
    c_.value(got);
    values("value", plain, got);
  }

  // An output may count as input too, where it is not shown to be written first.
  Around along{arrays(true, 0), arrays(true, unwritten()), random.number(false), 0};
  for (const Array<double>& a : along.in) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = random.number(false);
  }
  Around gradient{{}, arrays(true, unwritten()), 0, 0};
  Around product{arrays(true, 0), arrays(true, unwritten()), 0, 0};
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    for (std::size_t i = 0; i < product.in[p].size(); ++i) product.in[p][i] = along.in[p][i];
  }
  if (c_.gradient) {
    Arguments<double> got = arguments<double>();
    c_.gradient(got, gradient);
    values("value beside the gradient", plain, got);
  }
  if (c_.hvp) {
    Arguments<double> got = arguments<double>();
    c_.hvp(got, product);
    values("value beside the hvp", plain, got);
  }
  if (c_.vjp) {
    Arguments<double> got = arguments<double>();
    c_.vjp(got, along);
  }
  if (c_.jvp) {
    Arguments<double> got = arguments<double>();
    Around tangents{arrays(false, 0), arrays(true, unwritten()), 0, unwritten()};
    for (std::size_t p = 0; p < c_.parameter_count; ++p) {
      for (std::size_t i = 0; i < tangents.in[p].size(); ++i) tangents.in[p][i] = along.in[p][i];
    }
    c_.jvp(got, tangents);
    values("value beside the jvp", plain, got);
    met = {};
    const Arguments<LoopReal> exact = oracle_along(c_.parameter_count, 0, tangents);
    const Met met_here = met;
    if (c_.returns) {
      derivative("jvp", c_.parameter_count, 0, tangents.out_result, exact.result[0].p.tangent.value,
                 met_here, false);
    }
    for (std::size_t p = 0; p < c_.parameter_count; ++p) {
      if (!is_written(p)) continue;
      for (std::size_t i = 0; i < point_[p].size(); ++i) {
        derivative("jvp", p, i, tangents.out[p][i], exact.numbers[p][i].p.tangent.value, met_here,
                   false);
      }
    }
  }
  if (!c_.gradient && !c_.hvp && !c_.vjp) return;
  const std::size_t columns = count(&Judge::is_differentiated);
  const std::size_t rows = count(&Judge::is_written) + (c_.returns ? 1 : 0);
  Array<double> jacobian(c_.jacobian ? rows * columns : 0, unwritten());
  if (c_.jacobian) {
    Arguments<double> got = arguments<double>();
    Around none;
    c_.jacobian(got, none, jacobian);
    values("value beside the jacobian", plain, got);
  }
  Array<double> hessian(c_.hessian ? columns * columns : 0, unwritten());
  if (c_.hessian) {
    Arguments<double> got = arguments<double>();
    Around beside{{}, arrays(true, unwritten()), 0, 0};
    c_.hessian(got, beside, hessian);
    values("value beside the hessian", plain, got);
  }
  std::size_t column = 0;
  for (std::size_t p = 0; p < c_.parameter_count; ++p) {
    if (!is_differentiated(p)) continue;
    for (std::size_t i = 0; i < point_[p].size(); ++i) {
      met = {};
      const Arguments<LoopReal> exact = oracle_along(p, i, along);
      const Met met_here = met;
      const bool loose = !c_.all_lengths;
      if (c_.gradient) {
        derivative("gradient", p, i, gradient.out[p][i], exact.result[0].p.value.tangent, met_here,
                   loose);
      }
      if (c_.hvp) {
        derivative("hvp", p, i, product.out[p][i], exact.result[0].p.tangent.tangent, met_here,
                   loose);
      }
      if (c_.jacobian) {
        // The result's row, then those of the arrays.
        std::size_t row = 0;
        if (c_.returns) {
          derivative("jacobian", p, i, jacobian[column], exact.result[0].p.value.tangent, met_here,
                     false);
          row = 1;
        }
        for (std::size_t q = 0; q < c_.parameter_count; ++q) {
          if (!is_written(q)) continue;
          for (std::size_t j = 0; j < point_[q].size(); ++j) {
            derivative("jacobian", p, i, jacobian[row++ * columns + column],
                       exact.numbers[q][j].p.value.tangent, met_here, false);
          }
        }
      }
      if (c_.hessian) {
        double product_of_row = 0;
        std::size_t by = 0;
        for (std::size_t q = 0; q < c_.parameter_count; ++q) {
          if (!is_differentiated(q)) continue;
          for (std::size_t j = 0; j < point_[q].size(); ++j) {
            product_of_row += hessian[column * columns + by++] * product.in[q][j];
          }
        }
        derivative("hessian", p, i, product_of_row, exact.result[0].p.tangent.tangent, met_here,
                   false);
      }
      ++column;
      if (!c_.vjp) continue;
      Num sum;
      if (c_.returns) {
        sum = exact.result[0].p.value.tangent * Num(static_cast<long double>(along.in_result));
      }
      for (std::size_t q = 0; q < c_.parameter_count; ++q) {
        if (!is_written(q)) continue;
        for (std::size_t j = 0; j < point_[q].size(); ++j) {
          // The adjoint of an array that is input and output shares its place with the direction.
          sum = sum +
                exact.numbers[q][j].p.value.tangent * Num(static_cast<long double>(along.in[q][j]));
        }
      }
      derivative("vjp", p, i, along.out[p][i], sum, met_here, loose);
    }
  }
}

}  // namespace
}  // namespace oracle

int main() {
  using namespace oracle;
  Totals totals;
  for (std::size_t k = 0; k < loop_case_count; ++k) {
    const LoopCase& c = loop_cases[k];
    const LoopOracle* found = nullptr;
    for (std::size_t j = 0; j < loop_oracle_count; ++j) {
      if (std::string(loop_oracles[j].name) == c.name) found = &loop_oracles[j];
    }
    if (!found) {
      std::printf("FAILED %s: no oracle\n", c.name);
      return 1;
    }
    std::printf("%s\n", c.name);
    std::fflush(stdout);  // what a sanitizer ends with stands below its name
    Judge judge(c, *found, totals);
    for (std::size_t s = 0; s < std::size(kSizes); ++s) {
      judge.at(kSizes[s], kOtherSizes[s], false, s + 1);
      judge.at(kSizes[s], kOtherSizes[s], true, s + 100);
    }
  }
  std::printf("%ld failures; checked %ld values, %ld derivatives; skipped %ld\n", totals.failures,
              totals.values, totals.derivatives, totals.skipped);
  return totals.failures == 0 ? 0 : 1;
}
