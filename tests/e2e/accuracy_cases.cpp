#if GRADSMITH_HAS_MPFR

#include "accuracy_cases.hpp"

namespace e2e {

#define BODY(formula)                                                 \
  #formula, [](const D& x, const D& y, const D& z) -> D {             \
    static_cast<void>(x), static_cast<void>(y), static_cast<void>(z); \
    return formula;                                                   \
  }

const std::vector<AccuracyCase>& accuracy_cases() {
  using enum Points;
  // clang-format off
  static const std::vector<AccuracyCase> cases = {
      {"logistic",                  "logistic",       BODY(1 / (1 + exp(-x))), Line, 0, 200, 1e6},
      {"logistic, rising",          "rising",         BODY(exp(x) / (1 + exp(x))), Line, 0, 2500, 1e3},
      {"logarithm of a logistic",   "log_logistic",   BODY(log(1 / (1 + exp(-x)))), Line, 0, 200, 1e6},
      {"logarithm of its complement", "log_complement", BODY(log(1 - 1 / (1 + exp(-x)))), Line, 0, 4000, 1e3},
      {"log(1 + exp)",              "softplus",       BODY(log(1 + exp(x))), Line, 0, 200, 1e6},
      {"the same by log1p", "softplus_log1p", BODY(log1p(exp(x))), Line, 0, 200, 1e6},
      {"loss of a logistic unit",   "logistic_loss",  BODY(x - x * 0.25 + log(1 + exp(-x))), Line, 1, 200, 1e6},
      {"log(1 - exp)",              "log_1_minus",    BODY(log(1 - exp(x))), Line, 0, 1500},
      {"log-sum-exp",               "log_sum_exp",    BODY(log(exp(x) + exp(y) + exp(z))), Exponents, 1},
      {"log-sum-exp, maximum out",  "log_sum_exp_m",  BODY(fmax(fmax(x, y), z) + log(exp(x - fmax(fmax(x, y), z)) + exp(y - fmax(fmax(x, y), z)) + exp(z - fmax(fmax(x, y), z)))), Exponents, 1},
      {"softmax",                   "softmax",        BODY(exp(x) / (exp(x) + exp(y) + exp(z))), Exponents, 1},
      {"softmax, maximum out",      "softmax_m",      BODY(exp(x - fmax(fmax(x, y), z)) / (exp(x - fmax(fmax(x, y), z)) + exp(y - fmax(fmax(x, y), z)) + exp(z - fmax(fmax(x, y), z)))), Exponents, 1},
      {"log cosh",                  "log_cosh",       BODY(log(cosh(x))), Line, 0, 200, 1e6},
      {"log sinh",                  "log_sinh",       BODY(log(sinh(x))), Line, 0, 200, 1e6},
      {"norm",                      "norm",           BODY(sqrt(x * x + y * y + z * z)), Plane},
      {"norm with a constant",      "norm_1",         BODY(sqrt(x * x + y * y + 1)), Plane},
      {"hypot",                     "hypot_x",        BODY(hypot(x, y)), Plane},
      {"atan2 by the ordinate",     "atan2_x",        BODY(atan2(x, y)), Plane},
      {"atan2 by the abscissa",     "atan2_y",        BODY(atan2(y, x)), Plane},
      {"Bernoulli quotient", "x_exp_1",        BODY(x / (exp(x) - 1)), Line, 0, 4500},
      {"the same by expm1", "x_expm1",        BODY(x / expm1(x)), Line, 0, 4500},
      {"the same of -x", "x_1_exp",        BODY(x / (1 - exp(-x))), Line, 0, 4500},
      {"its reciprocal", "exp_1_x",        BODY((exp(x) - 1) / x), Line, 0, 4500},
      {"that by expm1", "expm1_x",        BODY(expm1(x) / x), Line, 0, 4500},
      {"that of -x", "one_exp_x",      BODY((1 - exp(-x)) / x), Line, 0, 4500},
      {"sine quotient", "sin_x",          BODY(sin(x) / x), Line, 1, 4500},
      {"expm1",                     "expm1_",         BODY(expm1(x)), Line},
      {"tanh",                      "tanh_",          BODY(tanh(x)), Line, 1, 200, 1e6},
      {"sqrt",                      "sqrt_",          BODY(sqrt(x)), Line},
      {"cbrt",                      "cbrt_",          BODY(cbrt(x)), Line},
      {"pow by the base",           "pow_x",          BODY(pow(x, y)), Plane},
      {"pow by the exponent",       "pow_y",          BODY(pow(y, x)), Plane},
      {"asin",                      "asin_",          BODY(asin(x)), Ends},
      {"acos",                      "acos_",          BODY(acos(x)), Ends},
      {"atanh",                     "atanh_",         BODY(atanh(x)), Ends},
      {"atan",                      "atan_",          BODY(atan(x)), Line, 0, 2500},
      {"asinh",                     "asinh_",         BODY(asinh(x)), Line, 0, 2500},
      {"acosh",                     "acosh_",         BODY(acosh(x)), Line, 0, 2500},
      {"erf",                       "erf_",           BODY(erf(x)), Line, 0, 200, 0, 1000},
      {"erfc",                      "erfc_",          BODY(erfc(x)), Line},
      {"fmod by the divisor",       "fmod_y",         BODY(fmod(y, x)), Plane, 0, 2500},
  };
  // clang-format on
  return cases;
}

}  // namespace e2e

#endif
