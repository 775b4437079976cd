// A trained model as plain C++: the header of parameters with the emitted prediction function.

#include <catch2/catch.hpp>
#include <sstream>

#include "training.hpp"

using namespace training;

namespace {

// y = 2 x_0 - x_1 + 0.5
const char* const kSamples = "x_0,x_1,y\n1,0,2.5\n0,1,-0.5\n1,1,1.5\n2,1,3.5\n-1,2,-3.5\n";

const char* const kPointTypes =
    "#pragma once\n#include <array>\nstruct Line {\n  double slope;\n  float offset;\n};\n"
    "namespace planes {\nstruct Plane {\n  std::array<double, 2> normal;\n  Line "
    "lines[2];\n};\n}\n";

struct Model {
  std::string name;
  std::string parameters;  ///< of both functions
  std::string value;       ///< the prediction, of these and x[2]
  std::string arguments;   ///< of the emitted prediction
  std::vector<std::string> options;
};

/// A spec of a square loss and what predicts for it; `number` is the type of both.
std::string spec_of(const Model& m, const std::string& number) {
  const std::string x = "const data<" + number + "> (&x)[2]";
  return "#include <gradsmith/spec.hpp>\n#include <array>\n#include \"types.hpp\"\n"
         "using namespace gradsmith;\nnamespace planes {\n" +
         number + " predict(" + m.parameters + ", " + x + ") {\n  return " + m.value + ";\n}\n" +
         number + " loss(" + m.parameters + ", " + x + ", data<" + number + "> y) {\n  const " +
         number + " r = (" + m.value + ") - y;\n  return r * r;\n}\n}\n";
}

/// The last column of the table of predictions.
std::vector<std::string> predictions_of(const std::string& out) {
  std::istringstream lines(out.substr(out.find("prediction\n")));
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> numbers;
  while (std::getline(lines, line)) numbers.push_back(line.substr(line.rfind(' ') + 1));
  return numbers;
}

/// Prints what the emitted prediction gives with the header's parameters.
std::string program(const Model& m, const std::string& number) {
  return "#include \"weights.hpp\"\n#include \"predict.hpp\"\n#include <cstdio>\n"
         "int main() {\n  namespace w = planes_loss_trained;\n  const " +
         number +
         " xs[5][2] = {{1, 0}, {0, 1}, {1, 1}, {2, 1}, {-1, 2}};\n"
         "  for (const auto& x : xs)\n"
         "    std::printf(\"%.6g\\n\", static_cast<double>(planes::predict_value(" +
         m.arguments + ", x)));\n}\n";
}

const std::vector<std::string> kStrict = {"-std=c++17", "-Wall",        "-Wextra",
                                          "-Wpedantic", "-Wconversion", "-Wdouble-promotion",
                                          "-Werror",    "-I."};

e2e::Ran compiled(const std::string& compiler, const std::vector<std::string>& more,
                  const fs::path& folder) {
  std::vector<std::string> words = {compiler};
  words.insert(words.end(), kStrict.begin(), kStrict.end());
  words.insert(words.end(), more.begin(), more.end());
  return e2e::run(words, folder);
}

void check(const Model& m, const std::string& number) {
  const fs::path folder = e2e::fresh_folder("train_header_" + m.name);
  e2e::write_file(folder / "types.hpp", kPointTypes);
  e2e::write_file(folder / "spec.cpp", spec_of(m, number));
  e2e::write_file(folder / "data.csv", kSamples);
  std::vector<std::string> words = {
      "spec.cpp",    "--data=data.csv", "--loss=loss", "--predict=predict", "--columns=x=x_0:x_1",
      "--epochs=60", "--lr=0.05",       "--batch=0",   "--quiet",           "--header=weights.hpp"};
  words.insert(words.end(), m.options.begin(), m.options.end());
  const e2e::Ran ran = train(words, folder);
  INFO(m.name << "\n" << ran.err);
  REQUIRE(ran.status == 0);
  const e2e::Ran emitted = e2e::gradsmith({"generate", "spec.cpp", "--emit=predict:value", "-o",
                                           "predict.hpp", "--", "-I" GRADSMITH_SPEC_INCLUDE_DIR},
                                          folder);
  INFO(emitted.err);
  REQUIRE(emitted.status == 0);
  e2e::write_file(folder / "main.cpp", program(m, number));
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const e2e::Ran built = compiled(compiler, {"main.cpp", "-o", "main"}, folder);
    INFO(e2e::read_file(folder / "weights.hpp") << built.err);
    REQUIRE(built.status == 0);
    std::string expected;
    for (const std::string& p : predictions_of(ran.out)) expected += p + "\n";
    CHECK(e2e::run({"./main"}, folder).out == expected);
  }
}

}  // namespace

