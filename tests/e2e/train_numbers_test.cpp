// What `gradsmith train` gives does not depend on where it starts, and is never a number that is
// none.

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "training.hpp"

using namespace training;

namespace {

e2e::Ran ridge(const std::vector<std::string>& more, const fs::path& folder) {
  std::vector<std::string> words = {kSpecs + "/learning/regression.cpp",
                                    "--loss=ridge",
                                    "--data=" + kSpecs + "/data/diabetes.csv",
                                    "--columns=x=bmi+bp+s5,y=progression",
                                    "--standardise=x",
                                    "--set=d=3,lambda=110.5",
                                    "--epochs=4000",
                                    "--quiet",
                                    "--save=w.json"};
  words.insert(words.end(), more.begin(), more.end());
  return train(words, folder);
}

e2e::Ran iris(const std::vector<std::string>& more, const fs::path& folder) {
  std::vector<std::string> words = {kSpecs + "/learning/softmax.cpp",
                                    "--loss=loss",
                                    "--predict=scores",
                                    "--standardise=x",
                                    "--quiet",
                                    "--save=w.json"};
  words.insert(words.end(), more.begin(), more.end());
  return train(words, folder);
}

}  // namespace

TEST_CASE("ridge regression ends at the same weights wherever it starts") {
  const fs::path folder = e2e::fresh_folder("train_ridge_starts");
  const std::vector<std::string> steps = {"--batch=0", "--lr=2e-4"};
  for (const std::string start : {"", "--init=w=zero,b=zero", "--init=w=normal:0:1e-4"}) {
    for (const bool by_lbfgs : {false, true}) {
      std::vector<std::string> words = {"--optimizer=lbfgs"};
      if (!by_lbfgs) words = steps;
      if (!start.empty()) words.push_back(start);
      const e2e::Ran ran = ridge(words, folder);
      INFO(start << "\n" << ran.err);
      if (contains(ran.err, "libceres-dev")) continue;  // a build without Ceres
      REQUIRE(ran.status == 0);
      const auto p = nlohmann::json::parse(e2e::read_file(folder / "w.json"))["parameters"];
      // With standardised columns the constant is the mean, whatever the penalty.
      CHECK(p["b"].get<double>() == Approx(152.13348416289594).epsilon(1e-9));
      CHECK(p["w"][0].get<double>() == Approx(24.2153).epsilon(1e-5));
    }
  }
}

TEST_CASE("a constant for an array over the samples trains as a column of it does") {
  const fs::path folder = e2e::fresh_folder("train_constant_label");
  const std::string csv = e2e::read_file(kSpecs + "/data/iris.csv");
  std::string with_label = csv.substr(0, csv.find('\n')) + ",two\n";
  for (std::size_t at = csv.find('\n') + 1; at < csv.size();) {
    const std::size_t end = csv.find('\n', at);
    with_label += csv.substr(at, end - at) + ",2\n";
    at = end + 1;
  }
  e2e::write_file(folder / "iris.csv", with_label);
  for (const std::string more : {"--batch=0", "--batch=16", "--threads=2"}) {
    const std::vector<std::string> same = {"--data=iris.csv", "--validation=every:4",
                                           "--boundary=x[0],x[1]:b.svg", more};
    std::vector<std::string> constant = same;
    constant.insert(constant.end(),
                    {"--columns=x=sepal_length:petal_width", "--set=d=4,K=3,label=2"});
    std::vector<std::string> column = same;
    column.insert(column.end(),
                  {"--columns=x=sepal_length:petal_width,label=two", "--set=d=4,K=3"});
    const e2e::Ran by_constant = iris(constant, folder);
    INFO(by_constant.err);
    REQUIRE(by_constant.status == 0);
    const std::string weights = e2e::read_file(folder / "w.json");
    REQUIRE(iris(column, folder).status == 0);
    CHECK(e2e::read_file(folder / "w.json") == weights);
  }
}

TEST_CASE("a loss of validation samples, or after the last step, that is not finite is an error") {
  const fs::path folder = e2e::fresh_folder("train_not_finite_after");
  e2e::write_file(folder / "s.cpp",
                  "#include <cmath>\n#include <gradsmith/spec.hpp>\n"
                  "double loss(gradsmith::param<double> w, double x) {\n"
                  "  const double inside = w * x;\n"
                  "  return -std::log(inside);\n}\n");
  e2e::write_file(folder / "s.csv", "x\n1\n2\n-3\n4\n");
  const auto ran = [&](const std::string& rows, const std::string& option) {
    e2e::write_file(folder / "s.csv", rows);
    return train({"s.cpp", "--loss=loss", "--data=s.csv", "--init=w=constant:1", option,
                  "--epochs=1", "--quiet", "--save=w.json"},
                 folder);
  };
  const e2e::Ran validation = ran("x\n1\n2\n-3\n4\n", "--validation=every:3:2");
  INFO(validation.err);
  CHECK(validation.status == 1);
  CHECK(contains(validation.err, "after epoch 1, at s.csv:4 of the validation; first"));
  CHECK(validation.out.empty());
  e2e::write_file(folder / "t.cpp",
                  "#include <cmath>\n#include <gradsmith/spec.hpp>\n"
                  "double loss(gradsmith::param<double> w, double x) {\n"
                  "  return -std::log(1 - w * w) + w * x;\n}\n");
  const e2e::Ran last = train({"t.cpp", "--loss=loss", "--data=s.csv", "--init=w=constant:0.5",
                               "--lr=100", "--epochs=1", "--batch=0", "--quiet", "--save=w.json"},
                              folder);
  INFO(last.err);
  CHECK(last.status == 1);
  CHECK(contains(last.err, "after epoch 1, at s.csv:2"));
  CHECK(last.out.empty());
  CHECK(!fs::exists(folder / "w.json"));
}

TEST_CASE("a loss that turns negative on the way is none for lm, which says so") {
  const fs::path folder = e2e::fresh_folder("train_below_zero");
  e2e::write_file(folder / "s.cpp",
                  "#include <gradsmith/spec.hpp>\n"
                  "double loss(gradsmith::param<double> a, gradsmith::data<double> x) {\n"
                  "  return (a - x) * (a - x) - 1;\n}\n");
  e2e::write_file(folder / "s.csv", "x\n0\n0\n");
  const std::vector<std::string> words = {"s.cpp",   "--loss=loss",   "--data=s.csv",
                                          "--quiet", "--save=w.json", "--init=a=constant:10"};
  std::vector<std::string> lm = words;
  lm.emplace_back("--optimizer=lm");
  const e2e::Ran ran = train(lm, folder);
  INFO(ran.err);
  if (contains(ran.err, "libceres-dev")) return;  // a build without Ceres
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "at s.csv:2: lm takes the root of each sample's loss"));
  CHECK(contains(ran.err, "[gs-below-zero]"));
  CHECK(!fs::exists(folder / "w.json"));
}
