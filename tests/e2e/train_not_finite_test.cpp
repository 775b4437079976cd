// What is said of a loss that is not finite: the first operation that made it so, and its sample.

#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

const std::string kHead =
    "#include <cmath>\n#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n";

/// What training ends with; the loss is at line 4 and what follows.
std::string message(const std::string& name, const std::string& loss, const std::string& rows,
                    const std::vector<std::string>& more) {
  const fs::path folder = e2e::fresh_folder("not_finite_" + name);
  e2e::write_file(folder / "s.cpp", kHead + loss);
  e2e::write_file(folder / "s.csv", rows);
  std::vector<std::string> words = {"s.cpp",      "--loss=loss", "--data=s.csv",
                                    "--no-check", "--lr=0.001",  "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  const e2e::Ran ran = train(words, folder);
  CHECK(ran.status == 1);
  INFO(ran.err);
  return ran.err;
}

}  // namespace

TEST_CASE("in a loop over samples the operation is named, at its own line, with its operands") {
  const std::string said = message("sum",
                                   "double loss(param<double> w, const double* x, int n) {\n"
                                   "  double s = 0;\n"
                                   "  for (int i = 0; i < n; ++i)\n"
                                   "    s += std::sqrt(w * x[i] - 1);\n"
                                   "  return s;\n}\n",
                                   "x\n5\n4\n0.5\n3\n", {"--init=w=constant:1"});
  CHECK(contains(said, "at s.csv:4; first 's' is nan at s.cpp:7: sqrt(-0.5)"));
}

TEST_CASE("a loss that is neither a sum nor a mean tells the sample, too") {
  const std::string spec =
      "double loss(param<double> w, const double* x, int n) {\n"
      "  double s = 0;\n"
      "  for (int i = 0; i < n; ++i) {\n"
      "    double h[3];\n"
      "    for (int k = 0; k < 3; ++k) h[k] = w * x[i] - k;\n"
      "    const double logarithm = std::log(h[1]);\n"
      "    s += logarithm;\n"
      "  }\n"
      "  return s + w * w;\n}\n";
  const std::string expected =
      "over all samples, first at s.csv:5; first 'logarithm' is nan at s.cpp:9: log(-0.5)";
  CHECK(contains(message("whole", spec, "x\n5\n4\n\n0.5\n3\n", {"--init=w=constant:1"}), expected));
  CHECK(contains(
      message("whole_shuffled", spec, "x\n5\n4\n\n0.5\n3\n", {"--init=w=constant:1", "--shuffle"}),
      expected));
}

TEST_CASE(
    "a state that was infinite before it was not is no reason, and one that later is one is") {
  const std::string said = message("states",
                                   "double loss(param<double> w, const double* x, int n) {\n"
                                   "  double least = 1.0 / 0.0;\n"
                                   "  double product = 1;\n"
                                   "  for (int i = 0; i < n; ++i) {\n"
                                   "    least = std::fmin(least, w * x[i]);\n"
                                   "    product *= x[i] * 1e90;\n"
                                   "  }\n"
                                   "  return least * product + w;\n}\n",
                                   "x\n5\n4\n3\n2\n1\n", {"--init=w=constant:1"});
  CHECK(contains(said, "first at s.csv:5; first 'product' is inf at s.cpp:9: "));
}

TEST_CASE("the elements of a vector are followed to where they were set") {
  const std::string said =
      message("vector",
              "#include <vector>\n"
              "double loss(const param<double>* w, const double* x, int n,\n"
              "            int m) {\n"
              "  std::vector<double> h(m);\n"
              "  double s = 0;\n"
              "  for (int i = 0; i < n; ++i) {\n"
              "    for (int j = 0; j < m; ++j) h[j] = std::sqrt(w[j] * x[i]);\n"
              "    if (x[i] > 3) h[1] = 0;\n"
              "    s += h[0] + h[1];\n"
              "  }\n"
              "  return s;\n}\n",
              "x\n5\n4\n-0.5\n3\n", {"--init=w=constant:1", "--set=m=2"});
  CHECK(contains(said, "at s.csv:4; first 'h' is nan at s.cpp:10: sqrt(-0.5)"));
}

TEST_CASE("the scores of softmax regression are named where they overflow") {
  const e2e::Ran ran =
      train({kSpecs + "/learning/softmax.cpp", "--loss=loss", "--data=" + kSpecs + "/data/iris.csv",
             "--columns=x=sepal_length:petal_width,label=species", "--set=d=4,K=3",
             "--init=*=constant:1e308", "--no-check", "--quiet"},
            e2e::fresh_folder("not_finite_softmax"));
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "iris.csv:2; first 'sum' is inf at "));
  CHECK(contains(ran.err, "softmax.cpp:16: 1e+308 * 5.1"));
}

TEST_CASE("a sum of finite losses that is not finite is said to be that") {
  const std::string at_once = message("batch",
                                      "double loss(param<double> w, const double* x, int n) {\n"
                                      "  double s = 0;\n"
                                      "  for (int i = 0; i < n; ++i) s += w * x[i];\n"
                                      "  return s;\n}\n",
                                      "x\n1e308\n5e307\n1.5e308\n", {"--init=w=constant:1"});
  CHECK(contains(at_once,
                 "summed over the samples from s.csv:2 on, first at s.csv:4; first 's' is "
                 "inf at s.cpp:6: 1.5e+308 + 1.5e+308"));
  const std::string each =
      message("batch_each", "double loss(param<double> w, data<double> x) { return w * x; }\n",
              "x\n1e308\n5e307\n1.5e308\n", {"--init=w=constant:1"});
  CHECK(contains(each, "summed over the samples from s.csv:2 on, each of which has a finite one"));
}
