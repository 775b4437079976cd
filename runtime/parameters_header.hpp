#pragma once

// Trained parameters as C++ that a program includes.

#include <span>
#include <string>
#include <vector>

#include "runtime/model.hpp"
#include "runtime/standardise.hpp"

namespace gradsmith::runtime {

// A C++ header: the parameters as constants of the function's types in a namespace
// `<name>_trained`, the means and deviations that the data were standardised with beside them as
// `<data>_mean` and `<data>_deviation`, with a `_` behind it where a parameter is called that. With
// the emitted prediction function it is a model in plain C++. Throws DataError for a number that
// the function has as float and that is beyond float.
std::string parameters_header(const Model& model, std::span<const double> parameters,
                              const std::vector<Standard>& standards);

}  // namespace gradsmith::runtime
