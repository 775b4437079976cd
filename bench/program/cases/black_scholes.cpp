#include "functions/black_scholes.hpp"

#include "cases/cases.hpp"
#include "cases/sympy.hpp"
#include "hand/scalar.hpp"
#include "make_case.hpp"
#include "specs/black_scholes.cpp"

namespace gradsmith {

static void primal(const double* in, double* out) {
  out[0] = black_scholes::call_price(in[0], in[1], in[2], in[3], in[4]);
}

Case case_black_scholes_gradient() {
  return make_case<BlackScholes, Kind::Gradient>(
      row_black_scholes_gradient(),
      {primal, hand::black_scholes_gradient, sympy::black_scholes_gradient});
}

Case case_black_scholes_hessian() {
  return make_case<BlackScholes, Kind::Hessian>(
      row_black_scholes_hessian(),
      {primal, hand::black_scholes_hessian, sympy::black_scholes_hessian});
}

}  // namespace gradsmith
