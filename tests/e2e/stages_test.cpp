// The function after every stage, byte for byte: tests/golden/stages/<spec>.txt is what
// --print-after=all says. After looking at the difference,
//   GRADSMITH_ACCEPT=1 build/tests/e2e "[stages]"
// accepts what the stages give today.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "passes/pipeline.hpp"
#include "process.hpp"

namespace {

using e2e::Ran;
using e2e::read_file;
using e2e::write_file;
namespace fs = std::filesystem;

void check_stages(const std::string& spec, const std::string& function) {
  const Ran ran = e2e::gradsmith({"generate", "specs/" + spec + ".cpp", "--function=" + function,
                                  "--emit=value,gradient", "--stdout", "--print-after=all"},
                                 fs::path(GRADSMITH_SOURCE_DIR));
  REQUIRE(ran.status == 0);
  std::vector<std::string> stages = {"lower", "differentiate"};
  for (const auto& pass : ::gradsmith::preparation()) stages.emplace_back(pass.name);
  for (const auto& pass : ::gradsmith::finishing()) stages.emplace_back(pass.name);
  for (const std::string& stage : stages) {
    INFO(stage);
    CHECK(ran.err.find(" after " + stage) != std::string::npos);
  }
  const fs::path golden = fs::path(GRADSMITH_TEST_DATA_DIR) / "golden/stages" / (spec + ".txt");
  if (std::getenv("GRADSMITH_ACCEPT") != nullptr) write_file(golden, ran.err);
  REQUIRE(fs::exists(golden));
  CHECK(ran.err == read_file(golden));
}

}  // namespace

TEST_CASE("every stage of specs/lab5_z.cpp is as it was", "[stages]") {
  check_stages("lab5_z", "z");
}

TEST_CASE("every stage of specs/recitation4.cpp is as it was", "[stages]") {
  check_stages("recitation4", "y");
}
