#pragma once

// The meaning of a graph, as numbers: the oracle that passes and emitted code are compared with. It
// runs on demand, so the side of an If that is not taken never runs.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// A number, or an array of numbers in row-major order. A long double holds every number of every
/// element kind.
struct Value {
  Element element = Element::F64;
  std::vector<std::int64_t> extents;
  std::vector<long double> numbers;

  Value() : numbers(1, 0) {}
  Value(double number)  // NOLINT: a number is a Value
      : numbers(1, static_cast<long double>(number)) {}
  Value(Element kind, long double number) : element(kind), numbers(1, number) {}
  Value(Element kind, std::vector<std::int64_t> shape, std::vector<long double> elements);
  /// A vector or matrix of F64.
  static Value vector(std::vector<long double> elements);
  static Value matrix(std::int64_t rows, std::int64_t columns, std::vector<long double> elements);
  static Value index(std::int64_t value);

  bool is_scalar() const { return extents.empty(); }
  /// The number of a scalar.
  long double number() const;
  /// An element of an array.
  long double at(std::initializer_list<std::int64_t> indices) const;
};

/// What each input stands for. A number given for an input of another element kind is converted
/// where that loses nothing but rounding: 3.0 for an Index, say, but not 3.5.
using Environment = std::map<std::string, Value, std::less<>>;

/// A variable without a value, a subscript out of range, an integer divided by zero, and the like:
/// where the generated code would have undefined behaviour. The message names the variable.
class EvaluationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value of a closed node. With T = double, F64 nodes are computed in double and F32 nodes in
/// float, each by the operator's <cmath> function, so as the compiled code would; with long double,
/// all floating nodes are computed in long double, as a reference of higher precision.
template <class T>
Value evaluate(const Graph& graph, NodeId root, const Environment& environment);

/// The values of several nodes, sharing the work.
template <class T>
std::vector<Value> evaluate(const Graph& graph, std::span<const NodeId> roots,
                            const Environment& environment);

}  // namespace gradsmith
