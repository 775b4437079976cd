// Which arrays are outputs alone, and which local ones need no first value, where only a run knows
// how often the loops run.

#include "unit/frontend/texts.hpp"

namespace gradsmith {
namespace {

/// The role of `y` in a function whose body is given: "output", "in and out", or a refusal's code.
std::string role_of_y(const std::string& body) {
  const auto spec = spec_of("void f(const double* x, int n, int m, double* y) { " + body + " }");
  REQUIRE(spec);
  try {
    const Function f = spec->lower(0);
    CHECK(violations(f) == std::vector<std::string>{});
    switch (f.parameters[3].role) {
      case Role::Output:
        return "output";
      case Role::InOut:
        return "in and out";
      default:
        return "data";
    }
  } catch (const Refusal& refusal) {
    return refusal.code();
  }
}

std::string code_of(const std::string& body) {
  const auto spec = spec_of("double f(const double* x, int n, int m) { " + body + " }");
  REQUIRE(spec);
  try {
    spec->lower(0);
    return "";
  } catch (const Refusal& refusal) {
    return refusal.code();
  }
}

}  // namespace

TEST_CASE("an array that a loop fills is an output") {
  CHECK(role_of_y("for (int i = 0; i < n; ++i) y[i] = x[i];") == "output");
  CHECK(role_of_y("for (int i = n - 1; i >= 0; --i) y[i] = x[i];") == "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) { y[2 * i] = x[i]; y[2 * i + 1] = -x[i]; }") ==
        "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) for (int j = 0; j < m; ++j) y[i * m + j] = x[j];") ==
        "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) for (int j = 0; j <= i; ++j) "
                  "y[i * (i + 1) / 2 + j] = x[j];") == "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) for (int j = 0; j < 3; ++j) y[3 * i + j] = x[j];") ==
        "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) { y[i] = 0; for (int j = 0; j < m; ++j) "
                  "y[i] += x[j]; }") == "output");
}

TEST_CASE("elements that were written before may be read") {
  CHECK(role_of_y("y[0] = x[0]; for (int i = 1; i < n; ++i) y[i] = y[i - 1] + x[i];") ==
        "output");  // of max(n, 1) elements
  CHECK(role_of_y("for (int i = 0; i < n; ++i) y[i] = x[i]; for (int i = 0; i < n; ++i) "
                  "y[i] = y[n - 1 - i] * y[i];") == "output");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) y[i] = x[i]; for (int t = 0; t < m; ++t) "
                  "for (int i = 1; i < n; ++i) y[i] += y[i - 1];") == "output");
}

TEST_CASE("an array that is read first, or has gaps, is input and output") {
  CHECK(role_of_y("for (int i = 0; i < n; ++i) y[i] += x[i];") == "in and out");
  CHECK(role_of_y("for (int i = 1; i < n; ++i) y[i] = x[i];") == "in and out");
  CHECK(role_of_y("for (int i = 0; i < n - 1; ++i) y[i] = y[i + 1] + x[i];") == "in and out");
  CHECK(role_of_y("for (int t = 0; t < m; ++t) for (int i = 0; i < n; ++i) y[i] = x[i];") ==
        "in and out");  // m may be 0
  CHECK(role_of_y("for (int i = 0; i < n; ++i) { y[i] = x[i]; if (x[i] > 3) break; }") ==
        "in and out");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) { if (i >= m) break; y[i] = x[i]; }") ==
        "gs-unknown-length");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) { if (x[i] * i > 3) break; y[i] = x[i]; }") ==
        "gs-unknown-length");
  CHECK(role_of_y("for (int i = 0; i < n; ++i) if (x[i] > 3) y[i] = x[i];") == "in and out");
}

TEST_CASE("a local array that a loop fills needs no first value") {
  CHECK(code_of("double z[9]; for (int i = 0; i < n; ++i) z[i] = x[i]; double s = 0; "
                "for (int i = 0; i < n; ++i) s += z[i]; return s;") == "");
  CHECK(code_of("double z[9]; for (int i = 0; i < n; ++i) z[i] = x[i]; double s = 0; "
                "for (int i = 0; i < n; ++i) s += z[i + 1]; return s;") == "gs-uninitialised");
  CHECK(code_of("double z[9]; for (int i = 0; i < n; ++i) z[i] = x[i]; double s = 0; "
                "for (int i = 0; i < m; ++i) s += z[i]; return s;") == "gs-uninitialised");
  CHECK(
      code_of("double s = 0; for (int i = 0; i < n; ++i) { double z[9][2]; for (int j = 0; j < m; "
              "++j) for (int k = 0; k < 2; ++k) z[j][k] = x[i] * j + k; for (int j = 0; j < m; "
              "++j) s += z[j][1]; } return s;") == "");
}

}  // namespace gradsmith
