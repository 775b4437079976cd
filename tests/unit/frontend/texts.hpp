#pragma once

// Specs as texts, lowered.

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "frontend/read_spec.hpp"
#include "ir/expr.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"

namespace gradsmith {

inline std::unique_ptr<Spec> spec_of(const std::string& text, ReadOptions options = {}) {
  options.path = "spec.cpp";
  return Spec::read_text(text, options);
}

/// The first function of a spec that is not refused.
inline Function lowered_text(const std::string& text, const std::vector<std::string>& cuts = {},
                             const ReadOptions& options = {}) {
  const auto spec = spec_of(text, options);
  REQUIRE(spec);
  REQUIRE(!spec->entries().empty());
  try {
    Function f = spec->lower(0, cuts);
    CHECK(violations(f) == std::vector<std::string>{});
    return f;
  } catch (const Refusal& refusal) {
    spec->report(refusal);
    FAIL(refusal.what());
    throw;
  }
}

/// What a function with one output computes, in gradsmith's syntax.
inline std::string formula(const std::string& text) {
  const Function f = lowered_text("#include <array>\n#include <cmath>\n" + text);
  REQUIRE(f.outputs.size() == 1);
  return to_infix(f.graph, f.outputs[0].value);
}

/// Of `double f(double x, double y)`, whose body is given.
inline std::string formula_of_body(const std::string& body) {
  return formula("double f(double x, double y) {\n" + body + "\n}\n");
}

inline std::vector<std::string> names_of(const Spec& spec) {
  std::vector<std::string> names;
  for (const EntryPoint& e : spec.entries()) names.push_back(e.name);
  return names;
}

}  // namespace gradsmith
