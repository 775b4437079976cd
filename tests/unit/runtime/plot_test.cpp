#include "runtime/plot.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "runtime/data_error.hpp"

using namespace gradsmith::runtime;

namespace {

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the losses are written whether or not a picture can be drawn") {
  const std::filesystem::path folder = std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "it's";
  Training training;
  training.losses = {{1, 0.5}, {0.25, 0.125}};
  const bool drawn = plot_losses(folder, training, {"a", "b"});
  REQUIRE(read(folder / "losses.csv") == "epoch,'a','b'\n1,1,0.5\n2,0.25,0.125\n");
  REQUIRE(std::filesystem::exists(folder / "losses.gnuplot"));
  if (drawn) REQUIRE(std::filesystem::file_size(folder / "losses.svg") > 0);
}

TEST_CASE("a folder that cannot be written is an error that names the file") {
  REQUIRE_THROWS_AS(plot_losses("/dev/null/plots", {}, {}), DataError);
}
