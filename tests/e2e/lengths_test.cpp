// Arrays whose lengths only the subscripts tell: what is emitted has the oracle's derivatives, and
// touches nothing outside arrays of just these lengths.

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "loop_comparison.hpp"
#include "process.hpp"
#include "random_loops.hpp"

namespace {

using namespace e2e;

LoopParameter pointer(const std::string& name, const std::string& length,
                      LoopParameter::Role role = LoopParameter::Role::Param) {
  LoopParameter p{name};
  p.kind = LoopParameter::Kind::Pointer;
  p.length = length;
  p.role = role;
  return p;
}

LoopParameter size(const std::string& name) {
  LoopParameter p{name};
  p.kind = LoopParameter::Kind::Size;
  return p;
}

/// `body` adds to `s`, or writes an output.
LoopFunction function(const std::string& name, std::vector<LoopParameter> parameters,
                      const std::string& body) {
  LoopFunction f;
  f.name = name;
  f.name_space = "spec_" + name;
  f.parameters = std::move(parameters);
  std::string declared;
  for (const LoopParameter& p : f.parameters) {
    const bool output = p.role == LoopParameter::Role::Output;
    f.returns = f.returns && !output;
    declared += declared.empty() ? "" : ", ";
    declared += p.kind == LoopParameter::Kind::Size   ? "int "
                : p.role == LoopParameter::Role::Data ? "const gradsmith::data<double>* "
                : output                              ? "double* "
                                                      : "const double* ";
    declared += p.name;
  }
  f.text = fmt::format("namespace {} {{\n{} {}({}) {{\n  {}\n}}\n}}\n", f.name_space,
                       f.returns ? "double" : "void", f.name, declared,
                       f.returns ? "double s = 0;\n  " + body + "\n  return s;" : body);
  return f;
}

void compare(const std::string& folder, std::vector<LoopFunction> functions) {
  LoopComparison c;
  c.folder = fresh_folder(folder);
  for (LoopFunction& f : functions) {
    const Ran ran = generate_loops(c, f, loop_includes() + f.text, "strict");
    INFO(f.text << ran.err);
    REQUIRE(ran.status == 0);
    c.functions.push_back(std::move(f));
  }
  const bool good = compare_loops(c, false);
  INFO(c.log);
  CHECK(good);
}

}  // namespace

TEST_CASE("rows whose first or last column stands alone have the oracle's derivatives",
          "[lengths]") {
  const std::string residual = "s += r * r * r;\n  }";
  compare(
      "lengths_of_rows",
      {function("last", {pointer("w", "m"), pointer("x", "n * (m + 1)"), size("n"), size("m")},
                "for (int i = 0; i < n; ++i) {\n    double r = 0;\n    for (int j = 0; j < m; ++j) "
                "r += w[j] * x[i * (m + 1) + j];\n    r -= x[i * (m + 1) + m];\n    " +
                    residual),
       function("last_of_columns",
                {pointer("w", "std::max(cols - 1, 0)"), pointer("x", "n * cols"), size("n"),
                 size("cols")},
                "if (cols == 0) return s;\n  const int last = cols - 1;\n  for (int i = 0; i < n; "
                "++i) {\n    double r = 0;\n    for (int j = 0; j < last; ++j) r += w[j] * x[i * "
                "cols + j];\n    r -= x[i * cols + last];\n    " +
                    residual),
       function("last_alone", {pointer("x", "n * cols"), size("n"), size("cols")},
                "if (cols == 0) return s;\n  for (int i = 0; i < n; ++i) s += std::exp(x[i * cols "
                "+ cols - 1]);"),
       function("first", {pointer("w", "m"), pointer("x", "n * (m + 1)"), size("n"), size("m")},
                "for (int i = 0; i < n; ++i) {\n    double r = -x[i * (m + 1)];\n    for (int j = "
                "0; j < m; ++j) r += w[j] * x[i * (m + 1) + 1 + j];\n    " +
                    residual)});
}

