// Functions that change their parameters' arrays do so in place, as their author does, and have his
// bits and derivatives.

#include <catch2/catch.hpp>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

struct InPlace {
  std::string name;
  std::string body;  ///< of `double name(double* x, double* y, int n, double c)`
  bool needs_room;   ///< of the caller, for a copy
};

const std::vector<InPlace> kFunctions = {
    {"relax", R"(
  for (int t = 0; t < 3; ++t)
    for (int i = 1; i + 1 < n; ++i) x[i] += c * (x[i - 1] - 2 * x[i] + x[i + 1]);
  for (int i = 0; i < n; ++i) y[i] *= c;
  return c;)",
     false},
    {"swapped", R"(
  for (int i = 0; i < n; ++i) { const double t = x[i]; x[i] = y[i]; y[i] = c * t; }
  return n > 0 ? x[0] : 0;)",
     false},
    {"shifted", R"(
  for (int i = 0; i + 1 < n; ++i) x[i] = x[i + 1] * c;
  for (int i = n - 1; i > 0; --i) y[i] = y[i - 1] - c;
  return c;)",
     false},
    {"early", R"(
  if (n < 3) return c;
  double s = x[0];
  x[0] = y[n - 1];
  for (int i = 1; i < n; ++i) {
    s += x[i] * x[i - 1];
    if (x[i] < 0) continue;
    x[i] = c * y[i];
  }
  y[1] *= s;
  return s;)",
     false},
    {"crossed", R"(
  double s = 0;
  for (int i = 0; i < n; ++i) { x[i] += c * y[n - 1 - i]; y[i] -= x[i]; }
  for (int i = 0; i < n; ++i) s += std::cos(x[i] - y[i]);
  return s;)",
     false},
    {"unit_length", R"(
  double s = c * c;
  for (int i = 0; i < n; ++i) s += x[i] * x[i];
  for (int i = 0; i < n; ++i) x[i] /= std::sqrt(s);
  for (int i = 0; i < n; ++i) y[i] += c;
  return s;)",
     false},
    {"bubbles", R"(
  for (int i = 0; i < n; ++i)
    for (int j = 0; j + 1 < n - i; ++j)
      if (x[j + 1] < x[j]) { const double t = x[j]; x[j] = x[j + 1]; x[j + 1] = t; }
  for (int i = 0; i < n; ++i) y[i] *= c;
  return n > 0 ? x[n - 1] : c;)",
     false},
    {"running_sums", R"(
  double s = 0;
  for (int i = 0; i < n; ++i) { s += x[i]; x[i] = s; y[i] = y[i] * s + c; }
  return s;)",
     false},
    {"added", R"(
  for (int i = 0; i < n; ++i) x[i] += c * y[i];
  for (int i = 0; i < n; ++i) y[i] = c * y[i];
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) y[i] += x[j] * c;
  return c;)",
     false},
    {"made_new", R"(
  double s = 0;
  for (int i = 0; i < n; ++i) s += x[i] * x[n - 1 - i];
  for (int i = 0; i < n; ++i) x[i] = c * y[i];
  for (int i = 0; i < n; ++i) x[i] += s;
  for (int i = 0; i < n; ++i) y[i] = 0;
  for (int i = 0; i < n; ++i) y[i / 2] += x[i] * x[i];
  return s;)",
     false},
    {"scaled_by_new", R"(
  double s = c;
  for (int i = 0; i < n; ++i) x[i] *= c;
  for (int i = 0; i < n; ++i) s += x[i] * y[i];
  for (int i = 0; i < n; ++i) x[i] = x[i] * s + y[i];
  for (int i = 0; i < n; ++i) y[i] += s;
  return s;)",
     false},
    {"conditional", R"(
  double s = c;
  if (c > 0.3) {
    for (int i = 0; i < n; ++i) x[i] = x[i] * x[i];
  } else {
    for (int i = 1; i < n; ++i) x[i] = x[i - 1] + y[i];
  }
  for (int i = 0; i < n; ++i) s += x[i] * y[i];
  for (int i = 0; i < n; ++i) y[i] -= c;
  return s;)",
     false},
    // What is read first, and only where it is there.
    {"scaled_by_first", R"(
  double s = n > 0 ? x[0] : 0.1;
  for (int i = 0; i < n; ++i) x[i] *= std::sin(s);
  for (int i = 0; i < n; ++i) y[i] += c;
  return s;)",
     false},
    {"scaled_by_both", R"(
  double s = n > 0 ? c * x[0] * y[n - 1] : 0.1;
  for (int i = 0; i < n; ++i) x[i] *= s;
  for (int i = 0; i < n; ++i) y[i] *= s;
  return s;)",
     false},
    // What x was is needed after it has changed.
    {"old_after", R"(
  std::vector<double> old(x, x + n);
  double s = c;
  for (int i = 0; i < n; ++i) { x[i] = s * x[i]; s = std::sin(s + x[i]); }
  for (int i = 0; i < n; ++i) y[i] += old[n - 1 - i] * x[i];
  return s;)",
     true},
    {"mirrored", R"(
  std::vector<double> old(x, x + n);
  for (int i = 0; i < n; ++i) x[i] += c * old[n - 1 - i];
  for (int i = 0; i < n; ++i) y[i] += old[i] * x[i];
  return c;)",
     true},
    {"neighbours", R"(
  std::vector<double> next(x, x + n);
  for (int t = 0; t < 2; ++t) {
    for (int i = 1; i + 1 < n; ++i) next[i] = c * (x[i - 1] + x[i + 1]);
    for (int i = 0; i < n; ++i) x[i] = next[i];
  }
  for (int i = 0; i < n; ++i) y[i] = x[i] + c;
  return n > 1 ? y[n - 1] : c;)",
     true},
};

