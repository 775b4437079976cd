#include "oracle/reference.hpp"

#include <cctype>
#include <cstring>

namespace oracle {
namespace {

Num value_of(const Num& x) { return x; }
template <class T>
Num value_of(const Dual<T>& x) {
  return value_of(x.value);
}

Expected expected(const Num& x, bool is_float) {
  // A derivative that is delivered as a float is rounded once more.
  const long double delivery = is_float ? 0x1p-23L * std::fabs(x.v) + 0x1p-148L : 0;
  return {static_cast<double>(x.v), x.v, x.e + delivery, is_float};
}

template <class D>
std::vector<Tracked<double, D>> inputs(const Point& point) {
  std::vector<Tracked<double, D>> in;
  for (const double x : point.in) in.emplace_back(x);
  return in;
}

// The derivative of each output along one input by differences of the mathematics, in long double;
// decisions follow the spec's own precision. At a kink the one-sided differences stand apart, and
// the convention must lie between them.
std::vector<Between> differences(const OracleFunction& function, const Point& point,
                                 std::size_t input, std::size_t outputs) {
  const Between nothing{std::nanl(""), std::nanl("")};
  // A step in proportion to a huge number steps over whole periods of a sine.
  for (const double x : point.in) {
    if (!(std::fabs(x) <= 100)) return std::vector<Between>(outputs, nothing);
  }
  const auto values = [&](long double step) {
    auto in = inputs<Num>(point);
    in[input].p.v += step;
    in[input].v = static_cast<double>(in[input].p.v);
    std::vector<Tracked<double, Num>> out(outputs);
    function.value(in.data(), out.data());
    std::vector<long double> numbers;
    for (const auto& y : out) numbers.push_back(y.p.v);
    return numbers;
  };
  const long double x = std::fabs(static_cast<long double>(point.in[input]));
  long double h = 1e-5L * std::fmax(1e-3L, x);
  if (x != 0) h = std::fmin(h, x / 1024);
  const auto at = values(0), up = values(h), down = values(-h);
  const auto near_up = values(h / 4), near_down = values(-h / 4);
  std::vector<Between> result;
  for (std::size_t k = 0; k < outputs; ++k) {
    const long double forward = (near_up[k] - at[k]) / (h / 4);
    const long double backward = (at[k] - near_down[k]) / (h / 4);
    const long double wide = (up[k] - down[k]) / (2 * h);
    const long double close = (forward + backward) / 2;
    const long double size = std::fabs(forward) + std::fabs(backward);
    // What the differences may have lost to the roundoff of long double.
    const long double lost = 0x1p-58L * (std::fabs(up[k]) + std::fabs(down[k])) / h;
    const bool means_something = lost <= 1e-8L * (size + 1e-3L) &&
                                 std::fabs(forward - backward) <= 1e-2L * size + 1e-12L &&
                                 std::fabs(wide - close) <= 1e-7L * size + 1e-12L;
    result.push_back(means_something
                         ? Between{std::fmin(forward, backward), std::fmax(forward, backward)}
                         : nothing);
  }
  return result;
}

}  // namespace

Expected dot(const std::vector<Expected>& row, const std::vector<double>& weights) {
  Expected sum;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (weights[k] == 0) continue;
    const long double unit = row[k].is_float ? 0x1p-22L : 0x1p-51L;
    const long double term = row[k].exact * weights[k];
    sum.exact += term;
    sum.error += row[k].error * std::fabs(weights[k]) + unit * std::fabs(term);
    sum.is_float = sum.is_float || row[k].is_float;
  }
  return sum;
}

Reference reference_at(const OracleFunction& function, const Point& point, bool with_hessian) {
  Reference reference;
  const std::size_t outputs = std::strlen(function.output_kinds);
  reference.output_kinds = function.output_kinds;
  for (std::size_t k = 0; function.input_kinds[k] != 0; ++k) {
    if (std::tolower(function.input_kinds[k]) != 'p') continue;
    reference.parameter_positions.push_back(k);
    reference.parameters.push_back(function.input_kinds[k]);
  }
  const auto& positions = reference.parameter_positions;
  met = {};

  std::vector<Tracked<double, Num>> values(outputs);
  function.value(inputs<Num>(point).data(), values.data());
  for (std::size_t k = 0; k < outputs; ++k) {
    const bool is_float = function.output_kinds[k] == 'f';
    Expected value = expected(values[k].p, is_float);
    value.number = values[k].v;
    reference.values.push_back(value);
  }
  reference.jacobian.assign(outputs, std::vector<Expected>(positions.size()));
  reference.differences.assign(outputs, std::vector<Between>(positions.size()));
  for (std::size_t j = 0; j < positions.size(); ++j) {
    auto in = inputs<First>(point);
    in[positions[j]].p.tangent = Num(1);
    std::vector<Tracked<double, First>> out(outputs);
    function.first(in.data(), out.data());
    for (std::size_t k = 0; k < outputs; ++k) {
      const bool is_float =
          function.output_kinds[k] == 'f' || std::islower(reference.parameters[j]);
      reference.jacobian[k][j] = expected(out[k].p.tangent, is_float);
    }
  }
  reference.met = reference.met_second = met;

  if (with_hessian && outputs == 1) {
    reference.hessian.assign(positions.size(), std::vector<Expected>(positions.size()));
    for (std::size_t i = 0; i < positions.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        auto in = inputs<Second>(point);
        in[positions[i]].p.value.tangent = Num(1);
        in[positions[j]].p.tangent.value = Num(1);
        Tracked<double, Second> out;
        function.second(in.data(), &out);
        const bool is_float = function.output_kinds[0] == 'f' ||
                              std::islower(reference.parameters[i]) ||
                              std::islower(reference.parameters[j]);
        reference.hessian[i][j] = reference.hessian[j][i] =
            expected(out.p.tangent.tangent, is_float);
      }
    }
    reference.met_second = met;
  }
  for (std::size_t j = 0; j < positions.size(); ++j) {
    const auto column = differences(function, point, positions[j], outputs);
    for (std::size_t k = 0; k < outputs; ++k) reference.differences[k][j] = column[k];
  }
  met = {};
  // The adjoint of a float is a float: what is huge overflows on its way back.
  const auto huge = [](const std::vector<std::vector<Expected>>& rows) {
    for (const auto& row : rows) {
      for (const Expected& x : row) {
        if (!(std::fabs(x.exact) < 1e30L)) return true;
      }
    }
    return false;
  };
  const bool floats = reference.met.floats;
  reference.out_of_range = floats && (huge(reference.jacobian) || huge(reference.hessian));
  return reference;
}

}  // namespace oracle
