// What users of `gradsmith train` get wrong, and what they are told.

#include <algorithm>
#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

const char* const kLine = R"(#include <cmath>
#include <gradsmith/spec.hpp>
using gradsmith::data;
using gradsmith::param;
double loss(param<double> a, param<double> b, data<double> x, data<double> y) {
  const double p = a * x + b;
  return (p - y) * (p - y);
}
)";

/// A folder with a spec of a straight line, and points on one.
fs::path line_folder(const std::string& name, const std::string& more = "") {
  const fs::path folder = e2e::fresh_folder(name);
  e2e::write_file(folder / "line.cpp", kLine + more);
  e2e::write_file(folder / "line.csv", "x,y\n0,1\n1,3\n2,5\n3,7\n");
  return folder;
}

e2e::Ran line(const fs::path& folder, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"line.cpp", "--data=line.csv", "--loss=loss", "--lr=0.1",
                                    "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  return train(words, folder);
}

}  // namespace

TEST_CASE("a label of more classes than there are is found, whatever lies behind the scores") {
  const fs::path folder = e2e::fresh_folder("train_labels");
  for (const std::string label : {"2", "-1", "7", "1000000000"}) {
    e2e::write_file(folder / "l.csv", "a,b,l\n0,1,0\n1,0,1\n2,1," + label + "\n1,1,0\n");
    const e2e::Ran ran =
        train({kSpecs + "/learning/softmax.cpp", "--loss=loss", "--predict=scores", "--data=l.csv",
               "--columns=x=a:b,label=l", "--set=d=2,K=2", "--batch=0", "--quiet"},
              folder);
    INFO(ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, "l.csv:4:5: " + label +
                                " in 'label' is out of range: with it, a "
                                "subscript " +
                                label + " is not in [0, 2)"));
  }
  e2e::write_file(folder / "d.csv", "p,digit\n" + std::string("1,9\n2,10\n"));
  std::string pixels = "p";
  for (int k = 1; k < 64; ++k) pixels += "+p";
  const e2e::Ran ran = train({kSpecs + "/learning/digits.cpp", "--keep-loops", "--loss=loss",
                              "--data=d.csv", "--columns=x=" + pixels + ",label=digit", "--quiet"},
                             folder);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "d.csv:3:3: 10 in 'label' is out of range"));
}

TEST_CASE("a wrong label is said to be in the file of the labels") {
  const fs::path folder = e2e::fresh_folder("train_labels_beside");
  e2e::write_file(folder / "x.csv", "a,b\n0,1\n1,0\n");
  for (const auto& [labels, place] : {std::pair("l\n\n0\n5\n", "l.csv:4:1: 5 in 'label'"),
                                      std::pair("l\n\n0\n0.5\n", "l.csv:4:1: column 'l'")}) {
    e2e::write_file(folder / "l.csv", labels);
    const e2e::Ran ran =
        train({kSpecs + "/learning/softmax.cpp", "--loss=loss", "--data=x.csv,l.csv",
               "--columns=x=a:b,label=l", "--set=d=2,K=2", "--batch=0", "--quiet"},
              folder);
    INFO(ran.err);
    CHECK(ran.status == 1);
    CHECK(contains(ran.err, place));
  }
}

TEST_CASE("a loss that needs more than one sample is not taken for one with wrong labels") {
  const fs::path folder = e2e::fresh_folder("train_neighbours");
  e2e::write_file(folder / "s.cpp",
                  "#include <gradsmith/spec.hpp>\n"
                  "double loss(const gradsmith::param<double> (&w)[2], const double* x,\n"
                  "            const int* k, int n) {\n"
                  "  double sum = 0;\n"
                  "  for (int i = 0; i < n; ++i) {\n"
                  "    const double r = w[k[i]] * x[i] - x[1];\n    sum += r * r;\n  }\n"
                  "  return sum;\n}\n");
  const auto ran = [&](const std::string& rows) {
    e2e::write_file(folder / "s.csv", "x,k\n" + rows);
    return train({"s.cpp", "--loss=loss", "--data=s.csv", "--batch=0", "--quiet"}, folder);
  };
  CHECK(!contains(ran("1,0\n2,1\n3,1\n").err, "out of range"));
}

