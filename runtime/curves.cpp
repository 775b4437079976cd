#include "runtime/curves.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "runtime/files.hpp"
#include "runtime/process.hpp"

namespace gradsmith::runtime {

namespace {

// A string in gnuplot's single quotes.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

// Ten that are told apart, also by most who see colours otherwise; then again, dashed.
constexpr std::array<const char*, 10> kColours = {"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728",
                                                  "#9467bd", "#8c564b", "#e377c2", "#7f7f7f",
                                                  "#bcbd22", "#17becf"};

std::string colour(std::size_t k) { return kColours[k % kColours.size()]; }

std::string number(double x) {
  if (!std::isfinite(x)) return "NaN";
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", x);
  return text;
}

std::string terminal(const std::filesystem::path& file) {
  const bool png = file.extension() == ".png";
  return std::string("set terminal ") + (png ? "pngcairo" : "svg") +
         " size 800,500 background 'white'\nset output " + quoted(file.string()) + "\n";
}

Drawn draw(const std::filesystem::path& file, const std::string& script) {
  std::filesystem::path beside = file;
  beside += ".gnuplot";
  write_whole(beside, script);
  if (!is_program("gnuplot")) {
    return {false, "gnuplot is not installed, so " + file.string() +
                       " was not drawn; the script with the data is " + beside.string()};
  }
  const Ran ran = run_program({"gnuplot", beside.string()});
  if (ran.status == 0) return {true, ""};
  return {false, "gnuplot failed with " + beside.string() + ":\n" + ran.output};
}

}  // namespace

bool is_picture(const std::filesystem::path& file) {
  return file.extension() == ".svg" || file.extension() == ".png";
}

Drawn draw_curves(const std::filesystem::path& file, const std::string& x_label,
                  const std::string& y_label, const std::vector<Curve>& curves, int first) {
  std::string script;
  std::string plot;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const std::string data = "$curve" + std::to_string(k);
    script += data + " << EOD\n";
    for (std::size_t i = 0; i < curves[k].values.size(); ++i) {
      script +=
          std::to_string(first + static_cast<int>(i)) + " " + number(curves[k].values[i]) + "\n";
    }
    script += "EOD\n";
    plot += std::string(k == 0 ? "plot " : ", ") + data + " using 1:2 with lines lw 1.5 lc rgb " +
            quoted(colour(k)) + (k < kColours.size() ? "" : " dashtype 2") + " title " +
            quoted(curves[k].name) + " noenhanced";
  }
  script += terminal(file) + "set xlabel " + quoted(x_label) + "\nset ylabel " + quoted(y_label) +
            "\nset grid\nset key outside right top Left reverse samplen 1\n" + plot + "\n";
  return draw(file, script);
}

Drawn draw_boundary(const std::filesystem::path& file, const Boundary& b) {
  std::string script = "$map << EOD\n";
  for (std::size_t i = 0; i < kBoundaryGrid; ++i) {
    for (std::size_t j = 0; j < kBoundaryGrid; ++j) {
      script += number(b.x.at(i)) + " " + number(b.y.at(j)) + " " +
                number(b.map[i * kBoundaryGrid + j]) + "\n";
    }
    script += "\n";
  }
  script += "EOD\n$points << EOD\n";
  for (std::size_t k = 0; k < b.points_x.size(); ++k) {
    script += number(b.points_x[k]) + " " + number(b.points_y[k]) + " " +
              std::to_string(b.point_classes[k]) + "\n";
  }
  const auto range = [](const Axis& axis) {
    return "[" + number(axis.low) + ":" + number(axis.high) + "]\n";
  };
  script += "EOD\n" + terminal(file) + "set xlabel " + quoted(b.x.name) +
            " noenhanced\nset ylabel " + quoted(b.y.name) + " noenhanced\nset xrange " +
            range(b.x) + "set yrange " + range(b.y) +
            "set size square\nset key outside top center horizontal\n";
  if (b.of_classes) {
    script += "set palette maxcolors " + std::to_string(b.classes) + " defined (";
    for (int k = 0; k < b.classes; ++k) {
      script += (k == 0 ? "" : ", ") + std::to_string(k) + " '" + colour(std::size_t(k)) + "'";
    }
    // Pale, so that the points stand out.
    script += ")\nset cbrange [-0.5:" + number(b.classes - 0.5) +
              "]\nunset colorbox\nset style fill transparent solid 0.35 noborder\n" +
              "plot $map using 1:2:(" + number((b.x.high - b.x.low) / (kBoundaryGrid - 1) / 2) +
              "):(" + number((b.y.high - b.y.low) / (kBoundaryGrid - 1) / 2) +
              "):3 with boxxyerror lc palette notitle";
  } else {
    script +=
        "set palette defined (0 'white', 1 'steelblue')\nplot $map using 1:2:3 with image "
        "notitle";
  }
  for (int k = b.classes - 1; k >= 0; --k) {
    const std::string look = b.of_classes
                                 ? "pt 7 ps 1 lc rgb '" + colour(static_cast<std::size_t>(k)) + "'"
                                 : std::string(k == 1 ? "pt 7" : "pt 6") + " ps 1.5 lc rgb 'black'";
    script += ", $points using 1:($3 == " + std::to_string(k) + " ? $2 : 1/0) with points " + look +
              (b.classes == 1 ? " notitle" : " title '" + std::to_string(k) + "'");
  }
  return draw(file, script + "\n");
}

}  // namespace gradsmith::runtime
