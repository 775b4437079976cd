#pragma once

// Eigen's AutoDiffScalar over vectors of fixed size. A Hessian is found row by row, by our dual
// numbers over it: nested in itself, AutoDiffScalar does not take operands that are plain double.

#include "contest.hpp"
#include "dual.hpp"

#ifdef GRADSMITH_BENCH_EIGEN
#include <Eigen/Core>
#include <cmath>
#include <unsupported/Eigen/AutoDiff>

// Eigen has no erf of them.
namespace Eigen {
template <class Derivatives>
AutoDiffScalar<Derivatives> erf(const AutoDiffScalar<Derivatives>& x) {
  const double slope = 2 / std::sqrt(M_PI) * std::exp(-x.value() * x.value());
  return AutoDiffScalar<Derivatives>(std::erf(x.value()), x.derivatives() * slope);
}
}  // namespace Eigen

namespace gradsmith {

template <class F, Kind kind>
void eigen(const double* in, double* out) {
  constexpr int n = F::kParameters;
  constexpr int m = F::kResults;
  using First = Eigen::AutoDiffScalar<Eigen::Matrix<double, n, 1>>;
  const double* data = in + n;
  if constexpr (kind == Kind::Hessian) {
    using Second = Dual<First>;
    for (int i = 0; i < n; ++i) {
      Second p[n], result[1];
      for (int k = 0; k < n; ++k) p[k] = Second(First(in[k], n, k), First(k == i ? 1.0 : 0.0));
      F::evaluate(p, data, result);
      for (int j = 0; j <= i; ++j) *out++ = result[0].slope.derivatives()[j];
    }
  } else {
    First p[n], result[m];
    for (int i = 0; i < n; ++i) p[i] = First(in[i], n, i);
    F::evaluate(p, data, result);
    for (int r = 0; r < m; ++r) {
      out[r] = result[r].value();
      for (int i = 0; i < n; ++i) out[m + n * r + i] = result[r].derivatives()[i];
    }
  }
}

}  // namespace gradsmith
#endif