TEST_CASE("a function that is not handled does not stop the training of another one") {
  const fs::path folder = line_folder(
      "train_beside",
      "double loop(double x) {\n  while (x > 1) x /= 2;\n  return x;\n}\n"
      "double jump(param<double> a, data<double> x) {\n  double t = a * x;\n  goto end;\n"
      "end:\n  return t;\n}\n");
  const e2e::Ran ran = line(folder, {"--epochs=500", "--predict=p"});
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(contains(ran.out, "a = 2\nb = 1\n"));
  const e2e::Ran by = line(folder, {"--predict=jump"});
  CHECK(by.status == 1);
  CHECK(contains(by.err, "[gs-goto]"));
  const e2e::Ran local = line(folder, {"--predict=t"});
  CHECK(local.status == 2);
  CHECK(contains(local.err, "not handled, so not looked into: jump"));
}

TEST_CASE(
    "a local of the loss is compared with what it does not depend on, where that is one thing") {
  const fs::path folder = line_folder("train_local");
  const e2e::Ran one = line(folder, {"--epochs=500", "--predict=p"});
  INFO(one.err);
  CHECK(contains(one.out, "training mean square error"));
  std::string weighted = kLine;
  weighted.replace(weighted.find("y) {"), 4, "y, data<double> k) {");
  weighted.replace(weighted.find("(p - y) * "), 10, "k * (p - y) * ");
  e2e::write_file(folder / "line.cpp", weighted);
  e2e::write_file(folder / "line.csv", "x,y,k\n0,1,1\n1,3,2\n2,5,1\n3,7,2\n");
  const e2e::Ran two = line(folder, {"--epochs=500", "--predict=p"});
  INFO(two.err);
  CHECK(two.status == 0);
  CHECK(contains(two.out, "a = 2\nb = 1\n"));
  CHECK(contains(two.out, "prediction"));
  CHECK(!contains(two.out, "square error"));
}

TEST_CASE("options without effect and against each other are wrong usage") {
  const fs::path folder = line_folder("train_options");
  e2e::write_file(folder / "other.json", "{\"parameters\": {\"c\": 1}}");
  e2e::write_file(folder / "start.json", "{\"parameters\": {\"a\": 1}}");
  struct Case {
    std::vector<std::string> options;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--init=w=zero"}, "'w' is no parameter of loss that could be given a start"},
      {{"--weight-decay=w=1"}, "'w' is no parameter of loss that could decay"},
      {{"--start=other.json"}, "'c' is no parameter of loss that could start from a file"},
      {{"--set=z=1"}, "'z' is neither a size nor a data parameter of loss"},
      {{"--columns=x=x,x=y"}, "--columns gives 'x' columns twice"},
      {{"--batch=-1"}, "'-1' is not a whole number"},
      {{"--clip=nan"}, "'nan' is not a positive number"},
      {{"--noise=x=-1"}, "a standard deviation is not negative"},
      {{"--init=a=normal:0:-1"}, "is not of the form"},
      {{"--init=a=uniform:1:0"}, "is not of the form"},
      {{"--schedule=plateau:3:1"}, "is not of the form"},
      {{"--optimizer=adam", "--momentum=0.9"}, "--momentum is of sgd"},
      {{"--optimizer=lbfgs", "--shuffle"}, "--shuffle is without effect with --optimizer=lbfgs"},
      {{"--optimizer=lm", "--noise=x=1"}, "--noise is without effect with --optimizer=lm"},
      {{"--optimizer=lbfgs"}, "--lr is without effect with --optimizer=lbfgs"},
      {{"--optimizer=lbfgs", "--batch=4"}, "--batch is without effect with --optimizer=lbfgs"},
      {{"--min-improvement=1"}, "there is none"},
      {{"--start=start.json", "--restarts=2"}, "--restarts draws other starts"},
      {{"--resume=c", "--start=start.json"}, "--start is without effect"},
      {{"--boundary=x,y:b.svg"}, "--boundary draws predictions, and there is none"},
      {{"--predict=p", "--boundary=x,z:b.svg"}, "'z' is no number among the data"},
  };
  for (const Case& c : cases) {
    const e2e::Ran ran = line(folder, c.options);
    INFO(c.options.back() << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(contains(ran.err, c.message));
    CHECK(ran.out.empty());
  }
  const e2e::Ran none = train({"line.cpp", "--loss=loss"}, folder);
  CHECK(none.status == 2);
  CHECK(contains(none.err, "the data parameter 'x' of loss has no data"));
  const e2e::Ran split = train({"line.cpp", "--loss=loss", "--test=0.5"}, folder);
  CHECK(split.status == 2);
  CHECK(contains(split.err, "split the rows of --data, and there is none"));
  const e2e::Ran unknown = train({"line.cpp", "--loss=cost", "--data=line.csv"}, folder);
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "--loss: 'cost' is no function of 'line.cpp'"));
}

