// `gradsmith train` as a user runs it.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "training.hpp"

using namespace training;

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

namespace {

/// The rows of a CSV file of numbers, without its names.
std::vector<std::vector<double>> rows_of(const std::string& file) {
  std::istringstream in(e2e::read_file(file));
  std::string line;
  std::getline(in, line);
  std::vector<std::vector<double>> rows;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::vector<double> row;
    for (std::string field; std::getline(fields, field, ',');) row.push_back(std::stod(field));
    rows.push_back(row);
  }
  return rows;
}

/// Solves A x = b by Gaussian elimination with pivots, in long double.
std::vector<long double> solve(std::vector<std::vector<long double>> A,
                               std::vector<long double> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i) {
      if (std::fabs(A[i][k]) > std::fabs(A[pivot][k])) pivot = i;
    }
    std::swap(A[k], A[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const long double factor = A[i][k] / A[k][k];
      for (std::size_t j = k; j < n; ++j) A[i][j] -= factor * A[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= A[k][j] * b[j];
    b[k] /= A[k][k];
  }
  return b;
}

/// The weights and the constant that minimise the sum of squares and lambda times the weights'
/// squares, for standardised columns.
std::vector<long double> ridge_solution(const std::vector<std::vector<double>>& rows,
                                        long double lambda) {
  const std::size_t d = rows[0].size() - 1;
  const auto n = static_cast<long double>(rows.size());
  std::vector<std::vector<long double>> x(rows.size());
  for (std::size_t j = 0; j < d; ++j) {
    long double mean = 0;
    long double squares = 0;
    for (const auto& row : rows) mean += row[j] / n;
    for (const auto& row : rows) squares += (row[j] - mean) * (row[j] - mean) / n;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      x[i].push_back((rows[i][j] - mean) / std::sqrt(squares));
    }
  }
  std::vector<std::vector<long double>> A(d + 1, std::vector<long double>(d + 1));
  std::vector<long double> b(d + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    x[i].push_back(1);
    for (std::size_t j = 0; j <= d; ++j) {
      for (std::size_t k = 0; k <= d; ++k) A[j][k] += x[i][j] * x[i][k];
      b[j] += x[i][j] * rows[i][d];
    }
  }
  for (std::size_t j = 0; j < d; ++j) A[j][j] += lambda;
  return solve(A, b);
}

std::vector<std::string> ridge(const std::string& lambda, const std::string& save) {
  return {kSpecs + "/learning/regression.cpp",
          "--loss=ridge",
          "--data=" + kSpecs + "/data/diabetes.csv",
          "--columns=x=age:s6,y=progression",
          "--standardise=x",
          "--set=d=10,lambda=" + lambda,
          "--batch=0",
          "--epochs=5000",
          "--lr=2e-4",
          "--momentum=0.9",
          "--quiet",
          "--save=" + save};
}

double accuracy(const std::string& out) {
  const std::string before = "test accuracy ";
  const std::size_t at = out.find(before);
  REQUIRE(at != std::string::npos);
  return std::stod(out.substr(at + before.size()));
}

std::vector<std::string> softmax(const std::string& data, const std::string& columns,
                                 const std::string& d) {
  return {kSpecs + "/learning/softmax.cpp",
          "--loss=loss",
          "--predict=scores",
          "--data=" + kSpecs + "/data/" + data,
          "--columns=" + columns,
          "--standardise=x",
          "--set=d=" + d + ",K=3",
          "--test=every:3",
          "--batch=0",
          "--epochs=500",
          "--lr=1",
          "--quiet"};
}

}  // namespace

