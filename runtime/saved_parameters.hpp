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

}  // namespace gradsmith::runtime