TEST_CASE("windows that are cut off at the ends have the oracle's derivatives", "[lengths]") {
  const std::string rows = "for (int i = 0; i < n; ++i) {\n    double t = 0;\n    ";
  const std::string sum = "\n    s += t * t * t;\n  }";
  const auto with_weights = [&](const std::string& name, const std::string& loop) {
    return function(name, {pointer("w", "2 * k + 1"), pointer("x", "n"), size("n"), size("k")},
                    rows + loop + "\n      t += w[j - i + k] * std::sin(x[j]);" + sum);
  };
  const auto averages = [&](const std::string& name, const std::string& loop) {
    return function(name, {pointer("x", "n"), size("n"), size("k")},
                    rows + loop + " t += x[j];" + sum);
  };
  compare(
      "lengths_of_windows",
      {with_weights("window", "for (int j = std::max(0, i - k); j <= std::min(n - 1, i + k); ++j)"),
       with_weights("window_choice",
                    "const int lo = i - k < 0 ? 0 : i - k;\n    const int hi = i + k > n - 1 ? n - "
                    "1 : i + k;\n    for (int j = lo; j <= hi; ++j)"),
       with_weights("window_if",
                    "int lo = i - k;\n    if (lo < 0) lo = 0;\n    int hi = i + k + 1;\n    if (hi "
                    "> n) hi = n;\n    for (int j = lo; j < hi; ++j)"),
       averages("average", "for (int j = i - k + 1 < 0 ? 0 : i - k + 1; j <= i; ++j)"),
       averages("ahead", "for (int j = i + 1; j < std::min(n, i + k); ++j)"),
       function("autoregression", {pointer("a", "p"), pointer("x", "n"), size("n"), size("p")},
                rows +
                    "for (int j = 1; j <= std::min(i, p); ++j) t += a[j - 1] * x[i - j];\n    t "
                    "-= x[i];" +
                    sum),
       function("convolution",
                {pointer("w", "k"), pointer("x", "n"),
                 pointer("y", "std::max(n + k - 1, 0)", LoopParameter::Role::Output), size("n"),
                 size("k")},
                "for (int i = 0; i < n + k - 1; ++i) {\n    double t = 0;\n    for (int j = "
                "std::max(0, i - k + 1); j <= std::min(i, n - 1); ++j) t += w[i - j] * x[j];\n    "
                "y[i] = t;\n  }"),
       function("band", {pointer("A", "n * n"), pointer("x", "n"), size("n"), size("k")},
                rows +
                    "for (int j = std::max(0, i - k); j < std::min(n, i + k + 1); ++j)\n      t "
                    "+= A[i * n + j] * x[j];" +
                    sum)});
}

TEST_CASE("a window in two directions has the oracle's first derivatives", "[lengths]") {
  LoopFunction f = function(
      "image",
      {pointer("g", "(2*k+1)*(2*k+1)"), pointer("x", "h*w"), size("h"), size("w"), size("k")},
      "for (int i = 0; i < h; ++i)\n    for (int j = 0; j < w; ++j) {\n      double t = 0;\n"
      "      for (int a = std::max(0, i - k); a <= std::min(h - 1, i + k); ++a)\n"
      "        for (int b = std::max(0, j - k); b <= std::min(w - 1, j + k); ++b)\n"
      "          t += g[(a - i + k) * (2 * k + 1) + b - j + k] * x[a * w + b];\n"
      "      s += t * t * t;\n    }");
  // What g is at most is a long expression, and loops over it make those of the workspace longer.
  f.all_lengths = true;
  f.second = false;
  compare("lengths_of_images", {f});
}

TEST_CASE("packed triangles in a batch have the oracle's derivatives", "[lengths]") {
  compare(
      "lengths_of_triangles",
      {function("triangles",
                {pointer("L", "rows * (m * (m + 1) / 2)"), pointer("x", "rows * m"), size("rows"),
                 size("m")},
                "for (int k = 0; k < rows; ++k)\n    for (int i = 0; i < m; ++i) {\n      double "
                "t = 0;\n      for (int j = 0; j <= i; ++j)\n        t += L[k * (m * (m + 1) / "
                "2) + i * (i + 1) / 2 + j] * x[k * m + j];\n      s += t * t * t;\n    }")});
}
