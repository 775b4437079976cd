#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "runtime/objective.hpp"
#include "runtime/trainer.hpp"

namespace gradsmith::runtime {

// Writes each sample's loss over the epochs into `folder`: losses.csv, losses.gnuplot and, by
// gnuplot, losses.svg; prints the same picture as text on stdout. False when gnuplot is missing or
// fails; the data and the script are there all the same. Throws DataError where it cannot write.
bool plot_losses(const std::filesystem::path& folder, const Training& training,
                 const std::vector<std::string>& sample_names);

// Writes the map of a function of two inputs over a 50 x 50 grid on [-2,2]^2 with the points on
// top: <name>.csv, <name>.gnuplot and <name>.svg. The points are rows x1, x2, y.
bool plot_boundary(const std::filesystem::path& folder, const std::string& name,
                   const std::function<double(double x1, double x2)>& function,
                   const Samples& points);

}  // namespace gradsmith::runtime
