#pragma once

// Trained parameters as JSON.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "runtime/model.hpp"
#include "runtime/standardise.hpp"

namespace gradsmith::runtime {

// {"function": ..., "parameters": {"W1": [[...], ...], "b": 1.5}, "standards": {"x": {"mean":
// [...], "deviation": [...]}}}; numbers with as many digits as they need to keep their bits.
std::string parameters_json(const Model& model, std::span<const double> parameters,
                            const std::vector<Standard>& standards);

// The numbers of each parameter, row-major. Throws DataError for a file that is not of that form.
std::map<std::string, std::vector<double>> read_parameters(const std::filesystem::path& file);

// Throws ModelError where the arrays of the file are not nested as the parameters of their names
// are; a flat list of all numbers is row-major. Names of no parameter are not looked at.
void require_shapes(const std::filesystem::path& file, const Model& model);

}  // namespace gradsmith::runtime
