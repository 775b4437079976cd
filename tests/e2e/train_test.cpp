// `gradsmith train` as a user runs it.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "process.hpp"

namespace {

namespace fs = std::filesystem;

const std::string kSpecs = GRADSMITH_SPECS_DIR;

e2e::Ran train(const std::vector<std::string>& arguments, const fs::path& folder) {
  // A cache of the tests' own.
  setenv("XDG_CACHE_HOME", GRADSMITH_TEST_SCRATCH_DIR "/cache", 1);
  std::vector<std::string> words = {"train"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--", "-I" GRADSMITH_SPEC_INCLUDE_DIR});
  return e2e::gradsmith(words, folder);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> five_points(const std::vector<std::string>& more) {
  std::vector<std::string> words = {kSpecs + "/five_points.cpp",
                                    "--data=" + kSpecs + "/data/five_points.csv",
                                    "--loss=loss",
                                    "--predict=fout",
                                    "--epochs=250",
                                    "--batch=1",
                                    "--optimizer=sgd",
                                    "--lr=2.5",
                                    "--schedule=step:100:0.5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("lab 5 trains: seed 1 fails as the course says that some do, its restart converges") {
  const fs::path folder = e2e::fresh_folder("train_lab5");
  const e2e::Ran first = train(five_points({"--seed=1"}), folder);
  INFO(first.err);
  REQUIRE(first.status == 0);
  CHECK(contains(first.out, "training accuracy 80.00 %"));
  const e2e::Ran again = train(five_points({"--seed=1", "--restarts=5", "--until=0.05"}), folder);
  REQUIRE(again.status == 0);
  CHECK(contains(again.out, "training accuracy 100.00 %"));
  // The figures of the program that has this loop written by hand, runtime/train_five_points.cpp.
  CHECK(contains(again.out, "0.994756"));
}
