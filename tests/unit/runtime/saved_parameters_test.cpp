#include "runtime/saved_parameters.hpp"

#include <catch2/catch.hpp>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"
#include "runtime/parameters_header.hpp"

using namespace gradsmith::runtime;

namespace {

constexpr long long kExtents[] = {2, 2};
constexpr gradsmith_parameter_v1 kParameters[] = {{"W", 0, 0, 2, kExtents, 0, 0, nullptr},
                                                  {"b", 0, 0, 0, nullptr, 0, 0, nullptr}};
long long length(int parameter, const long long*) { return parameter == 0 ? 4 : 1; }
long long no_work(const long long*) { return 0; }
const gradsmith_function_v1 kFunction = {"net::loss", 0,       2,       kParameters,
                                         length,      no_work, nullptr, nullptr};
const std::vector<double> kNumbers = {0.1, 1.0 / 3, 3, -4e-300, 5};

}  // namespace

TEST_CASE("parameters are read as they were written, to the last bit") {
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "parameters.json";
  write_whole(file, parameters_json(Model(kFunction), kNumbers, {}));
  const auto read = read_parameters(file);
  CHECK(read.at("W") == std::vector<double>(kNumbers.begin(), kNumbers.begin() + 4));
  CHECK(read.at("b") == std::vector<double>{5});
  write_whole(file, "{\"parameters\": {\"W\": [[1, \"x\"]]}}");
  CHECK_THROWS_AS(read_parameters(file), DataError);
  write_whole(file, "[1, 2]");
  CHECK_THROWS_AS(read_parameters(file), DataError);
}

TEST_CASE("a header holds the parameters as constants in their shape") {
  const std::string text = parameters_header(Model(kFunction), kNumbers, {{"x", {2}, {0.5}}});
  CHECK(text.find("namespace net_loss_trained {") != std::string::npos);
  CHECK(text.find("constexpr double W[2][2] = {{0.1, 0.3333333333333333},") != std::string::npos);
  CHECK(text.find("constexpr double b = 5.0;") != std::string::npos);
  CHECK(text.find("constexpr double x_mean[1] = {2.0};") != std::string::npos);
}
