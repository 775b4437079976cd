#pragma once

// Parameters as the struct that emitted code has for them, for programs that link it.

#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "runtime/session.hpp"

namespace gradsmith::runtime {

// The numbers as a `loss_partials` of double, whose members lie in the order of the parameters.
// Throws ModelError where it holds another number of them.
template <class Partials>
Partials as_struct(std::span<const double> parameters) {
  static_assert(std::is_trivially_copyable_v<Partials>, "the struct of a generated file");
  if (sizeof(Partials) != parameters.size_bytes()) {
    throw ModelError("the struct of the parameters is another function's");
  }
  Partials result;
  std::memcpy(&result, parameters.data(), sizeof result);
  return result;
}

template <class Partials>
std::vector<double> as_numbers(const Partials& parameters) {
  static_assert(std::is_trivially_copyable_v<Partials>, "the struct of a generated file");
  static_assert(sizeof(Partials) % sizeof(double) == 0, "the struct of a generated file");
  std::vector<double> result(sizeof(Partials) / sizeof(double));
  std::memcpy(result.data(), &parameters, sizeof parameters);
  return result;
}

// Trains and gives the parameters as a `loss_partials`. Throws ModelError where that holds float.
template <class Partials>
Partials train(Session& session, const FitHooks& hooks = {}) {
  if (session.loss().in_float()) {
    throw ModelError("parameters of float are no struct of double; take them as numbers");
  }
  return as_struct<Partials>(session.run(hooks).fitted.parameters);
}

}  // namespace gradsmith::runtime
