// Subscripts that leave their arrays are found before compiled code reads what lies there.

#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

const std::string kInclude = "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n";

struct Trained {
  fs::path folder;

  Trained(const std::string& name, const std::string& spec, const std::string& csv)
      : folder(e2e::fresh_folder(name)) {
    e2e::write_file(folder / "s.cpp", kInclude + spec);
    e2e::write_file(folder / "s.csv", csv);
  }

  e2e::Ran with(const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"s.cpp", "--loss=loss", "--data=s.csv", "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    return train(words, folder);
  }
};

void check_refused(const e2e::Ran& ran, int status, const std::string& message) {
  INFO(ran.err);
  CHECK(ran.status == status);
  CHECK(contains(ran.err, message));
  CHECK(ran.out.empty());
}

const std::string kElement =
    "double loss(const param<double>* w, data<double> x, data<double> y, int d, int k) {\n"
    "  double s = 0;\n  for (int i = 0; i < d; ++i) s += w[i] * x;\n"
    "  s += w[k];\n  return (s - y) * (s - y);\n}\n";
const std::string kPoints = "x,y\n1,2\n2,3\n3,4\n";

}  // namespace

TEST_CASE("a --length that is too short for the sizes is refused, with what is used") {
  const Trained t("train_length", kElement, kPoints);
  check_refused(t.with({"--length=w=d", "--set=d=3,k=100000"}), 2,
                "--length: 'w' of loss has a length of 3 then, and 100001 elements are used");
  CHECK(t.with({"--length=w=d", "--set=d=3,k=2"}).status == 0);
  CHECK(t.with({"--set=d=3,k=10"}).status == 0);  // which the accesses tell
  for (const std::string length : {"W=d", "W=3", "W=d*K-1"}) {
    const e2e::Ran ran = train({kSpecs + "/learning/softmax.cpp", "--loss=loss", "--quiet",
                                "--data=" + kSpecs + "/data/iris.csv",
                                "--columns=x=sepal_length:petal_width,label=species",
                                "--set=d=4,K=3", "--batch=0", "--length=" + length},
                               t.folder);
    check_refused(ran, 2, "--length: 'W' of softmax::loss has a length of ");
    CHECK(contains(ran.err, "then, and 12 elements are used with these sizes"));
  }
  const e2e::Ran work = train(
      {kSpecs + "/learning/softmax.cpp", "--loss=loss", "--quiet",
       "--data=" + kSpecs + "/data/iris.csv", "--columns=x=sepal_length:petal_width,label=species",
       "--set=d=4,K=3", "--batch=0", "--length=loss:score=1"},
      t.folder);
  check_refused(
      work, 2,
      "--length: 'score' of softmax::loss has a length of 1 then, and 3 elements are used");
}

TEST_CASE("sizes that take a subscript out of its array are refused, whatever the data") {
  const Trained t("train_sizes", kElement, kPoints);
  for (const std::string length : {"", "--length=w=d"}) {
    std::vector<std::string> options = {"--set=d=3,k=-1"};
    if (!length.empty()) options.push_back(length);
    check_refused(t.with(options), 2,
                  "loss uses an array beyond its elements with these sizes: a subscript -1 is not "
                  "in [0, 3) (d = 3, k = -1)");
  }
}

TEST_CASE("integers that make a subscript together are looked at together, in every row") {
  const Trained t("train_two_integers",
                  "double loss(const param<double> (&W)[4], data<int> a, data<int> b,\n"
                  "            data<double> y) {\n"
                  "  const double s = W[a + b];\n  return (s - y) * (s - y);\n}\n",
                  "a,b,y\n0,0,1\n3,0,2\n0,3,3\n2,1,4\n2,2,1\n1,1,1\n");
  check_refused(t.with({}), 1,
                "s.csv:6: 2 in 'a', 2 in 'b' are out of range: with them, a subscript 4 is not in "
                "[0, 4)");
  e2e::write_file(t.folder / "s.csv", "a,b,y\n0,0,1\n3,0,2\n0,3,3\n2,1,4\n1,1,1\n");
  CHECK(t.with({}).status == 0);
}

TEST_CASE("a constant that is out of range is one of --set") {
  const Trained t("train_constant_subscript",
                  "double loss(const param<double> (&w)[3], data<int> a, data<double> x) {\n"
                  "  return (w[a] - x) * (w[a] - x);\n}\n",
                  kPoints);
  check_refused(t.with({"--set=a=3"}), 1, "--set: 3 in 'a' is out of range");
  CHECK(t.with({"--set=a=2"}).status == 0);
}

TEST_CASE("over all samples at once a row is found among many that are right") {
  std::string rows = "a,b,y\n";
  for (int k = 0; k < 400; ++k) {
    rows += std::to_string(k % 20) + "," + std::to_string((k / 20) % 19) + ",1\n";
  }
  const Trained t("train_integers_at_once",
                  "double loss(const param<double> (&W)[38], const int* a, const int* b,\n"
                  "            const double* y, int n) {\n"
                  "  double sum = 0;\n  for (int i = 0; i < n; ++i) {\n"
                  "    const double r = W[a[i] + b[i]] - y[i];\n    sum += r * r;\n  }\n"
                  "  return sum;\n}\n",
                  rows);
  CHECK(t.with({}).status == 0);
  e2e::write_file(t.folder / "s.csv", rows + "19,19,1\n");
  check_refused(t.with({}), 1, "s.csv:402: 19 in 'a', 19 in 'b' are out of range");
}

TEST_CASE("a branch that data take leads to subscripts of its own") {
  const Trained t("train_branch",
                  "double loss(const param<double> (&w)[3], data<double> x, data<double> y, int k) "
                  "{\n  double s = w[0] + w[1] * x;\n  if (x > 2.5) s += w[k];\n"
                  "  return (s - y) * (s - y);\n}\n",
                  kPoints);
  CHECK(t.with({"--set=k=2"}).status == 0);
  for (const std::string k : {"3", "-1"}) {
    const e2e::Ran ran = t.with({"--set=k=" + k});
    INFO(ran.err);
    CHECK(ran.status != 0);
    CHECK(contains(ran.err, "a subscript " + k + " is not in [0, 3)"));
  }
}

TEST_CASE("a loss that needs several samples at once is trained on all of them") {
  const Trained t("train_several",
                  "double loss(const param<double> (&w)[2], data<const double*> x, const int* k,\n"
                  "            int n) {\n"
                  "  double sum = 0;\n  for (int i = 0; i < n; ++i) {\n"
                  "    const double r = w[0] * x[i] + w[1] - x[k[i]];\n    sum += r * r;\n  }\n"
                  "  return sum;\n}\n",
                  "x,k\n1,1\n2,2\n3,0\n5,3\n");
  const std::vector<std::string> steps = {"--batch=1", "--epochs=4000", "--lr=0.005"};
  const e2e::Ran ran = t.with(steps);
  INFO(ran.err);
  CHECK(ran.status == 0);
  // The least squares line through (1, 2), (2, 3), (3, 1) and (5, 5).
  CHECK(contains(ran.out, "w[0] = 0.657143\nw[1] = 0.942857\n"));
  check_refused(t.with({"--test=every:2"}), 2, "loss uses several samples for one");
}
