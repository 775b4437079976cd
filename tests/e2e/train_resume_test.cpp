// What is gone on from is the training that was stopped, or it is refused.

#include <algorithm>
#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

/// A training with a size that no length depends on.
fs::path line_folder(const std::string& name) {
  const fs::path folder = e2e::fresh_folder(name);
  e2e::write_file(
      folder / "line.cpp",
      "#include <gradsmith/spec.hpp>\n"
      "double loss(gradsmith::param<double> a, const double* x, const double* y, int n,\n"
      "            int steps) {\n"
      "  double sum = 0;\n"
      "  for (int i = 0; i < n; ++i) {\n"
      "    const double r = a * steps * x[i] - y[i];\n    sum += r * r;\n  }\n"
      "  return sum;\n}\n");
  e2e::write_file(folder / "line.csv", "x,y\n1,0.5\n-2,-1\n4,2\n3,1.5\n");
  return folder;
}

e2e::Ran line(const fs::path& folder, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"line.cpp", "--data=line.csv", "--loss=loss", "--lr=0.01",
                                    "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  return train(words, folder);
}

std::vector<std::string> lab3(const std::vector<std::string>& more) {
  std::vector<std::string> words = {kSpecs + "/five_points.cpp",
                                    "--loss=full_batch_term",
                                    "--predict=prediction",
                                    "--data=" + kSpecs + "/data/five_points.csv",
                                    "--epochs=20000",
                                    "--lr=1",
                                    "--batch=0",
                                    "--restarts=9",
                                    "--init=*=normal:0:1",
                                    "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("a checkpoint is of one set of sizes, starts and data") {
  const fs::path folder = line_folder("train_resume_sizes");
  REQUIRE(line(folder, {"--set=steps=3", "--epochs=5", "--checkpoint=c"}).status == 0);
  CHECK(line(folder, {"--set=steps=3", "--epochs=9", "--resume=c"}).status == 0);
  const auto refused = [&](const std::vector<std::string>& options) {
    const e2e::Ran ran = line(folder, options);
    INFO(options[0] << "\n" << ran.err);
    CHECK(ran.status == 1);
    CHECK(contains(ran.err, "a checkpoint of another training"));
  };
  refused({"--set=steps=5", "--epochs=9", "--resume=c"});
  refused({"--init=a=constant:1", "--set=steps=3", "--epochs=9", "--resume=c"});
  // Two signs, of one sample.
  e2e::write_file(folder / "line.csv", "x,y\n1,0.5\n2,1\n4,2\n3,1.5\n");
  refused({"--set=steps=3", "--epochs=9", "--resume=c"});
}

TEST_CASE("a checkpoint of an earlier version is refused as one") {
  const fs::path folder = line_folder("train_resume_version");
  REQUIRE(line(folder, {"--set=steps=3", "--epochs=5", "--checkpoint=c"}).status == 0);
  std::string text = e2e::read_file(folder / "c");
  text.replace(text.find('\n') - 1, 1, "2");
  e2e::write_file(folder / "c", text);
  const e2e::Ran ran = line(folder, {"--set=steps=3", "--epochs=9", "--resume=c"});
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "c: this is a checkpoint of version 2"));
}

TEST_CASE("runs with starts of their own that are interrupted go on as if they had not been") {
  const fs::path folder = e2e::fresh_folder("train_resume_runs");
  const e2e::Ran interrupted = in_shell(
      "\"$@\" & pid=$!; while ! grep -q '\"run\": 6' l.jsonl && kill -0 $pid; do "
      "sleep 0.01; done 2>/dev/null; kill -INT $pid; wait $pid",
      lab3({"--checkpoint=r.ck", "--log=l.jsonl"}), folder);
  INFO(interrupted.err);
  REQUIRE(interrupted.status == 1);
  CHECK(contains(interrupted.err, "interrupted in run "));
  const e2e::Ran rest =
      train(lab3({"--checkpoint=r.ck", "--resume=r.ck", "--save=rest.json"}), folder);
  INFO(rest.err);
  REQUIRE(rest.status == 0);
  const e2e::Ran all = train(lab3({"--save=all.json"}), folder);
  CHECK(rest.out == all.out);
  CHECK(e2e::read_file(folder / "rest.json") == e2e::read_file(folder / "all.json"));
}

TEST_CASE("the log of a process that is killed is not behind its checkpoint") {
  const fs::path folder = line_folder("train_killed");
  const std::vector<std::string> words = {"line.cpp",      "--data=line.csv", "--loss=loss",
                                          "--set=steps=3", "--lr=1e-9",       "--quiet",
                                          "--log=l.jsonl"};
  std::vector<std::string> first = words;
  first.insert(first.end(), {"--epochs=1000000000", "--checkpoint=c"});
  // At once when the second checkpoint is there.
  const e2e::Ran killed = in_shell(
      "\"$@\" & pid=$!; while [ ! -s c ] && kill -0 $pid; do :; done; cp c first; "
      "while cmp -s c first && kill -0 $pid; do :; done; kill -KILL $pid; wait $pid",
      first, folder);
  INFO(killed.err);
  const std::string text = e2e::read_file(folder / "c");
  const int epoch = std::stoi(text.substr(text.find("\nepoch ") + 7));
  const std::string log = e2e::read_file(folder / "l.jsonl");
  CHECK(std::count(log.begin(), log.end(), '\n') >= epoch);
  std::vector<std::string> on = words;
  on.insert(on.end(), {"--resume=c", "--epochs=" + std::to_string(epoch + 100)});
  REQUIRE(train(on, folder).status == 0);
  const std::string whole = e2e::read_file(folder / "l.jsonl");
  CHECK(std::count(whole.begin(), whole.end(), '\n') == epoch + 100);
}