TEST_CASE("a header has parameters of the types that the emitted prediction takes") {
  check({"struct",
         "const param<Line>& a, const param<Line> (&b)[2]",
         "a.slope * x[0] + a.offset + b[1].slope * x[1] + b[0].offset * b[0].slope",
         "w::a, w::b",
         {}},
        "double");
  check({"array",
         "const param<std::array<double, 2>>& a, const param<std::array<Line, 1>>& b",
         "a[0] * x[0] + a[1] * x[1] + b[0].slope + b[0].offset",
         "w::a, w::b",
         {}},
        "double");
  check({"nested",
         "const param<Plane>& a",
         "a.normal[0] * x[0] + a.normal[1] * x[1] + a.lines[1].offset * a.lines[0].slope",
         "w::a",
         {}},
        "double");
  check({"run_time",
         "const param<Line>* a, const param<double> (*m)[2], int k",
         "a[k - 1].slope * x[0] + a[0].offset + m[k - 1][1] * x[1] + m[0][0]",
         "w::a, w::m, 2",
         {"--set=k=2"}},
        "double");
}

TEST_CASE("a header of float parameters has literals of float") {
  check({"float",
         "const param<float> (&a)[2], param<float> b",
         "a[0] * x[0] + a[1] * x[1] + b",
         "w::a, w::b",
         {}},
        "float");
  check({"float_struct",
         "const param<Line>& a, const param<std::array<float, 1>>& b",
         "a.offset * x[0] + b[0] * x[1] + static_cast<float>(a.slope)",
         "w::a, w::b",
         {}},
        "float");
}

TEST_CASE("means of standardised data do not take the name of a parameter") {
  const fs::path folder = e2e::fresh_folder("train_header_names");
  e2e::write_file(folder / "spec.cpp",
                  "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n"
                  "double loss(param<double> x_mean, param<double> x_deviation, data<double> x) {\n"
                  "  return (x - x_mean) * (x - x_mean) + x_deviation * x_deviation;\n}\n");
  e2e::write_file(folder / "data.csv", "x\n1\n3\n");
  const e2e::Ran ran = train({"spec.cpp", "--data=data.csv", "--loss=loss", "--standardise=x",
                              "--epochs=3", "--quiet", "--header=weights.hpp"},
                             folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(e2e::read_file(folder / "weights.hpp"), "x_mean_[1] = {2.0};"));
  e2e::write_file(folder / "main.cpp",
                  "#include \"weights.hpp\"\nint main() {\n  return loss_trained::x_mean < "
                  "loss_trained::x_mean_[0] + loss_trained::x_deviation_[0] ? 0 : 1;\n}\n");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const e2e::Ran built = compiled(compiler, {"main.cpp", "-o", "main"}, folder);
    INFO(built.err);
    CHECK(built.status == 0);
  }
}

TEST_CASE("the module of a float spec compiles without a warning of wider floats") {
  const fs::path folder = e2e::fresh_folder("module_float");
  e2e::write_file(
      folder / "spec.cpp",
      "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n"
      "float loss(const param<float> (&w)[2], param<float> b,\n"
      "           const data<float> (&x)[2], data<float> y) {\n"
      "  const float r = w[0] * x[0] + w[1] * x[1] + b - y;\n  return r * r;\n}\n"
      "float sum(const param<float>* w, param<float> b, const data<float>* x, int n) {\n"
      "  float s = 0;\n"
      "  for (int i = 0; i < n; ++i) s += (w[0] * x[i] + b) * w[1];\n"
      "  return s;\n}\n"
      "float one(param<float> a, data<float> x) { return a * x * a; }\n");
  const e2e::Ran emitted = e2e::gradsmith({"generate", "spec.cpp", "--emit=value,gradient",
                                           "--module", "--", "-I" GRADSMITH_SPEC_INCLUDE_DIR},
                                          folder);
  INFO(emitted.err);
  REQUIRE(emitted.status == 0);
  e2e::write_file(folder / "main.cpp",
                  "#define GRADSMITH_EXPORT_MODULE\n#include \"spec.grad.hpp\"\n");
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const e2e::Ran built = compiled(compiler, {"-c", "main.cpp"}, folder);
    INFO(built.err);
    CHECK(built.status == 0);
  }
}
