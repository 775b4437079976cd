#pragma once

// Pictures by gnuplot, as SVG or PNG, by the name's ending.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace gradsmith::runtime {

// Lines over 1, 2, 3, ...
struct Curve {
  std::string name;
  std::vector<double> values;
};

// A picture that could not be drawn because gnuplot is missing or failed; the script with the data
// is there all the same.
struct Drawn {
  bool done = false;
  std::string message;  // why not
};

// Whether a file's name ends as those that can be drawn do.
bool is_picture(const std::filesystem::path& file);

// Writes <file>.gnuplot, the script with the data, and the picture. Throws DataError where the
// script cannot be written.
Drawn draw_curves(const std::filesystem::path& file, const std::string& x_label,
                  const std::string& y_label, const std::vector<Curve>& curves, int first = 1);

// Points of two classes over a map of a function of two numbers.
struct Boundary {
  std::string x_name;
  std::string y_name;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<bool> one;  // which class
  double low = -2;        // the square that is drawn
  double high = 2;
  // Values at a 50 x 50 grid, y within x.
  std::vector<double> map;
};
inline constexpr std::size_t kBoundaryGrid = 50;

Drawn draw_boundary(const std::filesystem::path& file, const Boundary& boundary);

}  // namespace gradsmith::runtime
