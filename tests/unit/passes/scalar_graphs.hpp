#pragma once

// What the tests of passes share: graphs of scalars evaluated at many points, and sample points.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith::test {

/// The value of every node of `nodes` (ascending, operands included) in T: float, double, or long
/// double as a reference. `inputs` is by node id. pow(x, 2) and pow(x, -1) are what compilers make
/// of them: x*x and 1/x.
template <class T>
std::vector<T> evaluate_scalars(const Graph& g, const std::vector<NodeId>& nodes,
                                const std::vector<T>& inputs) {
  std::vector<T> value(g.size(), T(0));
  for (NodeId id : nodes) {
    const auto o = g.operands(id);
    const auto at = [&](std::size_t i) { return i < o.size() ? value[o[i]] : T(0); };
    switch (g.op(id)) {
      case Op::Constant:
        value[id] = static_cast<T>(g.constant_value(id));
        break;
      case Op::Input:
        value[id] = inputs.at(id);
        break;
      case Op::If:
        value[id] = at(0) != 0 ? at(1) : at(2);
        break;
      case Op::Quotient:
        value[id] = std::trunc(at(0) / at(1));
        break;
      case Op::Pow:
        value[id] = g.is_constant(o[1], 2)    ? at(0) * at(0)
                    : g.is_constant(o[1], -1) ? 1 / at(0)
                                              : std::pow(at(0), at(1));
        break;
      default:
        value[id] = op_value<T>(g.op(id), at(0), at(1), at(2));
    }
  }
  return value;
}

template <class T>
bool same_bits(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

template <class T>
bool same_but_for_zero_sign(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

/// Zeros, subnormals, the ends of the range and of domains, infinities, NaN.
template <class T>
std::vector<T> special_numbers() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> numbers;
  for (T x : {T(0), Limits::denorm_min(), Limits::min() - Limits::denorm_min(), Limits::min(),
              Limits::epsilon(), T(0.25), T(0.5), T(1), 1 + Limits::epsilon(), T(2), T(3), T(7.5),
              Limits::max(), Limits::infinity()}) {
    numbers.push_back(x);
    numbers.push_back(-x);
  }
  numbers.push_back(Limits::quiet_NaN());
  return numbers;
}

/// A special number, a number of any bits, or one of ordinary size.
template <class T>
T random_number(std::mt19937_64& random) {
  static const std::vector<T> special = special_numbers<T>();
  switch (random() % 3) {
    case 0:
      return special[random() % special.size()];
    case 1: {
      using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
      const T x = std::bit_cast<T>(static_cast<Bits>(random()));
      return std::isnan(x) ? std::numeric_limits<T>::quiet_NaN() : x;  // never a signalling one
    }
    default:
      return std::uniform_real_distribution<T>(-4, 4)(random);
  }
}

/// A binary fraction of few digits between 1/16 and 4, of either sign: sums and products of a few
/// of them are exact in long double.
inline double random_fraction(std::mt19937_64& random) {
  const auto digits = static_cast<double>(1 + random() % 64) / 16;
  return random() % 2 == 0 ? digits : -digits;
}

}  // namespace gradsmith::test
