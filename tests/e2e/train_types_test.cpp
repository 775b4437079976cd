// Training of functions whose arguments are not flat arrays of double and int.

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "training.hpp"

using namespace training;

namespace {

const std::string kInclude = "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n";

struct Trained {
  e2e::Ran ran;
  nlohmann::json parameters;
};

/// Of `loss` of that spec by these samples.
Trained trained(const fs::path& folder, const std::string& spec, const std::string& csv,
                const std::vector<std::string>& more) {
  e2e::write_file(folder / "spec.cpp", kInclude + spec);
  e2e::write_file(folder / "data.csv", csv);
  std::vector<std::string> words = {"spec.cpp", "--data=data.csv", "--loss=loss", "--save=w.json",
                                    "--batch=0"};
  words.insert(words.end(), more.begin(), more.end());
  Trained result;
  result.ran = train(words, folder);
  INFO(result.ran.err);
  if (result.ran.status == 0) {
    CHECK(contains(result.ran.err, "gradient checked: agrees with central differences"));
    result.parameters = nlohmann::json::parse(e2e::read_file(folder / "w.json"))["parameters"];
  }
  return result;
}

// y = 2 x_0 - x_1 + 0.5
const std::string kLine = "x_0,x_1,y\n1,0,2.5\n0,1,-0.5\n1,1,1.5\n2,1,3.5\n-1,2,-3.5\n";

}  // namespace

