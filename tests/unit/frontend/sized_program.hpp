#pragma once

// Specs whose sizes come at run time, lowered, beside the same functions compiled by this test's
// own compiler: their values must have the same bits at every size.

#include <deque>
#include <string>
#include <vector>

#include "unit/frontend/lowered_programs.hpp"

namespace gradsmith {

inline std::unique_ptr<Spec> read_loop_spec(const std::string& name) {
  ReadOptions options;
  options.path = std::string(GRADSMITH_SPECS_DIR) + "/loops/" + name;
  return Spec::read(options);
}

/// The arguments of one call, for the compiled function and for the lowered one.
class Arguments {
 public:
  /// Numbers between -1 and 1 that differ from array to array.
  double* array(const std::string& name, int n) {
    std::vector<double>& numbers = arrays_.emplace_back();
    for (int i = 0; i < n; ++i) numbers.push_back(next());
    return given(name, numbers);
  }

  double* given(const std::string& name, std::vector<double>& numbers) {
    const auto n = static_cast<std::int64_t>(numbers.size());
    at_[name + "[]"] = Value(Element::F64, {n}, {numbers.begin(), numbers.end()});
    length(name, n);
    return numbers.data();
  }

  /// Room whose first contents no result depends on.
  double* room(const std::string& name, int n) {
    std::vector<double>& numbers = arrays_.emplace_back(n, 1234.5);
    length(name, n);
    return numbers.data();
  }

  int* indices(const std::string& name, std::vector<int> numbers) {
    std::vector<int>& kept = integers_.emplace_back(std::move(numbers));
    const auto n = static_cast<std::int64_t>(kept.size());
    at_[name + "[]"] = Value(Element::Index, {n}, {kept.begin(), kept.end()});
    length(name, n);
    return kept.data();
  }

  /// n indices below `end`.
  int* indices_below(const std::string& name, int n, int end) {
    std::vector<int> numbers;
    for (int i = 0; i < n; ++i) numbers.push_back(end == 0 ? 0 : (3 * i + 1) % end);
    return indices(name, numbers);
  }

  int integer(const std::string& name, int value) {
    at_[name] = Value::index(value);
    return value;
  }

  double number(const std::string& name, double value) {
    at_[name] = Value(value);
    return value;
  }

  const Environment& environment() const { return at_; }

 private:
  void length(const std::string& name, std::int64_t n) { at_[name + "[#]"] = Value::index(n); }
  double next() {
    state_ = state_ * 1103515245u + 12345u;
    return static_cast<double>(state_ >> 8) / (1 << 23) - 1;
  }

  Environment at_;
  std::deque<std::vector<double>> arrays_;  // a deque, so that pointers stay
  std::deque<std::vector<int>> integers_;
  std::uint32_t state_ = 7;
};

/// Whether the lengths that lowering found are those of the arrays that are given.
inline void check_lengths(const Function& f, const Environment& at) {
  for (const Length& length : f.lengths) {
    if (length.value == kNoNode) continue;
    INFO(f.graph.input_name(length.input));
    const auto expected = at.find(f.graph.input_name(length.input));
    REQUIRE(expected != at.end());
    CHECK(evaluate<double>(f.graph, length.value, at).number() == expected->second.number());
  }
}

inline double returned(const Function& f, const Environment& at) {
  REQUIRE(!f.outputs.empty());
  REQUIRE(f.outputs[0].root.empty());
  return static_cast<double>(evaluate<double>(f.graph, f.outputs[0].value, at).number());
}

inline std::vector<double> written(const Function& f, const std::string& name,
                                   const Environment& at) {
  for (const Output& o : f.outputs) {
    if (o.root != name) continue;
    const Value value = evaluate<double>(f.graph, o.value, at);
    return {value.numbers.begin(), value.numbers.end()};
  }
  FAIL(name << " is not written");
  return {};
}

}  // namespace gradsmith