TEST_CASE("a file that could not be written is an error before training") {
  const fs::path folder = line_folder("train_unwritable");
  e2e::write_file(folder / "file", "");
  for (const std::string option : {"--save=", "--header=", "--log=", "--checkpoint=", "--plot="}) {
    for (const std::string place : {"file/x.svg", "/proc/none/x.svg"}) {
      const e2e::Ran ran = line(folder, {option + place});
      INFO(option << place << "\n" << ran.err);
      CHECK(ran.status == 1);
      CHECK(contains(ran.err, place + ": cannot be written"));
      CHECK(ran.out.empty());
    }
  }
}

TEST_CASE("an unwritable cache costs time only, a compiler's errors are shown whole") {
  const fs::path folder = line_folder("train_cache");
  e2e::write_file(folder / "file", "");
  const std::vector<std::string> words = {"line.cpp", "--data=line.csv", "--loss=loss",
                                          "--lr=0.1", "--quiet",         "--verbose"};
  const e2e::Ran ran =
      in_shell("mkdir tmp; export TMPDIR=$PWD/tmp XDG_CACHE_HOME=$PWD/file; \"$@\" && ls -A tmp",
               words, folder);
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(contains(ran.err, "the module is not kept"));
  CHECK(contains(ran.out, "training loss"));
  CHECK(!contains(ran.out, "gradsmith-"));
  const e2e::Ran nowhere =
      in_shell("export TMPDIR=/no/such/folder XDG_CACHE_HOME=$PWD/file; \"$@\"", words, folder);
  INFO(nowhere.err);
  CHECK(nowhere.status == 0);
  std::vector<std::string> wrong = words;
  wrong.emplace_back("--cxxflags=-fno-such-flag");
  const e2e::Ran failing = in_shell("export XDG_CACHE_HOME=$PWD/cache; \"$@\"", wrong, folder);
  CHECK(failing.status == 1);
  CHECK(contains(failing.err, "-fno-such-flag"));
  CHECK(contains(failing.err, "the compiler failed; the source is " + folder.string() + "/cache"));
}

TEST_CASE(
    "a checkpoint is of one loss, one way to compile it, one schedule and one number of "
    "parameters") {
  const fs::path folder = line_folder("train_checkpoints");
  REQUIRE(line(folder, {"--epochs=5", "--checkpoint=c"}).status == 0);
  const e2e::Ran on = line(folder, {"--epochs=9", "--resume=c", "--save=rest.json"});
  INFO(on.err);
  REQUIRE(on.status == 0);
  REQUIRE(line(folder, {"--epochs=9", "--save=all.json"}).status == 0);
  CHECK(e2e::read_file(folder / "rest.json") == e2e::read_file(folder / "all.json"));

  const std::string checkpoint = e2e::read_file(folder / "c");
  const std::size_t numbers = checkpoint.find("parameters 2");
  const std::size_t end = checkpoint.find('\n', numbers);
  e2e::write_file(folder / "one",
                  checkpoint.substr(0, numbers) + "parameters 1 0x1p+0" + checkpoint.substr(end));
  const e2e::Ran one = line(folder, {"--epochs=9", "--resume=one"});
  CHECK(one.status == 1);
  CHECK(contains(one.err, "this is no whole checkpoint"));

  std::string other = kLine;
  other.replace(other.find("(p - y) * (p - y)"), 17, "std::fabs(p - y)");
  e2e::write_file(folder / "line.cpp", other);
  const e2e::Ran another = line(folder, {"--epochs=9", "--resume=c"});
  CHECK(another.status == 1);
  CHECK(contains(another.err, "a checkpoint of another training"));

  e2e::write_file(folder / "line.cpp", std::string("// The same.\n\n") + kLine);
  CHECK(line(folder, {"--epochs=9", "--resume=c"}).status == 0);
  CHECK(line(folder, {"--epochs=9", "--resume=c", "--cxxflags=-O1"}).status == 1);
  setenv("CXX", GRADSMITH_GXX, 1);
  REQUIRE(line(folder, {"--epochs=5", "--checkpoint=g"}).status == 0);
  CHECK(line(folder, {"--epochs=9", "--resume=g"}).status == 0);
  setenv("CXX", GRADSMITH_CLANGXX, 1);
  const e2e::Ran compiled_by_another = line(folder, {"--epochs=9", "--resume=g"});
  unsetenv("CXX");
  CHECK(compiled_by_another.status == 1);
  CHECK(contains(compiled_by_another.err, "a checkpoint of another training"));
  CHECK(line(folder, {"--epochs=9", "--resume=c", "--vector-math"}).status == 1);
  REQUIRE(line(folder, {"--epochs=5", "--schedule=cosine", "--checkpoint=c"}).status == 0);
  CHECK(line(folder, {"--epochs=9", "--schedule=cosine", "--resume=c"}).status == 1);
}