TEST_CASE("ridge regression on the diabetes data is the closed form to 1e-10") {
  const fs::path folder = e2e::fresh_folder("train_ridge");
  const std::vector<std::vector<double>> rows = rows_of(kSpecs + "/data/diabetes.csv");
  for (const std::string lambda : {"1", "100"}) {
    const e2e::Ran ran = train(ridge(lambda, "w.json"), folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    const auto json = nlohmann::json::parse(e2e::read_file(folder / "w.json"))["parameters"];
    const std::vector<long double> expected = ridge_solution(rows, std::stold(lambda));
    for (std::size_t j = 0; j < 10; ++j) {
      const auto w = static_cast<long double>(json["w"][j].get<double>());
      INFO("w[" << j << "] = " << w << ", closed form " << expected[j]);
      CHECK(std::fabs(w - expected[j]) <= 1e-10L * std::max(1.0L, std::fabs(expected[j])));
    }
    CHECK(std::fabs(json["b"].get<double>() - expected[10]) <= 1e-10L * std::fabs(expected[10]));
  }
}

TEST_CASE("softmax regression tells 96 % of irises and 94 % of wines, the network 96 % of digits") {
  const fs::path folder = e2e::fresh_folder("train_classes");
  const e2e::Ran iris =
      train(softmax("iris.csv", "x=sepal_length:petal_width,label=species", "4"), folder);
  INFO(iris.err);
  CHECK(accuracy(iris.out) >= 96);
  const e2e::Ran wine =
      train(softmax("wine.csv", "x=alcohol:proline,label=cultivar", "13"), folder);
  CHECK(accuracy(wine.out) >= 94);
  for (const char* seed : {"--seed=1", "--seed=2", "--seed=3"}) {
    const e2e::Ran ran = train(digits({"--shuffle", "--epochs=30", "--lr=0.1", seed}), folder);
    CHECK(accuracy(ran.out) >= 96);
  }
  const e2e::Ran fast =
      train(digits({"--shuffle", "--epochs=30", "--lr=0.1", "--vector-math"}), folder);
  INFO(fast.err);
  CHECK(accuracy(fast.out) >= 96);
}

TEST_CASE("Ctrl-C keeps the state, and what is continued is what would have been") {
  const fs::path folder = e2e::fresh_folder("train_interrupted");
  REQUIRE(train(digits({"--shuffle", "--optimizer=adam", "--lr=0.001", "--epochs=12",
                        "--save=all.json"}),
                folder)
              .status == 0);
  const e2e::Ran interrupted = interrupted_at(
      "c",
      digits({"--shuffle", "--optimizer=adam", "--lr=0.001", "--epochs=100000", "--checkpoint=c"}),
      folder);
  INFO(interrupted.err);
  REQUIRE(interrupted.status == 1);
  CHECK(contains(interrupted.err, "go on with --resume=c"));
  std::string epoch = e2e::read_file(folder / "c");
  epoch = epoch.substr(epoch.find("\nepoch ") + 7);
  const std::string until = "--epochs=" + std::to_string(std::stoi(epoch) + 2);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--resume=c", "--save=rest.json", until},
        std::vector<std::string>{"--save=whole.json", until, "--threads=2"}}) {
    std::vector<std::string> words = digits({"--shuffle", "--optimizer=adam", "--lr=0.001"});
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(train(words, folder).status == 0);
  }
  CHECK(e2e::read_file(folder / "rest.json") == e2e::read_file(folder / "whole.json"));
}

TEST_CASE(
    "a trained model ships as plain C++: parameters in a header, beside the emitted prediction") {
  const fs::path folder = e2e::fresh_folder("train_header");
  const e2e::Ran ran = train(
      five_points({"--seed=1", "--restarts=5", "--until=0.05", "--header=weights.hpp", "--quiet"}),
      folder);
  REQUIRE(ran.status == 0);
  e2e::write_file(folder / "main.cpp", R"(
#include <cstdio>
#include "five_points.grad.hpp"
#include "weights.hpp"
int main() {
  namespace w = five_points_loss_trained;
  std::printf("%.6g\n", five_points::prediction_value(w::b1, w::w11, w::w21, w::b2, w::w12, w::w22,
                                                      w::c, w::u1, w::u2, 0, 0));
}
)");
  const e2e::Ran built = e2e::run({GRADSMITH_GXX, "-std=c++11", "-Wall", "-Wextra", "-Werror",
                                   "-I" GRADSMITH_GENERATED_DIR, "main.cpp", "-o", "main"},
                                  folder);
  INFO(built.err);
  REQUIRE(built.status == 0);
  CHECK(e2e::run({"./main"}, folder).out == "0.994756\n");
}

