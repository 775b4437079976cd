#pragma once

// Parameters as the struct that emitted code has for them, for programs that link it.

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "runtime/session.hpp"

namespace gradsmith::runtime {

// Write and read the memory of a function's partials. Throw ModelError where it is not of that
// size.
void write_partials(const Model& model, std::span<const double> parameters,
                    std::span<std::byte> partials);
void read_partials(const Model& model, std::span<const std::byte> partials,
                   std::span<double> parameters);

// The numbers as a `loss_partials`, of double or float; those of run-time length are in no struct,
// and are left out: see numbers_of. Throws ModelError where the struct is another function's.
template <class Partials>
Partials as_struct(const Model& model, std::span<const double> parameters) {
  static_assert(std::is_trivially_copyable_v<Partials>, "the struct of a generated file");
  Partials result{};
  write_partials(model, parameters, std::as_writable_bytes(std::span(&result, 1)));
  return result;
}

// The numbers of the struct at their places, others 0.
template <class Partials>
std::vector<double> as_numbers(const Model& model, const Partials& partials) {
  static_assert(std::is_trivially_copyable_v<Partials>, "the struct of a generated file");
  std::vector<double> result(model.parameter_count());
  read_partials(model, std::as_bytes(std::span(&partials, 1)), result);
  return result;
}

// Those of one parameter, row-major, be its length constant or not. Throws ModelError where there
// is none of that name.
std::span<const double> numbers_of(const Model& model, std::span<const double> parameters,
                                   const std::string& name);

// Trains and gives the parameters as a `loss_partials`. Throws ModelError where some are of
// run-time length.
template <class Partials>
Partials train(Session& session, const FitHooks& hooks = {}) {
  if (session.loss().has_run_time_parameters()) {
    throw ModelError(
        "parameters of run-time length are in no struct; take them from session.run() "
        "by numbers_of");
  }
  return as_struct<Partials>(session.loss(), session.run(hooks).fitted.parameters);
}

}  // namespace gradsmith::runtime
