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
    const Ran ran = generate_loops(c, f, loop_includes() + f.text);
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

// Rows of any lengths, none among them, against differences of the spec in long double.
static const char* const kSparse = R"(
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "f.grad.hpp"

#define double long double
#include "f.cpp"
#undef double

int main() {
  int bad = 0;
  const std::vector<std::vector<int>> all = {{0}, {0, 0}, {0, 2}, {0, 3, 3, 4}, {0, 0, 2, 5, 5}};
  for (const std::vector<int>& offsets : all) {
    const int n = static_cast<int>(offsets.size()) - 1;
    const std::size_t length = static_cast<std::size_t>(offsets.back());
    std::vector<int> start(offsets), column;
    std::vector<double> value, x, v;
    for (std::size_t p = 0; p < length; ++p) {
      column.push_back(static_cast<int>(p * 7 % static_cast<std::size_t>(n)));
      value.push_back(std::sin(1.0 + static_cast<double>(p)));
      v.push_back(std::cos(3.0 * static_cast<double>(p)));
    }
    for (int i = 0; i < n; ++i) x.push_back(std::cos(2.0 + i));
    // On the heap, of exactly these lengths.
    const std::unique_ptr<double[]> d(new double[length]), h(new double[length]);
    std::fill_n(d.get(), length, 7.0);
    std::fill_n(h.get(), length, 7.0);
    std::vector<double> d_x(x.size(), 7), h_x(x.size(), 7), v_x(x.size(), 0);
    sparse_gradient(value.data(), x.data(), start.data(), column.data(), n, d.get(), d_x.data());
    sparse_hvp(value.data(), x.data(), start.data(), column.data(), n, v.data(), v_x.data(),
               h.get(), h_x.data());
    std::vector<long double> w(value.begin(), value.end()), y(x.begin(), x.end());
    const auto f = [&] {
      return spec::sparse(w.data(), y.data(), start.data(), column.data(), n);
    };
    const auto check = [&](const char* what, double got, long double wanted) {
      if (std::fabs(got - wanted) <= 1e-6L * (1 + std::fabs(wanted))) return;
      std::printf("%s: %.12g, should be %.12Lg\n", what, got, wanted);
      ++bad;
    };
    const long double step = 1e-4L;
    const auto slope = [&](long double& element) {
      const long double at = element;
      element = at + step;
      const long double above = f();
      element = at - step;
      const long double below = f();
      element = at;
      return (above - below) / (2 * step);
    };
    for (std::size_t p = 0; p < length; ++p) {
      check("d_value", d[p], slope(w[p]));
      // The Hessian's column by this element, summed along v.
      long double along = 0;
      const auto both = [&](std::size_t q, long double a, long double b) {
        const std::vector<long double> kept = w;
        w[p] += a;
        w[q] += b;
        const long double result = f();
        w = kept;
        return result;
      };
      for (std::size_t q = 0; q < length; ++q) {
        along += v[q] * (both(q, step, step) - both(q, step, -step) - both(q, -step, step) +
                         both(q, -step, -step)) / (4 * step * step);
      }
      check("h_value", h[p], along);
    }
    for (std::size_t i = 0; i < x.size(); ++i) check("d_x", d_x[i], slope(y[i]));
  }
  return bad == 0 ? 0 : 1;
}
)";

TEST_CASE("values in compressed rows are as many as the last offset, where that is said",
          "[lengths]") {
  using Words = std::vector<std::string>;
  const std::filesystem::path folder = fresh_folder("lengths_of_sparse");
  write_file(folder / "f.cpp", R"(namespace spec {
double sparse(const double* value, const double* x, const int* start, const int* column, int n) {
  double s = 0;
  for (int i = 0; i < n; ++i) {
    double y = 0;
    for (int p = start[i]; p < start[i + 1]; ++p) y += value[p] * x[column[p]];
    s += y * y * y;
  }
  return s;
}
}
)");
  const auto generated = [&](const std::string& words, const std::string& length) {
    return gradsmith(
        {"generate", "f.cpp", "--emit=" + words, "--length=value=" + length, "--length=x=n"},
        folder);
  };
  const Ran without = gradsmith({"generate", "f.cpp", "--emit=gradient", "--length=x=n"}, folder);
  CHECK(without.status == 1);
  CHECK(without.err.find("--length=value=start[n]") != std::string::npos);
  // Room for the matrix would have to be as long as an array says.
  CHECK(generated("hessian", "start[n]").err.find("gs-length-option") != std::string::npos);
  const Ran ran = generated("gradient,hvp", "start[n]");
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  write_file(folder / "main.cc",
             "#include \"f.grad.hpp\"\nusing namespace spec;\n" + std::string(kSparse));
  for (const Words& compiler :
       {Words{GRADSMITH_GXX, "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"},
        Words{GRADSMITH_CLANGXX, "-O2"}}) {
    Words command = compiler;
    command.insert(command.end(), {"-std=c++20", "-ffp-contract=off", "main.cc", "-o", "main"});
    const Ran built = run(command, folder);
    INFO(built.err);
    REQUIRE(built.status == 0);
    const Ran good = run({"./main"}, folder);
    INFO(good.out << good.err);
    CHECK(good.status == 0);
  }
}

TEST_CASE("an element that the bounds of one loop allow is left alone by another one without them",
          "[lengths]") {
  // Equal places in arrays of equal length: what is known of one loop must not be used for the
  // other.
  LoopFunction f = function(
      "one_place_in_two_loops", {pointer("x", "n"), pointer("a", "n"), size("n")},
      "double c = 0.5;\n  for (int i = 0; i < n; ++i)\n    if (i < n - 2) c = std::cos(c * x[i]) + "
      "0.5 * x[i + 1];\n  for (int i = 0; i < n - 1; ++i) s = std::cos(s * a[i + 1]);\n  s += s * "
      "c;");
  f.all_lengths = true;
  compare("lengths_of_two_loops", {f});
}
