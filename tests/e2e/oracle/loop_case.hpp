#pragma once

// The table that a comparison program for functions over arrays of run-time length is linked from.
// Numbers travel as one array per parameter, of exactly its length, so that the address sanitizer
// sees every access outside.

#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

namespace oracle {

/// An array of exactly so many elements, filled with one value; none is an array too.
template <class T>
class Array {
 public:
  explicit Array(std::size_t size = 0, const T& fill = T()) : size_(size), data_(new T[size]) {
    for (std::size_t i = 0; i < size; ++i) data_[i] = fill;
  }
  T* get() const { return data_.get(); }
  T& operator[](std::size_t i) const { return data_[i]; }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::unique_ptr<T[]> data_;
};

/// A NaN that no arithmetic makes: elements that hold it were not written.
inline double unwritten() {
  const unsigned long long bits = 0x7ff8dead0badf00dULL;
  double x = 0;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
inline bool is_unwritten(double x) {
  const double other = unwritten();
  return std::memcmp(&x, &other, sizeof x) == 0;
}

/// One array per parameter: those of floating numbers in `numbers` (a scalar has one element),
/// those of integers in `integers`; the others are empty. `result` has one element.
template <class Real>
struct Arguments {
  std::vector<Array<Real>> numbers;
  std::vector<Array<int>> integers;
  std::vector<int> sizes;
  Array<Real> result{1};
};

enum class LoopRole { Param, Data, Output, InOut, Work, Index, Size };

struct LoopParameterInfo {
  const char* name;
  LoopRole role;
  /// Its length in terms of the sizes, in the order of the parameters that are sizes.
  std::size_t (*length)(const int* sizes);
  /// The indices of an array of integers are below this.
  int (*limit)(const int* sizes);
};

/// What goes into an emitted function beside the arguments, and what comes out of it.
struct Around {
  std::vector<Array<double>> in;   ///< a direction, or the adjoints of outputs, one per parameter
  std::vector<Array<double>> out;  ///< partials, or a product with the Hessian
  double in_result = 0;            ///< the adjoint of the result
  double out_result = 0;           ///< its tangent
};

struct LoopCase {
  const char* name;
  bool returns;      ///< a number; its value is compared
  bool all_lengths;  ///< the generator was told all lengths: every partial is written
  const LoopParameterInfo* parameters;
  std::size_t parameter_count;
  void (*plain)(Arguments<double>&);
  /// The emitted functions, nullptr where there is none.
  void (*value)(Arguments<double>&);
  void (*gradient)(Arguments<double>&, Around&);
  void (*hvp)(Arguments<double>&, Around&);
  void (*vjp)(Arguments<double>&, Around&);
  void (*jvp)(Arguments<double>&, Around&);
  /// With the matrix, row by row: the result, then the elements of outputs, by the elements of what
  /// is differentiated by; or both the latter.
  void (*jacobian)(Arguments<double>&, Around&, Array<double>&);
  void (*hessian)(Arguments<double>&, Around&, Array<double>&);
};

extern const LoopCase loop_cases[];
extern const std::size_t loop_case_count;
extern const bool loop_values_are_exact;  ///< to the bit

}  // namespace oracle
