// Losses that write more than they return.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "training.hpp"

using namespace training;

namespace {

const std::vector<double> kX = {0, 1, 2};
const std::vector<double> kY = {1, 3, 5};

nlohmann::json trained(const fs::path& folder, const std::string& spec,
                       const std::vector<std::string>& more) {
  e2e::write_file(folder / "state.cpp", spec);
  e2e::write_file(folder / "state.csv", "x,y\n0,1\n1,3\n2,5\n");
  std::vector<std::string> words = {"state.cpp",       "--data=state.csv", "--loss=loss",
                                    "--save=w.json",   "--epochs=300",     "--lr=0.01",
                                    "--log=log.jsonl", "--batch=0"};
  words.insert(words.end(), more.begin(), more.end());
  const e2e::Ran ran = train(words, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(ran.err, "gradient checked: agrees with central differences"));
  return nlohmann::json::parse(e2e::read_file(folder / "w.json"))["parameters"];
}

/// The loss before the last step.
double last_loss(const fs::path& folder) {
  const std::string log = e2e::read_file(folder / "log.jsonl");
  const std::string last = log.substr(log.rfind('\n', log.size() - 2) + 1);
  return nlohmann::json::parse(last)["loss"];
}

}  // namespace

TEST_CASE("of a loss that changes its arguments the returned number is trained") {
  const fs::path folder = e2e::fresh_folder("train_state");
  const nlohmann::json p = trained(folder,
                                   "#include <gradsmith/spec.hpp>\n"
                                   "using namespace gradsmith;\n"
                                   "double loss(param<double> w, double s[2], data<double> x,\n"
                                   "            data<double> y, int& count) {\n"
                                   "  s[0] += w * x;\n  s[1] = s[0] * s[1];\n  ++count;\n"
                                   "  return (s[0] + s[1] - y) * (s[0] + s[1] - y);\n}\n",
                                   {"--init=s=constant:1", "--set=count=0"});
  const double w = p["w"];
  const double s0 = p["s"][0];
  const double s1 = p["s"][1];
  double mean = 0;
  for (std::size_t i = 0; i < kX.size(); ++i) {
    const double r = (s0 + w * kX[i]) * (1 + s1) - kY[i];
    mean += r * r / 3;
  }
  // Steps have become small.
  CHECK(mean == Approx(last_loss(folder)).epsilon(0.1));
  CHECK(mean < 0.01);
}

TEST_CASE("a state behind a pointer, and an integer that is written, are no obstacle to training") {
  const fs::path folder = e2e::fresh_folder("train_long_state");
  const nlohmann::json p =
      trained(folder,
              "#include <gradsmith/spec.hpp>\n"
              "using namespace gradsmith;\n"
              "double loss(param<double> w, double* s, data<const double*> x, int n, int d,\n"
              "            int* count) {\n"
              "  double r = 0;\n  int c = 0;\n"
              "  for (int j = 0; j < d; ++j) s[j] = s[j] * w;\n"
              "  for (int i = 0; i < n; ++i) {\n    for (int j = 0; j < d; ++j) {\n"
              "      r += (s[j] - x[i]) * (s[j] - x[i]);\n      ++c;\n    }\n  }\n"
              "  *count = c;\n  return r;\n}\n",
              {"--init=*=constant:1.5", "--set=d=2", "--columns=x=x"});
  const double w = p["w"];
  // Where the sum of squares is least, both are the mean of the samples.
  CHECK(w * p["s"][0].get<double>() == Approx(1).epsilon(1e-6));
  CHECK(w * p["s"][1].get<double>() == Approx(1).epsilon(1e-6));
}
