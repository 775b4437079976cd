#pragma once

// Central differences of a node, in long double: what derivatives are compared with.

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "ir/evaluate.hpp"

namespace gradsmith {

/// d node / d name[element] by central differences.
inline long double central_difference(const Graph& graph, NodeId node, Environment at,
                                      const std::string& name, std::size_t element) {
  const long double x = at.at(name).numbers[element];
  const long double h = 1e-6L * std::max(1.0L, std::fabs(x));
  at.at(name).numbers[element] = x + h;
  const long double up = evaluate<long double>(graph, node, at).number();
  at.at(name).numbers[element] = x - h;
  const long double down = evaluate<long double>(graph, node, at).number();
  return (up - down) / (2 * h);
}

/// The largest disagreement between a derivative of the input's shape and central differences,
/// relative to 1 + |difference|.
inline long double worst_disagreement(const Graph& graph, NodeId node, NodeId derivative,
                                      const Environment& at, const std::string& name) {
  const Value value = evaluate<long double>(graph, derivative, at);
  long double worst = 0;
  for (std::size_t i = 0; i < value.numbers.size(); ++i) {
    const long double expected = central_difference(graph, node, at, name, i);
    const long double error = std::fabs(value.numbers[i] - expected) / (1 + std::fabs(expected));
    if (!(error <= worst)) worst = error;  // keeps a NaN
  }
  return worst;
}

}  // namespace gradsmith
