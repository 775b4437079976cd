#pragma once

// What the lowering of a spec finds of the lengths of its arrays.

#include <optional>
#include <random>

#include "ir/evaluate.hpp"
#include "unit/frontend/texts.hpp"

namespace gradsmith {

/// The length of a parameter of the first function of a spec; "?" where it is not known.
inline std::string length_in(const std::string& text, const std::string& name = "x") {
  const auto spec = spec_of(
      "#include <algorithm>\n#include <cmath>\n#include <cstddef>\n#include <gradsmith/spec.hpp>\n"
      "using gradsmith::data; using gradsmith::work;\n" +
      text);
  REQUIRE(spec);
  REQUIRE(!spec->entries().empty());
  Function f;
  try {
    f = spec->lower(0);
  } catch (const Refusal& refusal) {
    return refusal.code() == "gs-unknown-length" ? "?" : refusal.code();
  }
  CHECK(violations(f) == std::vector<std::string>{});
  for (const Length& length : f.lengths) {
    if (f.graph.input_name(length.input) != name + "[#]") continue;
    return length.value == kNoNode ? "?" : to_infix(f.graph, length.value);
  }
  return "none";
}

/// Of x in a function of x and the integers n and m, whose loop adds to s.
inline std::string length_of_loop(const std::string& loop) {
  return length_in("double f(const double* x, int n, int m) { double s = 0; " + loop +
                   " return s; }");
}

struct SizeRange {
  int least_n, most_n, least_m, most_m;
};

/// Checks the lengths of x that are known of random programs, `double f(const double* x, int n, int
/// m)`, at all sizes: no access lies beyond, and the last element is met. How many are known.
template <class Program>
int check_random(unsigned seed, int programs, const SizeRange& sizes) {
  std::mt19937 random(seed);
  int known = 0;
  for (int program = 0; program < programs; ++program) {
    const Program p(random);
    INFO(p.text());
    const auto spec = spec_of(p.text());
    REQUIRE(spec);
    Function f;
    try {
      f = spec->lower(0);
    } catch (const Refusal& refusal) {
      CHECK((refusal.code() == "gs-unknown-length" || refusal.code() == "gs-no-output"));
      continue;
    }
    const Length* length = f.length(f.graph.find_input("x[#]"));
    if (!length) continue;  // a loop that never runs
    ++known;
    INFO(to_infix(f.graph, length->value));
    for (int n = sizes.least_n; n <= sizes.most_n; ++n) {
      for (int m = sizes.least_m; m <= sizes.most_m; ++m) {
        const std::optional<int> needed = p.needed(n, m);
        if (!needed) continue;
        INFO("n = " << n << ", m = " << m);
        const Environment at = {{"n", Value::index(n)}, {"m", Value::index(m)}};
        CHECK(evaluate<double>(f.graph, length->value, at).number() == *needed);
      }
    }
  }
  return known;
}

}  // namespace gradsmith
