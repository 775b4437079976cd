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

inline constexpr std::size_t kBoundaryGrid = 50;

struct Axis {
  std::string name;
  double low = -2;
  double high = 2;

  double at(std::size_t k) const {
    return low + (high - low) * static_cast<double>(k) / (kBoundaryGrid - 1);
  }
};

// Points of some classes over a map of a function of two numbers.
struct Boundary {
  Axis x;
  Axis y;
  std::vector<double> points_x;
  std::vector<double> points_y;
  std::vector<int> point_classes;
  int classes = 2;          // 1: the points are of no classes, and have no key
  bool of_classes = false;  // the map has the numbers of classes; else any numbers
  // Values at a 50 x 50 grid, y within x.
  std::vector<double> map;
};

Drawn draw_boundary(const std::filesystem::path& file, const Boundary& boundary);

}  // namespace gradsmith::runtime