std::string spec() {
  std::string text = "#include <algorithm>\n#include <cmath>\n#include <vector>\nnamespace ip {\n";
  for (const InPlace& f : kFunctions) {
    text += "double " + f.name + "(double* x, double* y, int n, double c) {" + f.body + "\n}\n";
  }
  return text + "}\n";
}

/// Compares one function's values bit by bit, and its derivatives along a direction with those of
/// the difference of two points.
std::string comparison(const InPlace& f, const std::string& emitted) {
  const auto room = [&](const std::string& word, const std::string& arguments) {
    const std::string of = f.name + "_" + word + "_work(";
    const std::size_t at = emitted.find("inline long long " + of);
    if (at == std::string::npos) return std::string();
    const bool by_c =
        emitted.substr(at, emitted.find(')', at) - at).find("double c") != std::string::npos;
    return arguments + "Array(ip::" + of + (by_c ? "n, c" : "n") + ")).get()";
  };
  std::string text = R"(
  {
    Point p(n), q(n);
    const double value = ip::F(p.x.get(), p.y.get(), n, c);
    same(value, ip::F_value(q.x.get(), q.y.get(), n, cVALUE_ROOM));
    for (int i = 0; i < n; ++i) { same(p.x[i], q.x[i]); same(p.y[i], q.y[i]); }
    Point r(n), v(n, 1), d(n);
    ip::F_partials by; by.c = 0.37;
    double dv = 0;
    same(value, ip::F_jvp(r.x.get(), r.y.get(), n, c, by, v.x.get(), v.y.get(), dv, d.x.get(), d.y.get()JVP_ROOM));
    for (int i = 0; i < n; ++i) { same(p.x[i], r.x[i]); same(p.y[i], r.y[i]); }
    const double h = 1e-6;
    Point a(n), b(n);
    for (int i = 0; i < n; ++i) {
      a.x[i] += h * v.x[i]; a.y[i] += h * v.y[i]; b.x[i] -= h * v.x[i]; b.y[i] -= h * v.y[i];
    }
    const double up = ip::F(a.x.get(), a.y.get(), n, c + h * 0.37);
    near(dv, (up - ip::F(b.x.get(), b.y.get(), n, c - h * 0.37)) / (2 * h));
    for (int i = 0; i < n; ++i) {
      near(d.x[i], (a.x[i] - b.x[i]) / (2 * h));
      near(d.y[i], (a.y[i] - b.y[i]) / (2 * h));
    }
  }
)";
  const auto put = [&](const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
      text.replace(at, what.size(), by);
    }
  };
  put("VALUE_ROOM", room("value", ", "));
  put("JVP_ROOM", room("jvp", ", "));
  put("ip::F", "ip::" + f.name);
  return text;
}

const std::string kMain = R"(#include <cstdio>
#include <cstring>
#include <memory>
#include "ip.cpp"
#include "ip.grad.hpp"
using Numbers = std::unique_ptr<double[]>;
static Numbers Array(long long n) { return Numbers(new double[static_cast<std::size_t>(n)]); }
struct Point {
  explicit Point(int n, double of = 0) : x(Array(n)), y(Array(n)) {
    for (int i = 0; i < n; ++i) {
      x[i] = std::sin(1.3 * i + 0.4 + of);
      y[i] = std::cos(2.1 * i + 0.3 - of);
    }
  }
  Numbers x, y;
};
static int bad = 0;
static void same(double a, double b) { bad += std::memcmp(&a, &b, sizeof a) != 0; }
static void near(double a, double b) {
  bad += !(std::fabs(a - b) <= 1e-7 * (1 + std::fabs(a) + std::fabs(b)));
}
static void all(int n, double c) {
)";

}  // namespace

TEST_CASE("functions that change arrays in place are written so") {
  const fs::path folder = fresh_folder("in_place");
  write_file(folder / "ip.cpp", spec());
  const Ran ran = gradsmith({"generate", "ip.cpp", "--emit=value,jvp", "--fp=strict"}, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  const std::string emitted = read_file(folder / "ip.grad.hpp");
  std::string main = kMain;
  for (const InPlace& f : kFunctions) {
    INFO(f.name);
    CHECK((emitted.find(f.name + "_value_work") != std::string::npos) == f.needs_room);
    main += comparison(f, emitted);
  }
  main +=
      "}\nint main() {\n  for (int n : {0, 1, 2, 3, 7, 17})\n    for (double c : {0.7, 0.2}) "
      "all(n, c);\n  return bad == 0 ? 0 : 1;\n}\n";
  write_file(folder / "main.cc", main);
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    const Ran built = run({compiler, "-std=c++17", "-O1", "-ffp-contract=off",
                           "-fsanitize=address,undefined", "main.cc", "-o", "main"},
                          folder);
    INFO(compiler << "\n" << built.err);
    REQUIRE(built.status == 0);
    const Ran good = run({"./main"}, folder);
    INFO(good.err);
    CHECK(good.status == 0);
  }
}
