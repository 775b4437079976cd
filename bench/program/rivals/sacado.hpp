#pragma once

// Sacado: forward with as many derivatives as there are parameters, in memory of fixed size; for
// the gradient by hundreds of parameters its reverse type.

#include "contest.hpp"

#ifdef GRADSMITH_BENCH_SACADO
// As packaged its headers ask for MPI, unless they need not know Kokkos' views.
#define SACADO_DISABLE_FAD_VIEW_SPEC 1
#include <Sacado_No_Kokkos.hpp>
#include <cmath>

// Sacado has no erf.
namespace Sacado::Fad::Exp {
template <class Storage>
GeneralFad<Storage> erf(const GeneralFad<Storage>& x) {
  using std::erf, std::exp;
  using Value = typename GeneralFad<Storage>::value_type;
  const Value value = x.val();
  const Value slope = 2 / std::sqrt(M_PI) * exp(-value * value);
  GeneralFad<Storage> result(x.size(), erf(value));
  for (int i = 0; i < x.size(); ++i) result.fastAccessDx(i) = slope * x.fastAccessDx(i);
  return result;
}
}  // namespace Sacado::Fad::Exp

namespace gradsmith {

template <class F>
void sacado_reverse(const double* in, double* out) {
  using Number = Sacado::Rad::ADvar<double>;
  Number p[F::kParameters];
  for (int i = 0; i < F::kParameters; ++i) p[i] = in[i];
  Number result[1];
  F::evaluate(p, in + F::kParameters, result);
  Number::Gradcomp();
  out[0] = result[0].val();
  for (int i = 0; i < F::kParameters; ++i) out[1 + i] = p[i].adj();
}

template <class F, Kind kind>
void sacado(const double* in, double* out) {
  constexpr int n = F::kParameters;
  constexpr int m = F::kResults;
  using First = Sacado::Fad::SFad<double, n>;
  const double* data = in + n;
  if constexpr (kind == Kind::Hessian) {
    using Second = Sacado::Fad::SFad<First, n>;
    Second p[n], result[1];
    for (int i = 0; i < n; ++i) p[i] = Second(n, i, First(n, i, in[i]));
    F::evaluate(p, data, result);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) *out++ = result[0].dx(i).dx(j);
    }
  } else if constexpr (n > 100) {
    sacado_reverse<F>(in, out);
  } else {
    First p[n], result[m];
    for (int i = 0; i < n; ++i) p[i] = First(n, i, in[i]);
    F::evaluate(p, data, result);
    for (int r = 0; r < m; ++r) {
      out[r] = result[r].val();
      for (int i = 0; i < n; ++i) out[m + n * r + i] = result[r].dx(i);
    }
  }
}

}  // namespace gradsmith
#endif
