// Loops inside others that have nothing to do with these, where these make no trip.

#include <catch2/catch.hpp>

#include "bodies.hpp"

namespace {

TEST_CASE("what only an inner loop asks for is not read where the outer one makes no trip",
          "[loops]") {
  // The inner loops make trips for n = 0, too, where there is no x[0].
  e2e::compare_bodies(
      {.folder = "empty_outer",
       .bodies = {
           "for (int i = 0; i < n; ++i) {\n    double t = 0;\n"
           "    for (int j = 0; j < n + 3; ++j) t += c * std::exp(x[n - 1] * j * c);\n"
           "    s += t * x[i];\n  }",
           "for (int i = 0; i < n; ++i)\n"
           "    for (int j = 0; j < n + 2; ++j) s += std::sin(j * c) * std::exp(x[0]);",
           "for (int i = 0; i < n; ++i)\n    for (int j = 0; j < n + 2; ++j) {\n"
           "      for (int l = 0; l < n; ++l) s += x[l] * x[l];\n"
           "      s += std::exp(j * c) * std::exp(x[0]);\n    }",
           "for (int i = 0; i < n; ++i) {\n    double t = 1;\n"
           "    for (int j = 0; j < n + 2; ++j) t *= c * j + x[0];\n    s += t;\n  }",
           "for (int i = 0; i < n; ++i) {\n    double t = 0.5;\n"
           "    for (int j = 0; j < n + 2; ++j) t = t * 0.5 + x[0] * j;\n    s += t * x[i];\n  }",
           "for (int i = n - 1; i > 2; --i) {\n    double t = -5;\n"
           "    for (int j = 0; j < n + 2; ++j) t = std::max(t, std::sin(x[3] * j));\n"
           "    s += t * x[i];\n  }",
           "for (int i = 0; i < n; ++i)\n"
           "    for (int j = 0; j < 20; ++j) s += std::sin(j * c) * std::exp(x[0]);",
           "for (int i = 0; i < n; ++i) {\n    double mx = -9, t = 0;\n"
           "    for (int j = 0; j < n + 2; ++j) mx = std::max(mx, c * j * x[n - 1]);\n"
           "    for (int j = 0; j < n + 2; ++j) t += std::exp(c * j * x[n - 1] - mx);\n"
           "    s += (mx + std::log(t)) * x[i];\n  }",
           // Under a condition, of which the outer loop's index tells.
           "for (int i = 0; i < n; ++i)\n    if (i > 3)\n"
           "      for (int j = 0; j < n + 2; ++j) s += std::sin(c * j) * std::exp(x[4]);",
           "for (int i = 0; i < n; ++i) {\n    if (x[i] < 0) continue;\n"
           "    for (int j = 0; j < n + 2; ++j) s += std::cos(c * j) * x[0];\n  }",
           // In loops of which only the inner one has something to do with the outermost.
           "for (int i = 0; i < n; ++i)\n    for (int k = 0; k < i; ++k)\n"
           "      for (int j = 0; j < n + 2; ++j) s += std::exp(c * j) * x[1];",
       }});
}

}  // namespace
