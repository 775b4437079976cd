#include "runtime/plot.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <iomanip>

#include "runtime/data_error.hpp"

extern char** environ;

namespace gradsmith::runtime {

namespace {

constexpr int grid = 50;
constexpr double extent = 2;

std::ofstream open_to_write(const std::filesystem::path& file) {
  std::error_code ignored;  // the stream below tells whether the folder is there
  std::filesystem::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file);
  if (!stream) throw DataError(file.string() + ": cannot be written");
  stream << std::setprecision(17);
  return stream;
}

// A string in gnuplot's single quotes.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

bool run_gnuplot(const std::filesystem::path& script) {
  std::fflush(stdout);  // so that the picture stands below what was printed before
  std::string program = "gnuplot";
  std::string argument = script.string();
  char* arguments[] = {program.data(), argument.data(), nullptr};
  pid_t process = 0;
  if (posix_spawnp(&process, "gnuplot", nullptr, nullptr, arguments, environ) != 0) return false;
  int status = 0;
  return waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

bool plot_losses(const std::filesystem::path& folder, const Training& training,
                 const std::vector<std::string>& sample_names) {
  const std::filesystem::path data = folder / "losses.csv";
  {
    std::ofstream stream = open_to_write(data);
    stream << "epoch";
    for (const std::string& name : sample_names) stream << "," << quoted(name);
    for (std::size_t epoch = 0; epoch < training.losses.size(); ++epoch) {
      stream << "\n" << epoch + 1;
      for (const double loss : training.losses[epoch]) stream << "," << loss;
    }
    stream << "\n";
  }

  std::string curves;
  for (std::size_t i = 0; i < sample_names.size(); ++i) {
    curves += (i == 0 ? "plot " : ", ") + quoted(data.string()) +
              " using 1:" + std::to_string(i + 2) + " with lines title " + quoted(sample_names[i]);
  }
  const std::filesystem::path script = folder / "losses.gnuplot";
  open_to_write(script) << "set datafile separator ','\n"
                        << "set xlabel 'epoch'\nset ylabel 'loss'\nset ytics nomirror\n"
                        << "set terminal dumb 100 28\n"
                        << curves << "\n"
                        << "set terminal svg size 800,500 background 'white'\n"
                        << "set output " << quoted((folder / "losses.svg").string()) << "\n"
                        << curves << "\n";
  return run_gnuplot(script);
}

bool plot_boundary(const std::filesystem::path& folder, const std::string& name,
                   const std::function<double(double x1, double x2)>& function,
                   const Samples& points) {
  const std::filesystem::path data = folder / (name + ".csv");
  {
    std::ofstream stream = open_to_write(data);
    const auto at = [](int i) { return -extent + 2 * extent * i / (grid - 1); };
    for (int i = 0; i < grid; ++i) {
      for (int j = 0; j < grid; ++j) {
        stream << at(i) << "," << at(j) << "," << function(at(i), at(j)) << "\n";
      }
      stream << "\n";
    }
  }
  const std::filesystem::path script = folder / (name + ".gnuplot");
  std::ofstream stream = open_to_write(script);
  stream << "set datafile separator ','\n$points << EOD\n";
  for (const std::vector<double>& p : points) stream << p[0] << "," << p[1] << "," << p[2] << "\n";
  stream << "EOD\nset xlabel 'x1'\nset ylabel 'x2'\nset cbrange [0:1]\nset size ratio -1\nset key "
            "outside top center horizontal\n"
         << "set xrange [-2:2]\nset yrange [-2:2]\nset palette defined (0 'white', 1 'steelblue')\n"
         << "set terminal svg size 600,500 background 'white'\n"
         << "set output " << quoted((folder / (name + ".svg")).string()) << "\n"
         << "plot " << quoted(data.string()) << " using 1:2:3 with image notitle, "
         << "$points using 1:($3 > 0.5 ? $2 : 1/0) with points pt 7 ps 1.5 lc rgb 'black' "
         << "title 'y = 1', "
         << "$points using 1:($3 > 0.5 ? 1/0 : $2) with points pt 6 ps 1.5 lc rgb 'black' "
         << "title 'y = 0'\n";
  stream.close();
  return run_gnuplot(script);
}

}  // namespace gradsmith::runtime