TEST_CASE("pictures are drawn, and without gnuplot a message says what is missing") {
  const fs::path folder = e2e::fresh_folder("train_pictures");
  const std::vector<std::string> words =
      five_points({"--quiet", "--plot=losses.svg", "--boundary=x1,x2:boundary.png",
                   "--histories=weights.svg", "--log=log.jsonl"});
  const e2e::Ran ran = train(words, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(e2e::read_file(folder / "losses.svg"), "<svg"));
  CHECK(contains(e2e::read_file(folder / "boundary.png"), "PNG"));
  CHECK(contains(e2e::read_file(folder / "weights.svg"), "<svg"));
  const std::string log = e2e::read_file(folder / "log.jsonl");
  CHECK(std::count(log.begin(), log.end(), '\n') == 250);
  CHECK(nlohmann::json::parse(log.substr(0, log.find('\n')))["epoch"] == 1);
}

TEST_CASE("what is wrong is said with its place and with the right status") {
  const fs::path folder = e2e::fresh_folder("train_wrong");
  e2e::write_file(folder / "nan.csv", "x1,x2,y\n0,0,1\n1,nan,0\n");
  e2e::write_file(folder / "text.csv", "x1,x2,y\n0,0,one\n");
  e2e::write_file(folder / "empty.csv", "");
  e2e::write_file(folder / "short.csv", "x1,x2\n0,0\n");
  struct Case {
    std::string option;
    int status;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"--data=nan.csv", 1, "nan.csv:3:3: 'nan' in column 'x2' is not finite"},
      {"--data=text.csv", 1, "text.csv:2:5: 'one' in column 'y' is no number"},
      {"--data=empty.csv", 1, "empty.csv:1:1: the file is empty"},
      {"--data=short.csv", 1, "short.csv:1:1: there is no column 'y'; there are: x1, x2"},
      {"--data=none.csv", 1, "none.csv: cannot be read"},
      {"--columns=q=x1", 2, "'q' is no data parameter"},
      {"--noise=x1", 2, "'x1' in --noise is not of the form <name>=<value>"},
      {"--plot=losses.pdf", 2, "neither in .svg nor in .png"},
      {"--resume=none", 1, "none: cannot be read"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> words = five_points({c.option, "--quiet"});
    if (c.option.rfind("--data", 0) == 0) words.erase(words.begin() + 1);
    const e2e::Ran ran = train(words, folder);
    INFO(c.option << "\n" << ran.err);
    CHECK(ran.status == c.status);
    CHECK(contains(ran.err, c.message));
    CHECK(ran.out.empty());
  }
}

TEST_CASE("a loss that is not finite names the sample and the operation that was so first") {
  const fs::path folder = e2e::fresh_folder("train_not_finite");
  e2e::write_file(folder / "s.cpp",
                  "#include <cmath>\n#include <gradsmith/spec.hpp>\n"
                  "double loss(gradsmith::param<double> w, double x) {\n"
                  "  const double inside = w * x - 1;\n"
                  "  const double root = std::log(inside);\n"
                  "  return root * root;\n}\n");
  e2e::write_file(folder / "s.csv", "x\n5\n4\n0.5\n3\n");
  const e2e::Ran ran = train({"s.cpp", "--loss=loss", "--data=s.csv", "--init=w=constant:1",
                              "--no-check", "--lr=0.001", "--quiet"},
                             folder);
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "in epoch 1, at s.csv:4; first 'root' is"));
  CHECK(contains(ran.err, "s.cpp:5: log(-0.5)"));
}

TEST_CASE("without a compiler there is a message") {
  const fs::path folder = e2e::fresh_folder("train_no_compiler");
  setenv("CXX", "/no/such/compiler", 1);
  const e2e::Ran ran = train(five_points({"--quiet"}), folder);
  unsetenv("CXX");
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "$CXX names '/no/such/compiler', and there is no such program"));
}

