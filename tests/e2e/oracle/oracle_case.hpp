#pragma once

// The table of specs compiled under the oracle, and the scalars they are compiled with.

#include "oracle/tracked.hpp"

namespace oracle {

using First = Dual<Num>;
using Second = Dual<Dual<Num>>;

/// One function of a spec, compiled thrice. The kinds have one letter per number: for inputs p or d
/// (differentiated, or data), capital where it is a double and small where it is a float; for
/// outputs D or f.
struct OracleFunction {
  const char* name;
  const char* input_kinds;
  const char* output_kinds;
  void (*value)(const Tracked<double, Num>* in, Tracked<double, Num>* out);
  void (*first)(const Tracked<double, First>* in, Tracked<double, First>* out);
  void (*second)(const Tracked<double, Second>* in, Tracked<double, Second>* out);
};

extern const OracleFunction oracle_functions[];
extern const int oracle_function_count;

}  // namespace oracle
