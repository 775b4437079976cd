// Vectors of a function's own: room in the workspace, and the oracle's values and derivatives.

#include <catch2/catch.hpp>

#include "bodies.hpp"
#include "process.hpp"

namespace {

/// Functions of the spec's own that bodies call.
const char* const kHelpers = R"(
using Numbers = std::vector<double>;
static Numbers product(const Numbers& w, const Numbers& x, int rows) {
  const int columns = static_cast<int>(x.size());
  Numbers y(rows, 0.0);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) y[i] += w[i * columns + j] * x[j];
  return y;
}
static Numbers squashed(Numbers v) {
  for (double& e : v) e = std::tanh(e);
  return v;
}
static double norm(const Numbers& v) {
  double sum = 0;
  for (double e : v) sum += e * e;
  return sum;
}
static void scale(Numbers& v, double by) {
  for (std::size_t i = 0; i < v.size(); ++i) v[i] *= by;
}
)";

const std::vector<std::string> kMade = {
    "Numbers y(n);\n  for (int i = 0; i < n; ++i) y[i] = std::tanh(c * x[i]);\n"
    "  for (double v : y) s += v * v;",
    // Zeros that are read.
    "Numbers sum(n + 1);\n  for (int i = 0; i < n; ++i) sum[i + 1] = sum[i] + x[i] * c;\n"
    "  for (int i = 0; i < n; ++i) s += sum[i] * sum[i + 1];",
    "Numbers bin(3);\n  for (int i = 0; i < n; ++i) bin[i % 3] += x[i] * x[i];\n"
    "  s += bin[0] * bin[1] + std::sin(bin[2]);",
    "std::vector<int> count(3);\n  Numbers sum(3, c);\n  for (int i = 0; i < n; ++i) {\n"
    "    sum[i * i % 3] += x[i];\n    count[i * i % 3]++;\n  }\n"
    "  for (int k = 0; k < 3; ++k)\n    if (count[k] > 0) s += sum[k] * sum[k] / count[k];",
    // Copies of ranges, whole and in part.
    "Numbers u(x, x + n), w;\n  w.resize(n);\n  for (int t = 0; t < 3; ++t) {\n"
    "    for (int i = 0; i < n; ++i) w[i] = u[i] + c * u[i] * u[i == 0 ? n - 1 : i - 1];\n"
    "    u = w;\n  }\n  s += norm(u);",
    "if (n > 1) {\n    Numbers u(x + 1, x + n);\n    Numbers w(u.begin(), u.end());\n"
    "    scale(w, c);\n    for (std::size_t i = 0; i < u.size(); ++i) s += u[i] * w[i];\n  }",
    // Rows that take each other's place.
    "Numbers before(n + 1, c), now(n + 1);\n  for (int i = 0; i < n; ++i) {\n"
    "    now[0] = 0.5 * i;\n    for (int j = 1; j <= n; ++j) {\n"
    "      const double d = x[i] - x[j - 1];\n"
    "      now[j] = d * d + std::min(before[j - 1], std::min(before[j], now[j - 1]));\n    }\n"
    "    std::swap(before, now);\n  }\n  s += before[n];",
    // One for each trip.
    "for (int i = 0; i < n; ++i) {\n    Numbers row(3);\n"
    "    for (int k = 0; k < 3; ++k) row[k] = std::exp(x[i] * (k - c));\n"
    "    s += row[2] / (row[0] + row[1]);\n  }",
    "for (int i = 0; i < n; ++i) {\n    Numbers row(n);\n"
    "    for (int k = 0; k <= i; ++k) row[k] += x[i] * x[k];\n    s += std::sin(norm(row) * c);\n"
    "  }",
    // By value, by reference, and given back.
    "Numbers w(4 * n, c);\n  for (int i = 0; i < n; ++i) w[2 * i] = x[i];\n"
    "  const Numbers a = squashed(product(w, Numbers(x, x + n), 4));\n"
    "  const auto b = product(Numbers(8, 0.5), a, 2);\n  s += b[0] * b[1] * c + norm(squashed(a));",
    "Numbers kept(x, x + n);\n  Numbers moved = std::move(kept);\n  const Numbers& same = moved;\n"
    "  moved.assign(n, c);\n  for (int i = 0; i < n; ++i) s += same[i] * x[i];",
    // Listed.
    "const std::vector<double> weights{1, -2 * c, 0.5};\n  for (int i = 0; i < n; ++i)\n"
    "    for (std::size_t k = 0; k < weights.size(); ++k) s += weights[k] * std::sin(x[i] * (k + "
    "1.0));",
    "std::vector<std::array<double, 2>> p(n);\n  for (int i = 0; i < n; ++i) {\n"
    "    p[i][0] = x[i] * c;\n    p[i][1] = p[i][0] * x[i];\n  }\n"
    "  for (const auto& q : p) s += q[0] * std::sin(q[1]);",
    "Numbers y(n);\n  if (c > 0) {\n    for (int i = 0; i < n; ++i) y[i] = x[i] * x[i];\n  } else "
    "{\n"
    "    for (int i = 0; i < n; i += 2) y[i] = c * x[i];\n  }\n"
    "  for (int i = 0; i < n; ++i) s += y[i] * x[i];",
};

// These ask for a first element.
const std::vector<std::string> kOfOneMore = {
    "Numbers y(x, x + n + 1);\n  y.front() *= c;\n  y.back() += y.front() * y.front();\n  s += "
    "norm(y);"};

}  // namespace

TEST_CASE("vectors of a function's own have the oracle's derivatives", "[vectors]") {
  e2e::compare_bodies({"vectors", "n", true, kHelpers, kMade});
  e2e::compare_bodies({"vectors_one_more", "n + 1", true, kHelpers, kOfOneMore});
}

TEST_CASE("elements by at are those by a subscript where they are there", "[vectors]") {
  e2e::compare_bodies(
      {"at",
       "n",
       true,
       kHelpers,
       {"const Numbers v(x, x + n);\n  for (std::size_t i = 0; i < v.size(); ++i) s += v.at(i) * "
        "v.at(i) * c;",
        "Numbers v(n);\n  for (int i = 0; i < n; ++i) v.at(i) = x[i] * c;\n"
        "  for (int i = 0; i < n && i < 5; ++i)\n    for (int j = 0; j < n; ++j) s += v.at(i) * "
        "v.at(j);",
        "std::array<double, 3> a{c, 2 * c, 1};\n  for (int i = 0; i < n; ++i)\n"
        "    for (std::size_t k = 0; k < a.size(); ++k) s += a.at(k) * x[i] * a.at(2 - k);"}});

  const auto folder = e2e::fresh_folder("at_outside");
  for (const std::string body :
       {"for (std::size_t i = 0; i <= v.size(); ++i) s += v.at(i);",
        "for (std::size_t i = 0; i < w.size(); ++i) s += v.at(i);",
        "for (std::size_t i = 0; i < v.size(); ++i) s += v.at(i + 1);", "s = v.at(0);",
        "for (int i = -1; i < static_cast<int>(v.size()); ++i) s += v.at(i);"}) {
    e2e::write_file(folder / "f.cpp",
                    "#include <vector>\ndouble f(const std::vector<double>& v, const "
                    "std::vector<double>& w) {\n  double s = 0;\n  " +
                        body + "\n  return s + w.size();\n}\n");
    const e2e::Ran ran = e2e::gradsmith({"generate", "f.cpp", "--emit=value"}, folder);
    INFO(body << ran.err);
    CHECK(ran.status == 1);
    CHECK(ran.err.find("where `at` throws [gs-out-of-range]") != std::string::npos);
  }
}