TEST_CASE("without gnuplot the script is written, and a message names what is missing") {
  const fs::path folder = e2e::fresh_folder("train_no_gnuplot");
  fs::create_directory(folder / "bin");
  for (const char* program : {"c++", "as", "ld", "timeout"}) {
    for (const char* place : {"/usr/bin", "/bin", "/usr/local/bin"}) {
      const fs::path file = fs::path(place) / program;
      if (fs::exists(file) && !fs::exists(folder / "bin" / program)) {
        fs::create_symlink(file, folder / "bin" / program);
      }
    }
  }
  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder / "bin").c_str(), 1);
  const e2e::Ran ran = train(five_points({"--quiet", "--plot=losses.svg"}), folder);
  setenv("PATH", path.c_str(), 1);
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(contains(ran.err, "gnuplot is not installed, so losses.svg was not drawn"));
  CHECK(fs::exists(folder / "losses.svg.gnuplot"));
  CHECK(!fs::exists(folder / "losses.svg"));
}

TEST_CASE("processes that compile the same module at once do not hurt each other") {
  const fs::path folder = e2e::fresh_folder("train_at_once");
  const e2e::Ran ran = in_shell(
      "export XDG_CACHE_HOME=\"$PWD\"/cache; for i in 1 2 3 4; do \"$@\" >$i.out 2>$i.err & done; "
      "wait; cat *.err; cmp 1.out 2.out && cmp 1.out 3.out && cmp 1.out 4.out",
      {kSpecs + "/five_points.cpp", "--data=" + kSpecs + "/data/five_points.csv", "--loss=loss",
       "--epochs=3", "--quiet"},
      folder);
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out.empty());
  CHECK(contains(e2e::read_file(folder / "4.out"), "training loss"));
  CHECK(!contains(e2e::listing(folder), ".tmp"));
}

TEST_CASE("gzipped data are read as they were before") {
  const fs::path folder = e2e::fresh_folder("train_gzip");
  fs::copy_file(kSpecs + "/data/five_points.csv", folder / "p.csv");
  REQUIRE(e2e::run({"gzip", "-k", "p.csv"}, folder).status == 0);
  std::vector<std::string> words = five_points({"--quiet", "--data=p.csv.gz"});
  words.erase(words.begin() + 1);
  const e2e::Ran zipped = train(words, folder);
  INFO(zipped.err);
  CHECK(zipped.status == 0);
  CHECK(zipped.out == train(five_points({"--quiet"}), folder).out);
}

TEST_CASE("a spec with a loss that is neither sum nor mean over samples trains on all of them") {
  const fs::path folder = e2e::fresh_folder("train_whole");
  std::vector<std::string> small = ridge("10", "a.json");
  std::vector<std::string> whole = small;
  for (std::string& word : small) {
    if (word == "--batch=0") word = "--batch=7";
  }
  REQUIRE(train(small, folder).status == 0);
  const std::string first = e2e::read_file(folder / "a.json");
  REQUIRE(train(whole, folder).status == 0);
  CHECK(e2e::read_file(folder / "a.json") == first);
}

TEST_CASE("a boundary of several classes, along elements of an array that was standardised") {
  const fs::path folder = e2e::fresh_folder("train_boundary");
  std::vector<std::string> words =
      softmax("iris.csv", "x=sepal_length:petal_width,label=species", "4");
  words.insert(words.end(), {"--boundary=x[2],x[3]:classes.svg"});
  const e2e::Ran ran = train(words, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(e2e::read_file(folder / "classes.svg"), "<svg"));
  std::istringstream script(e2e::read_file(folder / "classes.svg.gnuplot"));
  std::string line;
  std::getline(script, line);
  // Small petals are of the first class, large ones of the last; petals are 1 to 6.9 long.
  std::getline(script, line);
  CHECK(contains(line, "-1.95 "));
  CHECK(line.back() == '0');
  std::string last;
  while (std::getline(script, line) && line != "EOD") last = line.empty() ? last : line;
  CHECK(contains(last, "9.85 "));
  CHECK(last.back() == '2');
  std::size_t points = 0;
  for (std::getline(script, line); std::getline(script, line) && line != "EOD";) ++points;
  CHECK(points == 100);
}
