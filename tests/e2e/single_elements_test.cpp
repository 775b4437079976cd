// Elements that every trip of a loop reads: their adjoints are sums over its trips, there only
// where the elements are, and found in the loop itself.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "bodies.hpp"
#include "process.hpp"

namespace {

using e2e::compare_bodies;

const std::vector<std::string> kSingle = {
    "for (int i = 0; i < n; ++i) s += std::tanh(x[i] * x[0]);",
    "for (int i = 0; i < n; ++i) {\n    const double r = x[0] * std::exp(-x[n / 2] * (0.1 * i)) + "
    "x[n - 1] - c;\n    s += r * r;\n  }",
    "for (int i = 0; i < n; ++i)\n    s += x[i] > 0 ? std::sin(x[0] * x[i]) : x[n - 1] * c;",
    "for (int i = 0; i < n; ++i)\n    for (int j = 0; j < i; ++j) s += std::exp(x[0] * x[j] * c) * "
    "x[n / 2];",
    "for (int i = 0; i + 1 < n; ++i) s = std::sin(s + x[i + 1] * x[0]) * x[1];",
    // Loops of the author's under conditions on sizes, with a call that runs anyway and without.
    "for (int i = 0; i < n; ++i) s += c * std::exp(x[i]);\n  if (n > 4) {\n    double t = 0;\n"
    "    for (int i = 0; i < n; ++i) t += std::exp(x[i]);\n    s += t * x[4];\n  }",
    "if (n > 3)\n    for (int i = 0; i < n; ++i) s += std::sin(x[i] * x[3]);\n"
    "  for (int i = 0; i < n; ++i) s += std::sin(x[i]) * x[0];",
    // An element that the scope itself reads, too, where the loop may have no trip.
    "if (n > 2) {\n    s += x[0] * c;\n    for (int i = 0; i < n - 4; ++i) s += x[0] * x[i];\n  }",
    "if (n > 2) s += std::exp(x[0]);\n  for (int i = 0; i < n - 4; ++i) s += std::exp(x[0]) * "
    "x[i];",
    "for (int i = 0; i < n; ++i)\n    for (int j = 0; j < 3; ++j) s += c * std::exp(x[0]) * x[i];",
    // What only the condition shows to be there.
    "const int k = n - 5;\n  double t = 0;\n  for (int i = 0; i < n; ++i) s += std::exp(x[i]);\n"
    "  if (k >= 0) {\n    for (int i = 0; i < n; ++i) t += std::exp(x[i]) * x[k];\n    s += t * "
    "t;\n"
    "  }",
    "for (int i = 0; i < n; ++i) s += std::exp(x[i] * c);\n  if (n > 2) {\n    double t = 0;\n"
    "    for (int i = 0; i < n; ++i) t += std::exp(x[i] * c) * x[(i + 2) % 3];\n    s *= t;\n  }"};

/// What is emitted for a fit by theta with that term in its loop over samples.
std::string fit(const std::string& name, const std::string& word, const std::string& residual) {
  const auto folder = e2e::fresh_folder(name);
  e2e::write_file(folder / "f.cpp",
                  "#include <cmath>\n#include <vector>\n"
                  "double f(const std::vector<double>& theta, const std::vector<double>& x) {\n"
                  "  double s = 0;\n  for (std::size_t i = 0; i < x.size(); ++i) {\n"
                  "    const double r = " +
                      residual + ";\n    s += r * r;\n  }\n  return s;\n}\n");
  const e2e::Ran ran =
      e2e::gradsmith({"generate", "f.cpp", "--emit=" + word, "--wrt=theta", "--stdout"}, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  const std::size_t at = ran.out.find("f_" + word + "(");
  REQUIRE(at != std::string::npos);
  return ran.out.substr(at);
}

}  // namespace

TEST_CASE("elements that every trip reads have the oracle's derivatives", "[loops]") {
  compare_bodies({.folder = "single", .bodies = kSingle});
}

TEST_CASE("one loop over samples finds the adjoints of all parameters in a vector", "[loops]") {
  for (const std::string word : {"gradient", "vjp", "hvp"}) {
    const std::string decay =
        fit("single_" + word, word, "theta[0] * std::exp(-theta[1] * x[i]) + theta[2]");
    INFO(decay);
    CHECK(e2e::occurrences(decay, "std::exp") == 1);
    CHECK(e2e::occurrences(decay, "i < x_size") == 1);
    CHECK(e2e::occurrences(decay, "if (") == 1);  // there are elements where there are samples
  }
  const std::string mixed =
      fit("single_mixed", "gradient", "std::tanh(theta[3] * x[i]) * std::log(theta[0] + x[i])");
  INFO(mixed);
  CHECK(e2e::occurrences(mixed, "std::tanh") == 1);
  CHECK(e2e::occurrences(mixed, "std::log") == 1);
  // Some trips read the element, and it need not be there.
  const std::string some =
      fit("single_some", "gradient", "x[i] > 0 ? std::tanh(theta[3] * x[i]) : theta[0]");
  INFO(some);
  CHECK(e2e::occurrences(some, "if (3 < theta_size)") == 1);
}
