#pragma once

// The points at which functions are compared: ordinary ones, and ones with zeros, ties, tiny, huge
// and non-finite numbers. The same on every run.

#include <cstdint>
#include <vector>

#include "oracle/oracle_case.hpp"

namespace oracle {

struct Point {
  std::vector<double> in;  ///< one number per input; those of float inputs are floats
  bool ordinary = true;    ///< drawn from a range where most functions are at ease
  std::uint64_t seed = 0;
};

std::vector<Point> points_for(const OracleFunction& function);

/// A direction in the space of the parameters, whose kinds are given; zeros among its numbers.
std::vector<double> direction(const std::vector<char>& kinds, const Point& point);

/// Adjoints of the outputs, whose kinds are given.
std::vector<double> adjoints(const char* kinds, const Point& point);

}  // namespace oracle
