// Operators against MPFR at 200 bits. Left out where MPFR is not installed.
#if GRADSMITH_HAS_MPFR

#include <mpfr.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

#include "ir/ops.hpp"

using namespace gradsmith;

namespace {

constexpr mpfr_prec_t kBits = 200;

/// A number of 200 bits.
class Wide {
 public:
  explicit Wide(long double x = 0) {
    mpfr_init2(value_, kBits);
    mpfr_set_ld(value_, x, MPFR_RNDN);
  }
  ~Wide() { mpfr_clear(value_); }
  Wide(const Wide&) = delete;
  Wide& operator=(const Wide&) = delete;
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

using Unary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
using Binary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

/// lngamma of MPFR is NaN where gamma is negative; C's lgamma is the logarithm of |gamma|.
int log_of_gamma(mpfr_ptr r, mpfr_srcptr x, mpfr_rnd_t mode) {
  int sign = 0;
  return mpfr_lgamma(r, &sign, x, mode);
}

const std::map<Op, Unary> kUnary = {
    {Op::Exp, mpfr_exp},       {Op::Exp2, mpfr_exp2},   {Op::Expm1, mpfr_expm1},
    {Op::Log, mpfr_log},       {Op::Log2, mpfr_log2},   {Op::Log10, mpfr_log10},
    {Op::Log1p, mpfr_log1p},   {Op::Sqrt, mpfr_sqrt},   {Op::Cbrt, mpfr_cbrt},
    {Op::Sin, mpfr_sin},       {Op::Cos, mpfr_cos},     {Op::Tan, mpfr_tan},
    {Op::Asin, mpfr_asin},     {Op::Acos, mpfr_acos},   {Op::Atan, mpfr_atan},
    {Op::Sinh, mpfr_sinh},     {Op::Cosh, mpfr_cosh},   {Op::Tanh, mpfr_tanh},
    {Op::Asinh, mpfr_asinh},   {Op::Acosh, mpfr_acosh}, {Op::Atanh, mpfr_atanh},
    {Op::Erf, mpfr_erf},       {Op::Erfc, mpfr_erfc},   {Op::Tgamma, mpfr_gamma},
    {Op::Lgamma, log_of_gamma}};
const std::map<Op, Binary> kBinary = {
    {Op::Pow, mpfr_pow}, {Op::Hypot, mpfr_hypot}, {Op::Atan2, mpfr_atan2}, {Op::Fmod, mpfr_fmod},
    {Op::Add, mpfr_add}, {Op::Sub, mpfr_sub},     {Op::Mul, mpfr_mul},     {Op::Div, mpfr_div}};

/// The largest error over random arguments in [low, high], in units of T's last place.
template <class T, class Reference>
double worst_ulps(Op op, double low, double high, Reference reference) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(low, high);
  double worst = 0;
  for (int i = 0; i < 500; ++i) {
    const T x = static_cast<T>(uniform(random));
    const T y = static_cast<T>(uniform(random));
    Wide a(static_cast<long double>(x));
    Wide b(static_cast<long double>(y));
    Wide r;
    reference(r.get(), a.get(), b.get());
    Wide error(static_cast<long double>(op_value<T>(op, x, y)));
    mpfr_sub(error.get(), error.get(), r.get(), MPFR_RNDN);
    const T nearest = static_cast<T>(mpfr_get_ld(r.get(), MPFR_RNDN));
    const T magnitude = std::fabs(nearest);
    const T ulp = std::nextafter(magnitude, std::numeric_limits<T>::infinity()) - magnitude;
    const double ulps = static_cast<double>(std::fabs(mpfr_get_ld(error.get(), MPFR_RNDN)) /
                                            static_cast<long double>(ulp));
    if (!(ulps <= worst)) worst = ulps;
  }
  return worst;
}

std::pair<double, double> domain(Op op) {
  switch (op) {
    case Op::Log:
    case Op::Log2:
    case Op::Log10:
    case Op::Sqrt:
    case Op::Pow:
    case Op::Tgamma:
      return {0.01, 20};
    case Op::Lgamma:  // away from its zeros at 1 and 2, where a relative error means nothing
      return {2.5, 20};
    case Op::Log1p:
      return {-0.9, 20};
    case Op::Asin:
    case Op::Acos:
    case Op::Atanh:
      return {-1, 1};
    case Op::Acosh:
      return {1, 20};
    default:
      return {-5, 5};
  }
}

template <class T>
void check(double limit) {
  for (const OpRow& row : op_rows()) {
    const auto [low, high] = domain(row.op);
    double ulps = 0;
    if (const auto unary = kUnary.find(row.op); unary != kUnary.end()) {
      ulps = worst_ulps<T>(row.op, low, high, [&](mpfr_ptr r, mpfr_srcptr x, mpfr_srcptr) {
        unary->second(r, x, MPFR_RNDN);
      });
    } else if (const auto binary = kBinary.find(row.op); binary != kBinary.end()) {
      ulps = worst_ulps<T>(row.op, low, high, [&](mpfr_ptr r, mpfr_srcptr x, mpfr_srcptr y) {
        binary->second(r, x, y, MPFR_RNDN);
      });
    }
    INFO(row.name << " is off by " << ulps << " units in the last place");
    CHECK(ulps <= limit);
  }
}

/// Derivatives of digamma as differences, at a step so small that only the precision matters.
long double polygamma_by_differences(int order, double x) {
  constexpr mpfr_prec_t kMany = 900;
  mpfr_t sum;
  mpfr_t term;
  mpfr_t h;
  mpfr_inits2(kMany, sum, term, h, static_cast<mpfr_ptr>(nullptr));
  mpfr_set_zero(sum, 1);
  mpfr_set_ui_2exp(h, 1, -90, MPFR_RNDN);
  double binomial = 1;
  for (int k = 0; k <= order; ++k) {
    mpfr_mul_d(term, h, order / 2.0 - k, MPFR_RNDN);
    mpfr_add_d(term, term, x, MPFR_RNDN);
    mpfr_digamma(term, term, MPFR_RNDN);
    mpfr_mul_d(term, term, k % 2 == 0 ? binomial : -binomial, MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    binomial = binomial * (order - k) / (k + 1);
  }
  mpfr_pow_ui(h, h, static_cast<unsigned long>(order), MPFR_RNDN);
  mpfr_div(sum, sum, h, MPFR_RNDN);
  const long double result = mpfr_get_ld(sum, MPFR_RNDN);
  mpfr_clears(sum, term, h, static_cast<mpfr_ptr>(nullptr));
  return result;
}

}  // namespace

TEST_CASE("operators are within a few units in the last place of MPFR") {
  // The C library's own bounds: 10 units for tgamma, 4 or fewer for the rest.
  check<double>(10);
  check<float>(10);
}

TEST_CASE("in long double they are a reference for the double ones") {
  // 2000 units of long double are one of double.
  check<long double>(200);
}

TEST_CASE("digamma and its derivatives agree with MPFR on both sides of zero") {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(-12, 12);
  for (int order : {0, 1, 2, 3, 5}) {
    for (int i = 0; i < 24; ++i) {
      const double x = uniform(random);
      const long double expected = polygamma_by_differences(order, x);
      const long double scale = std::fmax(std::fabs(expected), 1.0L);
      INFO("order " << order << " at " << x << ": " << expected);
      const auto n = static_cast<long double>(order);
      const auto rounded = static_cast<long double>(polygamma_value<double>(order, x));
      const long double extended = polygamma_value(n, static_cast<long double>(x));
      CHECK(std::fabs(rounded - expected) <= 5e-15L * scale);
      CHECK(std::fabs(extended - expected) <= 5e-18L * scale);
    }
  }
}

#endif
