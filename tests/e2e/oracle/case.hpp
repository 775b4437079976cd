#pragma once

// The tables that a comparison program is linked from: the specs compiled as plain C++, the emitted
// functions, and the specs compiled under the oracle. Numbers travel as flat arrays of double, in
// the order of the parameters. C++11: the file with the emitted functions is compiled so.

namespace oracle {

/// A function of the spec as it stands: inputs to outputs (the return value, then what is written).
struct PlainFunction {
  const char* name;
  void (*run)(const double* in, double* out);
};

/// One emitted word of one function. What `in` and `out` hold depends on the word:
///   value      args -> outputs                 gradient  args -> value, partials
///   partials   args -> partials                jacobian  args -> outputs, jacobian
///   hessian    args -> value, partials, hessian
///   jvp        args, direction -> outputs, their tangents
///   vjp        args, adjoints of the outputs -> partials
///   hvp        args, direction -> value, hessian times direction
///   sparse_jacobian  as jacobian           sparse_hessian  args -> hessian
///   mixed i j  args -> the mixed partial by the parameters' numbers i and j
struct EmittedWord {
  const char* function;
  const char* word;
  void (*run)(const double* in, double* out);
};

extern const PlainFunction plain_functions[];
extern const int plain_function_count;
extern const EmittedWord emitted_words[];
extern const int emitted_word_count;

}  // namespace oracle