TEST_CASE("a network of float is trained, and what is saved as a header is float") {
  const fs::path folder = e2e::fresh_folder("train_float");
  const Trained t = trained(
      folder,
      "float line(param<float> (&w)[2], param<float> b,\n"
      "           data<float> (&x)[2]) {\n"
      "  return w[0] * x[0] + w[1] * x[1] + b;\n}\n"
      "float loss(param<float> (&w)[2], param<float> b,\n"
      "           data<float> (&x)[2], data<float> y) {\n"
      "  const float r = line(w, b, x) - y;\n  return r * r;\n}\n",
      kLine,
      {"--columns=x=x_0:x_1", "--epochs=800", "--predict=line", "--header=w.hpp", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  CHECK(t.parameters["w"][0].get<double>() == Approx(2).epsilon(1e-4));
  CHECK(t.parameters["w"][1].get<double>() == Approx(-1).epsilon(1e-4));
  CHECK(t.parameters["b"].get<double>() == Approx(0.5).epsilon(1e-4));
  CHECK(contains(e2e::read_file(folder / "w.hpp"), "constexpr float w[2] = "));
}

TEST_CASE("arrays of float of run-time length are trained with a gradient of their own") {
  const fs::path folder = e2e::fresh_folder("train_float_pointer");
  const Trained t =
      trained(folder,
              "double loss(const param<float>* w, param<double> b, data<const float*> x,\n"
              "            const data<float>* y, int n, int d) {\n  double sum = 0;\n"
              "  for (int i = 0; i < n; ++i) {\n    double r = b - y[i];\n"
              "    for (int j = 0; j < d; ++j) r += w[j] * x[i * d + j];\n    sum += r * r;\n  }\n"
              "  return sum;\n}\n",
              kLine, {"--columns=x=x_0:x_1", "--set=d=2", "--epochs=800", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  CHECK(t.parameters["w"][0].get<double>() == Approx(2).epsilon(1e-4));
  CHECK(t.parameters["w"][1].get<double>() == Approx(-1).epsilon(1e-4));
  CHECK(t.parameters["b"].get<double>() == Approx(0.5).epsilon(1e-4));
}

TEST_CASE(
    "integers of all types are data, and what a type cannot hold is an error with its place") {
  const fs::path folder = e2e::fresh_folder("train_integers");
  const std::string spec =
      "double loss(param<double> w, data<unsigned char> (&pixel)[2], const data<long long>* k,\n"
      "            const data<bool>* on, int n) {\n  double sum = 0;\n"
      "  for (int i = 0; i < n; ++i) {\n"
      "    const double r = w * (pixel[0] - pixel[1]) - (on[i] ? static_cast<double>(k[i]) : 0);\n"
      "    sum += r * r;\n  }\n  return sum;\n}\n";
  const std::vector<std::string> words = {"--set=pixel=200;100", "--epochs=60", "--lr=0.00005"};
  const Trained t = trained(folder, spec, "k,on\n300,1\n-100,1\n70000,0\n", words);
  REQUIRE(t.ran.status == 0);
  // The mean of 300, -100 and 0, over 100.
  CHECK(t.parameters["w"].get<double>() == Approx(2.0 / 3).epsilon(1e-6));

  const Trained wrong = trained(folder, spec, "k,on\n3,1\n4,2\n", words);
  CHECK(wrong.ran.status == 1);
  INFO(wrong.ran.err);
  CHECK(contains(wrong.ran.err, "data.csv:3"));
  CHECK(contains(wrong.ran.err, "column 'on' holds 2, and the type of 'on' holds 0 to 1"));
  const Trained set = trained(folder, spec, "k,on\n3,1\n", {"--set=pixel=256;1"});
  CHECK(set.ran.status != 0);
  CHECK(contains(set.ran.err, "'pixel' takes integers from 0 to 255"));
}

TEST_CASE("arrays of structs and of arrays of run-time length are trained") {
  const fs::path folder = e2e::fresh_folder("train_structs");
  e2e::write_file(folder / "point.hpp",
                  "#pragma once\nstruct Point {\n  double x;\n  double y;\n};\n");
  const Trained t = trained(
      folder,
      "#include \"point.hpp\"\n"
      "double loss(const param<Point>* points, const param<double> (*slopes)[2], int m,\n"
      "            data<double> x_0, data<double> x_1, data<double> y) {\n  double r = -y;\n"
      "  for (int i = 0; i < m; ++i) {\n"
      "    r += points[i].x * x_0 + points[i].y + slopes[i][0] * x_1 + 0.1 * slopes[i][1];\n  }\n"
      "  return r * r;\n}\n",
      kLine, {"--set=m=2", "--epochs=800", "--lr=0.05"});
  REQUIRE(t.ran.status == 0);
  const std::vector<double> p = t.parameters["points"];
  REQUIRE(p.size() == 4);
  const auto& s = t.parameters["slopes"];
  CHECK(p[0] + p[2] == Approx(2).epsilon(1e-4));
  CHECK(s[0][0].get<double>() + s[1][0].get<double>() == Approx(-1).epsilon(1e-4));
  CHECK(p[1] + p[3] + 0.1 * (s[0][1].get<double>() + s[1][1].get<double>()) ==
        Approx(0.5).epsilon(1e-4));
}

TEST_CASE("a pointer of which only some elements are read is trained as an array of so many") {
  const fs::path folder = e2e::fresh_folder("train_constant_pointer");
  const Trained t =
      trained(folder,
              "double loss(const param<double>* w, const data<double>* x, data<double> y) {\n"
              "  const double r = w[0] * x[0] + w[1] * x[1] + w[2] - y;\n  return r * r;\n}\n",
              kLine, {"--columns=x=x_0:x_1", "--epochs=3000", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  const std::vector<double> w = t.parameters["w"];
  REQUIRE(w.size() == 3);
  CHECK(w[0] == Approx(2).epsilon(1e-4));
  CHECK(w[1] == Approx(-1).epsilon(1e-4));
  CHECK(w[2] == Approx(0.5).epsilon(1e-4));
}

TEST_CASE("predictions that are integers, or structs of numbers, are numbers in the results") {
  const fs::path folder = e2e::fresh_folder("train_predicted_types");
  e2e::write_file(folder / "guess.hpp",
                  "#pragma once\nstruct Guess {\n  float value;\n  int sign;\n};\n");
  const Trained t = trained(folder,
                            "#include \"guess.hpp\"\n"
                            "Guess guess(param<double> w, data<double> x_0) {\n"
                            "  Guess g;\n  g.value = static_cast<float>(w * x_0);\n"
                            "  g.sign = w * x_0 < 0 ? -1 : 1;\n  return g;\n}\n"
                            "double loss(param<double> w, data<double> x_0, data<double> y) {\n"
                            "  return (w * x_0 - y) * (w * x_0 - y);\n}\n",
                            kLine, {"--epochs=100", "--predict=guess", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  const double w = t.parameters["w"];
  INFO(t.ran.out << t.ran.err);
  CHECK(contains(t.ran.out, "prediction[0]  prediction[1]"));
  CHECK(contains(t.ran.out, "-3.5       -2.07143             -1\n"));
  CHECK(w > 0);
}

TEST_CASE("a sum of float over samples is trained sample by sample as one of double is") {
  const fs::path folder = e2e::fresh_folder("train_float_sum");
  std::vector<double> w;
  for (const std::string type : {"float", "double"}) {
    const Trained t = trained(
        folder,
        type + " loss(param<" + type + "> w, const data<" + type + ">* x, int n) {\n  " + type +
            " s = 0;\n  for (int i = 0; i < n; ++i) s += (w - x[i]) * (w - x[i]);\n"
            "  return s;\n}\n",
        "x\n0.3\n1.1\n2.7\n", {"--epochs=3", "--lr=0.01"});
    REQUIRE(t.ran.status == 0);
    w.push_back(t.parameters["w"]);
  }
  CHECK(w[0] == Approx(w[1]).epsilon(1e-5));
}

TEST_CASE("a loss of float that is large beside its gradient passes the check") {
  const fs::path folder = e2e::fresh_folder("train_large_float");
  const Trained t =
      trained(folder,
              "float loss(param<float> w, data<float> x, data<float> y) {\n"
              "  return (w * x - y) * (w * x - y);\n}\n",
              "x,y\n1,10000\n2,20000\n-1,10000\n0.5,-20000\n", {"--epochs=200", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  CHECK(t.parameters["w"].get<double>() == Approx(30000 / 6.25).epsilon(1e-3));
}

TEST_CASE("structs that are larger than their numbers, or hold one, are data and parameters") {
  const fs::path folder = e2e::fresh_folder("train_padded");
  e2e::write_file(folder / "padded.hpp",
                  "#pragma once\nstruct Nothing {};\n"
                  "struct Pair {\n  const double a;\n  const double b;\n  Nothing nothing;\n};\n"
                  "struct One {\n  double w;\n};\n"
                  "struct Gaps {\n  float f;\n  double w;\n  Nothing nothing;\n};\n");
  const Trained t = trained(
      folder,
      "#include \"padded.hpp\"\n"
      "double loss(const param<One>& one, const param<Gaps>& g, const data<Pair>* x, int n) {\n"
      "  double s = 0;\n  for (int i = 0; i < n; ++i) {\n"
      "    const double r = one.w * x[i].a + g.w * x[i].a * x[i].a + g.f - x[i].b;\n"
      "    s += r * r;\n  }\n  return s;\n}\n",
      "p,q\n-1,0\n0,1\n1,6\n2,15\n", {"--columns=x=p:q", "--epochs=3000", "--lr=0.05"});
  REQUIRE(t.ran.status == 0);
  // 1 + 3 x + 2 x^2
  const std::vector<double> g = t.parameters["g"];
  REQUIRE(g.size() == 2);
  CHECK(g[0] == Approx(1).epsilon(1e-4));
  CHECK(g[1] == Approx(2).epsilon(1e-4));
}

TEST_CASE("labels that count from 1 are checked, beside structs too, and so is the count of rows") {
  const fs::path folder = e2e::fresh_folder("train_labels_from_1");
  e2e::write_file(folder / "two.hpp", "#pragma once\nstruct Two {\n  double a;\n  double b;\n};\n");
  const std::string spec =
      "#include \"two.hpp\"\n"
      "double loss(const param<double> (&w)[3], const param<Two>& q, const data<unsigned>* k,\n"
      "            const data<double>* x, unsigned char n) {\n  double s = 0;\n"
      "  for (int i = 0; i < n; ++i) {\n"
      "    const double r = w[k[i] - 1] + q.a - q.b - x[i];\n    s += r * r;\n  }\n"
      "  return s + q.a * q.a;\n}\n";
  REQUIRE(trained(folder, spec, "x,k\n0,1\n1,3\n", {"--epochs=3"}).ran.status == 0);
  const Trained none = trained(folder, spec, "x,k\n0,1\n1,0\n", {"--epochs=3"});
  CHECK(none.ran.status == 1);
  CHECK(contains(none.ran.err, "data.csv:3:3: 0 in 'k' is out of range"));
  const Trained many = trained(folder, spec, "x,k\n0,1\n1,4\n", {"--epochs=3"});
  CHECK(many.ran.status == 1);
  CHECK(contains(many.ran.err, "data.csv:3:3: 4 in 'k' is out of range"));
  std::string rows = "x,k\n";
  for (int i = 0; i < 300; ++i) rows += "0,1\n";
  const Trained long_table = trained(folder, spec, rows, {"--epochs=3"});
  CHECK(long_table.ran.status != 0);
  CHECK(contains(long_table.ran.err, "holds up to 255, and there are 300"));
}

TEST_CASE("what predicts is checked, too, before compiled code sees the data") {
  const fs::path folder = e2e::fresh_folder("train_predictor_labels");
  const std::string spec =
      "double guess(const param<double> (&w)[3], data<int> k) { return w[k + 1]; }\n"
      "double loss(const param<double> (&w)[3], data<int> k, data<double> x) {\n"
      "  return (w[k] - x) * (w[k] - x);\n}\n";
  const std::vector<std::string> words = {"--epochs=3", "--predict=guess"};
  CHECK(trained(folder, spec, "x,k\n0,1\n1,0\n", words).ran.status == 0);
  const Trained wrong = trained(folder, spec, "x,k\n0,1\n1,2\n", words);
  CHECK(wrong.ran.status == 1);
  CHECK(contains(wrong.ran.err, "data.csv:3:3: 2 in 'k' is out of range"));
}

TEST_CASE("a size below zero leaves room for nothing") {
  const fs::path folder = e2e::fresh_folder("train_negative_size");
  const Trained t =
      trained(folder,
              "float loss(param<float> w, const data<float>* x, work<float>* h, int n, int k) {\n"
              "  float s = 0;\n  for (int i = 0; i < n; ++i) {\n"
              "    for (int j = 0; j < k; ++j) h[j] = x[i];\n"
              "    for (int j = 0; j < k; ++j) s += h[j];\n    s += (w - x[i]) * (w - x[i]);\n  }\n"
              "  return s;\n}\n",
              "x\n1\n2\n", {"--set=k=-100", "--epochs=300", "--lr=0.1"});
  REQUIRE(t.ran.status == 0);
  CHECK(t.parameters["w"].get<double>() == Approx(1.5).epsilon(1e-4));
}
