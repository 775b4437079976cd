#include "runtime/curves.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "runtime/files.hpp"
#include "runtime/process.hpp"

using namespace gradsmith::runtime;

namespace {

/// Where each text of a picture begins, in points from its left edge.
std::map<std::string, double> text_starts(const std::string& svg) {
  std::map<std::string, double> starts;
  const std::string before = "translate(";
  for (std::size_t at = svg.find("<text>"); at != std::string::npos;
       at = svg.find("<text>", at + 1)) {
    const std::size_t translate = svg.rfind(before, at);
    const std::size_t text = at + 6;
    starts[svg.substr(text, svg.find('<', text) - text)] =
        std::stod(svg.substr(translate + before.size()));
  }
  return starts;
}

}  // namespace

TEST_CASE("the names of curves lie inside the picture, short ones and long ones") {
  if (!is_program("gnuplot")) return;
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "names of curves.svg";
  for (const std::vector<std::string>& names : {std::vector<std::string>{"c"},
                                                {"b1", "w11"},
                                                {"training", "validation"},
                                                {"x1 = 0, x2 = -1, y = 0", "training"}}) {
    std::vector<Curve> curves;
    for (const std::string& name : names) curves.push_back({name, {3, 2, 1}});
    const Drawn drawn = draw_curves(file, "epoch", "loss", curves);
    INFO(drawn.message);
    REQUIRE(drawn.done);
    const std::map<std::string, double> starts = text_starts(read_whole(file));
    for (const std::string& name : names) {
      INFO(name);
      REQUIRE(starts.contains(name));
      // Letters of Arial at 12 points are 6.7 wide or less on the average of any name, W apart.
      CHECK(starts.at(name) + 6.7 * static_cast<double>(name.size()) <= 800);
    }
  }
}
