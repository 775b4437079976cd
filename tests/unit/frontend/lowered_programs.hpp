#pragma once

// Lowered specs beside the same functions compiled by this test's own compiler: their values must
// have the same bits.

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "frontend/read_spec.hpp"
#include "ir/evaluate.hpp"
#include "ir/verify.hpp"

namespace gradsmith {

inline std::unique_ptr<Spec> read_program(const std::string& name) {
  ReadOptions options;
  options.path = std::string(GRADSMITH_TEST_DATA_DIR) + "/unit/frontend/programs/" + name;
  return Spec::read(options);
}

inline std::size_t entry_named(const Spec& spec, const std::string& name) {
  for (std::size_t i = 0; i < spec.entries().size(); ++i) {
    if (spec.entries()[i].name == name) return i;
  }
  FAIL("no entry " << name);
  return 0;
}

/// A function of the spec, well formed.
inline Function lowered(const Spec& spec, const std::string& name) {
  try {
    Function f = spec.lower(entry_named(spec, name));
    CHECK(violations(f.graph) == std::vector<std::string>{});
    CHECK(violations(f) == std::vector<std::string>{});
    return f;
  } catch (const Refusal& refusal) {
    spec.report(refusal);
    FAIL("refused: " << refusal.what());
    throw;
  }
}

inline bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Numbers around the programs' branch points, and some between.
inline const std::vector<double>& sample_numbers() {
  static const std::vector<double> numbers = {-3.25, -1.0, -0.4, 0.0, 0.3, 0.5, 1.0, 1.7, 2.5, 6.0};
  return numbers;
}

template <class R, class X, class Y>
void check_program(const Spec& spec, const std::string& name, R (*compiled)(X, Y)) {
  INFO(name);
  const Function f = lowered(spec, name);
  REQUIRE(f.outputs.size() == 1);
  for (double x : sample_numbers()) {
    for (double y : sample_numbers()) {
      INFO("x = " << x << ", y = " << y);
      const Environment at = {{"x", Value(x)}, {"y", Value(y)}};
      const double value =
          static_cast<double>(evaluate<double>(f.graph, f.outputs[0].value, at).number());
      const double expected = static_cast<double>(compiled(static_cast<X>(x), static_cast<Y>(y)));
      INFO("lowered " << value << ", compiled " << expected);
      CHECK(same_number(value, expected));
    }
  }
}

inline void check_program(const Spec& spec, const std::string& name,
                          void (*compiled)(const double*, double*)) {
  INFO(name);
  const Function f = lowered(spec, name);
  REQUIRE(f.outputs.size() == 1);
  const std::vector<double> n = sample_numbers();
  for (std::size_t first = 0; first < n.size(); ++first) {
    double a[4], out[4] = {11, 12, 13, 14};
    for (std::size_t i = 0; i < 4; ++i) a[i] = n[(first + 3 * i) % n.size()];
    Environment at = {{"a[]", Value::vector({a[0], a[1], a[2], a[3]})}};
    if (f.parameters[1].role == Role::InOut) at["out[]"] = Value::vector({11, 12, 13, 14});
    const Value value = evaluate<double>(f.graph, f.outputs[0].value, at);
    compiled(a, out);
    for (std::int64_t i = 0; i < 4; ++i) {
      const auto lowered_number = static_cast<double>(value.at({i}));
      INFO("a[0] = " << a[0] << ", element " << i << ": lowered " << lowered_number << ", compiled "
                     << out[i]);
      CHECK(same_number(lowered_number, out[i]));
    }
  }
}

}  // namespace gradsmith
