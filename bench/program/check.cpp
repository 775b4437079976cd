#include "check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace gradsmith {

// What a contestant says at a point, in the order of the case. The memory is full of NaN before, so
// that an output that is not written does not pass, but where zeros are expected. What a contestant
// leaves out is zero.
static std::vector<double> outputs_of(const Contestant& contestant, const double* point,
                                      const std::vector<double>& expected) {
  std::vector<double> written(
      contestant.places.empty() ? expected.size() : static_cast<std::size_t>(contestant.written),
      std::numeric_limits<double>::quiet_NaN());
  if (contestant.places.empty()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (expected[i] == 0) written[i] = 0;
    }
  }
  contestant.kernel(point, written.data());
  if (contestant.places.empty()) return written;
  std::vector<double> outputs;
  for (const int place : contestant.places) outputs.push_back(place < 0 ? 0 : written[place]);
  return outputs;
}

static double largest(const std::vector<double>& numbers, std::size_t begin, std::size_t end) {
  double found = 0;
  for (std::size_t i = begin; i < end; ++i) found = std::max(found, std::fabs(numbers[i]));
  return found;
}

static bool agree(const Case& a_case, const Contestant& contestant, int point,
                  const std::vector<double>& expected, std::ostream& stream) {
  const std::vector<double> outputs = outputs_of(contestant, a_case.points[point].data(), expected);
  const auto values = static_cast<std::size_t>(a_case.values);
  const double of_values = largest(expected, 0, values);
  const double of_derivatives = largest(expected, values, expected.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double bound = contestant.tolerance * (i < values ? of_values : of_derivatives);
    // Written so that NaN fails.
    if (!(std::fabs(outputs[i] - expected[i]) <= bound)) {
      stream.precision(17);
      stream << a_case.name << ": " << contestant.name << " gives " << outputs[i]
             << " where it should be " << expected[i] << " (output " << i << ", point " << point
             << ")\n";
      return false;
    }
  }
  return true;
}

bool agree(const Case& a_case, std::ostream& stream) {
  bool all = true;
  for (int point = 0; point < static_cast<int>(a_case.points.size()); ++point) {
    std::vector<double> expected(static_cast<std::size_t>(a_case.outputs));
    a_case.reference(a_case.points[point].data(), expected.data());
    for (const Contestant& contestant : a_case.contestants) {
      all &= agree(a_case, contestant, point, expected, stream);
    }
    if (a_case.values > 0) {
      expected.resize(static_cast<std::size_t>(a_case.values));
      all &= agree(a_case, {"primal", a_case.primal, 1e-13}, point, expected, stream);
    }
  }
  return all;
}

}  // namespace gradsmith
