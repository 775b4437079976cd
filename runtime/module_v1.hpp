#pragma once

// The C description of a module, as generated files carry it; generator/emit/module_types.cpp holds
// the same text, which is why it is formatted as that is.

// clang-format off
// NOLINTBEGIN(readability-identifier-naming): names of C
#ifndef GRADSMITH_MODULE_V1
#define GRADSMITH_MODULE_V1
#include <type_traits>
// What a module consists of, version 1.
extern "C" {
// What a function is called with. One number of `data` and of `strides` for each parameter of the
// role data, one of `sizes` for each of the role size, in the parameters' order.
struct gradsmith_arguments_v1 {
  const double* parameters;  // those of fixed shape in order, then those of run-time length
  const void* const* data;   // const double* or const int*, the first sample's numbers
  const long long* strides;  // elements from a sample to the next; 0: the same for all
  const long long* sizes;
  long long samples;  // how many; a function that takes all samples at once knows from `sizes`
  double* work;       // as many numbers as the function's `work` says
};
// How C++ has an object that is more than numbers or plain arrays of them.
struct gradsmith_type_v1 {
  const char* includes;  // lines of #include that its type needs
  const char* element;   // of plain arrays; the type itself where it is none: `Line`
  // In which braces its numbers stand: d a double, f a float, {df} a struct, [3]d an array, <3>d a
  // std::array, []d an array whose length comes at run time.
  const char* numbers;
};
struct gradsmith_parameter_v1 {
  const char* name;          // empty: what the function returns
  int role;                  // 0 param, 1 data, 2 size, 3 work, 4 result
  int element;               // 0 double, 1 int, 2 float, which comes and goes as double
  int rank;                  // 0: a number
  const long long* extents;  // `rank` of them; -1: comes at run time
  long long least;           // of an int: what its type in the function can hold
  long long greatest;
  const gradsmith_type_v1* type;  // of a param; null: numbers, or plain arrays of them
};
struct gradsmith_function_v1 {
  const char* name;  // qualified
  int at_once;       // 0: one call for each sample; 1: one call takes all, as arrays
  int parameter_count;
  const gradsmith_parameter_v1* parameters;
  long long (*length)(int parameter, const long long* sizes);  // in elements; -1: not known
  long long (*work)(const long long* sizes);
  // Sample after sample, the results of each; null: not emitted.
  void (*value)(const gradsmith_arguments_v1* a, double* results);
  // The sum over the samples, and in `gradient` its gradient in the order of the parameters.
  double (*gradient)(const gradsmith_arguments_v1* a, double* gradient);
};
struct gradsmith_module_v1 {
  int version;  // 1
  const char* spec;
  int function_count;
  const gradsmith_function_v1* functions;
};
}
// Which of int's numbers an integer type can hold.
template <class T, bool = std::is_enum<T>::value>
struct gradsmith_integer_v1 {
  typedef T type;
};
template <class T>
struct gradsmith_integer_v1<T, true> {
  typedef typename std::underlying_type<T>::type type;
};
template <class Integer>
struct gradsmith_range_v1 {
  typedef typename gradsmith_integer_v1<Integer>::type T;
  static constexpr bool is_small = sizeof(T) < sizeof(int);
  static constexpr bool has_sign = static_cast<T>(-1) < static_cast<T>(0);
  static constexpr long long half = 1LL << (8 * (is_small ? sizeof(T) : sizeof(int)) - 1);
  static constexpr long long least = has_sign ? -half : 0;
  static constexpr long long greatest =
      !has_sign && is_small ? static_cast<long long>(static_cast<T>(-1)) : half - 1;
};
template <class T>
struct gradsmith_range_v1<T&> : gradsmith_range_v1<T> {};
#endif
// NOLINTEND(readability-identifier-naming)
