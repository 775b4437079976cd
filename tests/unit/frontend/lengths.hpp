#pragma once

// What the lowering of a spec finds of the lengths of its arrays.

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

}  // namespace gradsmith