TEST_CASE("the log of training that went on is that of training that was not interrupted") {
  const fs::path folder = e2e::fresh_folder("train_log");
  REQUIRE(train(five_points({"--quiet", "--log=all.jsonl"}), folder).status == 0);
  std::vector<std::string> words = five_points({"--quiet", "--log=l.jsonl", "--checkpoint=c"});
  words[4] = "--epochs=100";
  REQUIRE(train(words, folder).status == 0);
  words[4] = "--epochs=120";  // goes on behind the checkpoint, and is lost
  words.back() = "--resume=c";
  REQUIRE(train(words, folder).status == 0);
  words[4] = "--epochs=250";
  REQUIRE(train(words, folder).status == 0);
  CHECK(without_speed(folder / "l.jsonl") == without_speed(folder / "all.jsonl"));
}

TEST_CASE(
    "a loss may come through a parameter, and what cannot be called is refused at its place") {
  const fs::path folder = line_folder("train_interfaces");
  const std::string head =
      "#include <cmath>\n#include <gradsmith/spec.hpp>\nusing gradsmith::data;\n"
      "using gradsmith::param;\n";
  e2e::write_file(folder / "line.cpp",
                  head +
                      "void loss(param<double> a, param<double> b, data<double> x, data<double> "
                      "y,\n          double& out) {\n  const double p = a * x + b - y;\n"
                      "  out = p * p;\n}\n");
  const e2e::Ran through = line(folder, {"--epochs=500"});
  INFO(through.err);
  CHECK(through.status == 0);
  CHECK(contains(through.out, "a = 2\nb = 1\n"));
  e2e::write_file(folder / "line.cpp",
                  head +
                      "void loss(const param<double>* w, data<const double*> x, data<const "
                      "double*> y, int n,\n          double& out) {\n  double sum = 0;\n"
                      "  for (int i = 0; i < n; ++i) {\n"
                      "    const double p = w[0] * x[i] + w[1] - y[i];\n    sum += p * p;\n  }\n"
                      "  out = sum;\n}\n");
  const e2e::Ran at_once = line(folder, {"--epochs=500"});
  INFO(at_once.err);
  CHECK(at_once.status == 0);
  CHECK(contains(at_once.out, "w[0] = 2\nw[1] = 1\n"));
  e2e::write_file(folder / "counted.hpp",
                  "#pragma once\nstruct Counted {\n  double x;\n  int count;\n};\n");
  e2e::write_file(folder / "line.cpp",
                  head +
                      "#include \"counted.hpp\"\n"
                      "double loss(param<double> a, const data<Counted>& x, data<double> y) {\n"
                      "  return (a * x.x - y) * (a * x.x - y) * x.count;\n}\n");
  const e2e::Ran refused = line(folder, {});
  CHECK(refused.status == 1);
  CHECK(contains(refused.err,
                 "line.cpp:6:8: error: `loss` cannot be trained or predict: 'x' holds "
                 "integers and others [gs-model]"));
  e2e::write_file(folder / "line.cpp",
                  head +
                      "double loss(param<double> a, param<double> b, data<float> x, data<float> "
                      "y) {\n  const double p = a * x + b - y;\n  return p * p;\n}\n");
  const e2e::Ran floats = line(folder, {"--epochs=500"});
  INFO(floats.err);
  CHECK(contains(floats.out, "a = 2\nb = 1\n"));
}

