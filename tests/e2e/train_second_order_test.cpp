// L-BFGS and Levenberg-Marquardt, stopped and gone on with.

#include <algorithm>
#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

TEST_CASE("a second-order method that is interrupted goes on as if it had not been") {
  const fs::path folder = e2e::fresh_folder("train_interrupted_lbfgs");
  const auto words = [](const std::string& log, const std::string& epochs) {
    return digits(
        {"--optimizer=lbfgs", "--no-check", "--weight-decay=1e-9", "--log=" + log, epochs});
  };
  const e2e::Ran ran = interrupted_at("l.jsonl", words("l.jsonl", "--epochs=1000000"), folder);
  INFO(ran.err);
  if (contains(ran.err, "libceres-dev")) return;  // a build without Ceres
  REQUIRE(ran.status == 1);
  CHECK(contains(ran.err, "go on with --resume=interrupted.checkpoint"));
  const std::string before = e2e::read_file(folder / "l.jsonl");
  const auto done = std::count(before.begin(), before.end(), '\n');
  const std::string until = "--epochs=" + std::to_string(done + 1);
  std::vector<std::string> on = words("l.jsonl", until);
  on.insert(on.end(), {"--resume=interrupted.checkpoint", "--save=rest.json"});
  const e2e::Ran rest = train(on, folder);
  INFO(rest.err);
  CHECK(rest.status == 0);
  std::vector<std::string> all = words("all.jsonl", until);
  all.emplace_back("--save=all.json");
  REQUIRE(train(all, folder).status == 0);
  CHECK(e2e::read_file(folder / "rest.json") == e2e::read_file(folder / "all.json"));
  CHECK(without_speed(folder / "l.jsonl") == without_speed(folder / "all.jsonl"));
}

TEST_CASE("second-order methods go on from checkpoints as if they had never stopped") {
  const fs::path folder = e2e::fresh_folder("train_second_order_checkpoints");
  const auto saved = [&](const std::string& method, const std::vector<std::string>& more) {
    std::vector<std::string> words = {kSpecs + "/learning/perceptron.cpp",
                                      "--loss=square_loss",
                                      "--data=" + kSpecs + "/data/wave.csv",
                                      "--set=d=1,m=10",
                                      "--no-check",
                                      "--quiet",
                                      "--save=w.json",
                                      "--optimizer=" + method};
    words.insert(words.end(), more.begin(), more.end());
    const e2e::Ran ran = train(words, folder);
    INFO(ran.err);
    if (contains(ran.err, "libceres-dev")) return std::string();  // a build without Ceres
    REQUIRE(ran.status == 0);
    return e2e::read_file(folder / "w.json");
  };
  for (const std::string method : {"lbfgs", "lm"}) {
    // Within the first stretch, behind it, and behind the second.
    for (const std::string stop : {"30", "70", "120"}) {
      saved(method, {"--checkpoint=c", "--epochs=" + stop});
      CHECK(saved(method, {"--resume=c", "--epochs=140"}) == saved(method, {"--epochs=140"}));
    }
  }
}
