#pragma once

// What the oracle says at a point: values, Jacobian and Hessian, each number with the rounding
// error that a plain evaluation in the spec's own precision may make.

#include <string>
#include <vector>

#include "oracle/oracle_case.hpp"
#include "oracle/points.hpp"

namespace oracle {

struct Expected {
  double number = 0;      ///< computed as the spec computes it, for values
  long double exact = 0;  ///< the mathematics
  long double error = 0;  ///< the bound on a plain evaluation's rounding error
  bool is_float = false;  ///< delivered as a float
};

/// The one-sided differences; NaN where the function jumps or the differences mean nothing.
struct Between {
  long double low = 0;
  long double high = 0;
};

struct Reference {
  std::vector<std::size_t> parameter_positions;  ///< of the differentiated inputs, among all
  std::vector<char> parameters;                  ///< their kinds
  const char* output_kinds = "";
  std::vector<Expected> values;
  std::vector<std::vector<Expected>> jacobian;  ///< outputs by parameters
  std::vector<std::vector<Expected>> hessian;   ///< of the first output; empty if not asked for
  /// outputs by parameters: between which numbers finite differences say that the derivative lies
  std::vector<std::vector<Between>> differences;
  bool out_of_range = false;  ///< derivatives are too large for the floats that carry them
  Met met;                    ///< over values and first derivatives
  Met met_second;             ///< over second derivatives too
};

Reference reference_at(const OracleFunction& function, const Point& point, bool with_hessian);

/// The sum of products, with its error.
Expected dot(const std::vector<Expected>& row, const std::vector<double>& weights);

}  // namespace oracle
