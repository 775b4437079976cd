#pragma once

// ADOL-C: a tape is recorded for each function before the timing, and swept in it. The functions'
// data are constants of a tape, and the same at all points of a case.

#include "contest.hpp"

#ifdef GRADSMITH_BENCH_ADOLC
// The library is built with erf, but its headers hide it without this.
#define ATRIG_ERF 1
#include <adolc/adolc.h>

namespace gradsmith {

// A number that no tape has yet.
inline short next_tape() {
  static short last = 0;
  return last++;
}

template <class F>
short record_tape(const double* in) {
  const short tape = next_tape();
  trace_on(tape);
  {
    adouble p[F::kParameters], result[F::kResults];
    for (int i = 0; i < F::kParameters; ++i) p[i] <<= in[i];
    F::evaluate(p, in + F::kParameters, result);
    double value;
    for (int r = 0; r < F::kResults; ++r) result[r] >>= value;
  }
  trace_off();
  return tape;
}

template <class F, Kind kind>
void adolc(const double* in, double* out) {
  constexpr int n = F::kParameters;
  constexpr int m = F::kResults;
  static const short tape = record_tape<F>(in);
  if constexpr (kind == Kind::Hessian) {
    double* rows[n];
    for (int i = 0; i < n; ++i) rows[i] = out + i * (i + 1) / 2;
    double x[n];
    for (int i = 0; i < n; ++i) x[i] = in[i];
    hessian(tape, n, x, rows);
  } else if constexpr (kind == Kind::Gradient) {
    double one = 1;
    zos_forward(tape, 1, n, 1, in, out);
    fos_reverse(tape, 1, n, &one, out + 1);
  } else {
    double identity[m][m] = {};
    double *seeds[m], *rows[m];
    for (int r = 0; r < m; ++r) {
      identity[r][r] = 1;
      seeds[r] = identity[r];
      rows[r] = out + m + n * r;
    }
    zos_forward(tape, m, n, 1, in, out);
    fov_reverse(tape, m, n, m, seeds, rows);
  }
}

}  // namespace gradsmith
#endif
