#pragma once

// Builds a case from a function: its points, its reference, and the contestants that every function
// has because they are templates over it.

#include <algorithm>

#include "contest.hpp"
#include "dual.hpp"
#include "emitted/kernels.hpp"
#include "rivals/adolc.hpp"
#include "rivals/differences.hpp"
#include "rivals/eigen.hpp"
#include "rivals/sacado.hpp"

namespace gradsmith {

// Rounding of a few hundred operations, relative to the largest of all numbers of their kind. It is
// the arithmetic's: the contestants add in different orders, and some fuse products into sums.
inline constexpr double kRounding = 1e-13;

template <class F>
constexpr int outputs_of(Kind kind) {
  if (kind == Kind::Hessian) return F::kParameters * (F::kParameters + 1) / 2;
  return F::kResults * (1 + F::kParameters);
}

// The primal as the template is, in double.
template <class F>
void evaluate_plainly(const double* in, double* out) {
  F::evaluate(in, in + F::kParameters, out);
}

template <class F, Kind kind>
void reference(const double* in, double* out) {
  using First = Dual<long double>;
  constexpr int n = F::kParameters;
  const double* data = in + n;
  if constexpr (kind == Kind::Hessian) {
    using Second = Dual<First>;
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) {
        Second p[n], result[1];
        for (int k = 0; k < n; ++k) {
          p[k] = Second(First(in[k], k == i ? 1 : 0), First(k == j ? 1 : 0, 0));
        }
        F::evaluate(p, data, result);
        *out++ = static_cast<double>(result[0].slope.slope);
      }
    }
  } else {
    for (int i = 0; i < n; ++i) {
      First p[n], result[F::kResults];
      for (int k = 0; k < n; ++k) p[k] = First(in[k], k == i ? 1 : 0);
      F::evaluate(p, data, result);
      for (int r = 0; r < F::kResults; ++r) {
        out[r] = static_cast<double>(result[r].value);
        out[F::kResults + n * r + i] = static_cast<double>(result[r].slope);
      }
    }
  }
}

// The kernels of a case that are no templates. A null kernel is a contestant that does not exist.
struct Kernels {
  Kernel primal;
  Kernel hand;
  Kernel sympy;
};

// A row of cases.def.
struct Row {
  std::string name;
  std::string header;
  std::string function;
  double known_primal;
  double known_best;
  int leanest;
  Emitted strict;
  Emitted finite;
  Emitted fast;
};

#ifdef __clang__
#define GRADSMITH_BENCH_KNOWN(gcc_primal, gcc_best, clang_primal, clang_best) \
  clang_primal, clang_best
#else
#define GRADSMITH_BENCH_KNOWN(gcc_primal, gcc_best, clang_primal, clang_best) gcc_primal, gcc_best
#endif
#define GRADSMITH_BENCH_CASE(id, header, function, gcc_primal, gcc_best, clang_primal, clang_best, \
                             leanest)                                                              \
  inline Row row_##id() {                                                                          \
    return {#id,          header,                                                                  \
            function,     GRADSMITH_BENCH_KNOWN(gcc_primal, gcc_best, clang_primal, clang_best),   \
            leanest,      strict::id(),                                                            \
            finite::id(), fast::id()};                                                             \
  }
#include "cases.def"
#undef GRADSMITH_BENCH_CASE
#undef GRADSMITH_BENCH_KNOWN

template <class F, Kind kind>
Case make_case(const Row& row, const Kernels& kernels) {
  constexpr int n = F::kParameters;
  Case made;
  made.name = row.name;
  made.kind = kind;
  made.inputs = n + F::kData;
  made.values = kind == Kind::Hessian ? 0 : F::kResults;
  made.outputs = outputs_of<F>(kind);
  made.primal = kernels.primal;
  made.reference = reference<F, kind>;
  made.header = row.header;
  made.function = row.function;
  made.known_primal = row.known_primal;
  made.known_best = row.known_best;
  made.leanest = row.leanest;

  // Several points, so that nothing is the same each time; few where they would fill the cache.
  Random random(n + 100 * static_cast<int>(kind));
  for (int k = 0; k < (n < 100 ? 8 : 2); ++k) {
    made.points.emplace_back(made.inputs);
    F::point(random, made.points.back().data());
    // The data stay as they are: a tape has them as constants.
    std::copy(made.points[0].begin() + n, made.points[0].end(), made.points.back().begin() + n);
  }

  const auto add = [&](const char* name, Kernel kernel, double tolerance) {
    if (kernel) made.contestants.push_back({name, kernel, tolerance});
  };
  const auto add_emitted = [&](const char* name, const Emitted& emitted) {
    made.contestants.push_back({name, emitted.kernel, kRounding, emitted.places, emitted.written});
  };
  add_emitted("gradsmith", row.finite);
  add_emitted("strict", row.strict);
  add_emitted("fast", row.fast);
  add("hand", kernels.hand, kRounding);
  add("SymPy", kernels.sympy, kRounding);
#ifdef GRADSMITH_BENCH_ADOLC
  add("ADOL-C", adolc<F, kind>, kRounding);
#endif
#ifdef GRADSMITH_BENCH_SACADO
  add("Sacado", sacado<F, kind>, kRounding);
#endif
#ifdef GRADSMITH_BENCH_EIGEN
  add("Eigen", eigen<F, kind>, kRounding);
#endif
  add("differences", differences<F, kind>, kDifferencesTolerance<kind>);
  return made;
}

}  // namespace gradsmith