TEST_CASE("a loss that is not finite at the start is said to be, not that its gradient is wrong") {
  const fs::path folder = line_folder("train_nan_start");
  e2e::write_file(folder / "line.cpp",
                  "#include <cmath>\n#include <gradsmith/spec.hpp>\n"
                  "double loss(gradsmith::param<double> a, gradsmith::data<double> x,\n"
                  "            gradsmith::data<double> y) {\n"
                  "  const double inside = a - 10;\n  return std::log(inside) * x + y;\n}\n");
  const e2e::Ran ran = line(folder, {});
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "in epoch 1, at line.csv:2; first an intermediate quantity is"));
}

TEST_CASE("a gradient that is not finite where the loss is names its parameter and its sample") {
  const fs::path folder = line_folder("train_no_gradient");
  e2e::write_file(
      folder / "line.cpp",
      "#include <cmath>\n#include <gradsmith/spec.hpp>\n"
      "double loss(const gradsmith::param<double> (&w)[2], gradsmith::data<double> x) {\n"
      "  const double r = (w[1] - x) * (w[1] - x);\n"
      "  return std::sqrt(r) + w[0] * w[0];\n}\n");
  e2e::write_file(folder / "line.csv", "x\n1\n1\n1\n");
  // After two steps of 0.5 w[1] is 1, where the root is of zero.
  const e2e::Ran ran = train({"line.cpp", "--loss=loss", "--data=line.csv", "--init=w=zero",
                              "--lr=0.5", "--batch=1", "--epochs=1", "--quiet", "--save=w.json"},
                             folder);
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err,
                 "the gradient by 'w[1]' is nan in epoch 1, at line.csv:4, where the loss "
                 "is 0 [gs-not-finite]"));
  CHECK(!fs::exists(folder / "w.json"));
}

TEST_CASE("the parameters of second-order methods have histories to draw") {
  const fs::path folder = line_folder("train_lbfgs_histories");
  const e2e::Ran ran = train({"line.cpp", "--data=line.csv", "--loss=loss", "--optimizer=lbfgs",
                              "--quiet", "--histories=h.svg", "--plot=l.svg"},
                             folder);
  INFO(ran.err);
  if (contains(ran.err, "libceres-dev")) return;  // a build without Ceres
  CHECK(ran.status == 0);
  CHECK(contains(ran.err, "picture: h.svg"));
  // The loss, and each of the four samples'.
  CHECK(contains(e2e::read_file(folder / "l.svg.gnuplot"), "$curve4 using"));
}

TEST_CASE("points of a target that is no class are drawn alike, and have no key") {
  const fs::path folder = line_folder("train_regression_boundary");
  e2e::write_file(folder / "plane.cpp",
                  "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n"
                  "double predict(param<double> a, data<double> x, data<double> z) {\n"
                  "  return a * x + z;\n}\n"
                  "double loss(param<double> a, data<double> x, data<double> z, data<double> y) {\n"
                  "  const double r = a * x + z - y;\n  return r * r;\n}\n");
  const auto script = [&](const std::string& targets) {
    e2e::write_file(folder / "plane.csv", "x,z,y\n0,1," + targets);
    const e2e::Ran ran = train({"plane.cpp", "--data=plane.csv", "--loss=loss", "--predict=predict",
                                "--quiet", "--function=loss,predict", "--boundary=x,z:b.svg"},
                               folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    return e2e::read_file(folder / "b.svg.gnuplot");
  };
  const std::string numbers = script("2.5\n1,0,-1\n");
  CHECK(contains(numbers, "notitle\n"));
  CHECK(!contains(numbers, "title '1'"));
  CHECK(contains(script("1\n1,0,0\n"), "title '1'"));
}
