#include "commands/subscripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "commands/sample_environment.hpp"
#include "commands/status.hpp"
#include "ir/evaluate.hpp"
#include "runtime/data_error.hpp"

namespace gradsmith {
namespace {

using runtime::Feature;
using runtime::Model;
using runtime::SampleSet;

/// The parameters that hold integers on which a subscript may depend, a loop's range, or a branch.
std::vector<std::string> places_are_found_by(const Function& f) {
  const Graph& g = f.graph;
  std::vector<NodeId> roots;
  for (const NodeId id : reachable(g, output_values(f))) {
    const Op op = g.op(id);
    if (op == Op::Convert || is_operator(op)) continue;
    const auto operands = g.operands(id);
    for (std::size_t k = op == Op::At ? 1 : 0; k < operands.size(); ++k) {
      const bool condition = op == Op::If && k == 0;
      if (condition || g.element(operands[k]) == Element::Index) roots.push_back(operands[k]);
    }
  }
  const std::vector<NodeId> used = reachable(g, roots);
  std::vector<std::string> names;
  for (const Parameter& p : f.parameters) {
    const bool is_used = std::ranges::any_of(p.leaves, [&](const Leaf& leaf) {
      return leaf.input != kNoNode && std::ranges::binary_search(used, leaf.input);
    });
    if (is_used) names.push_back(p.name);
  }
  return names;
}

/// Whether a branch depends on floating data alone, so that rows of the same integers may differ.
bool branches_by_numbers(const Function& f) {
  const Graph& g = f.graph;
  std::vector<NodeId> trained;
  for (const Parameter& p : f.parameters) {
    for (const Leaf& leaf : p.leaves) {
      if (p.is_differentiated() && leaf.input != kNoNode) trained.push_back(leaf.input);
    }
  }
  for (const NodeId id : reachable(g, output_values(f))) {
    if (g.op(id) != Op::If) continue;
    const std::vector<NodeId> by = reachable(g, g.operands(id).first(1));
    const bool by_number = std::ranges::any_of(
        by, [&](NodeId o) { return g.op(o) == Op::Input && is_floating(g.element(o)); });
    const bool by_trained = std::ranges::any_of(
        by, [&](NodeId o) { return std::ranges::find(trained, o) != trained.end(); });
    if (by_number && !by_trained) return true;
  }
  return false;
}

class Subscripts {
 public:
  Subscripts(const Function& f, const Model& model, const SampleSet& samples,
             const runtime::Dataset& data, const runtime::BindingOptions& options)
      : f_(f),
        model_(model),
        samples_(samples),
        data_(data),
        options_(options),
        roots_(output_values(f)),
        zeros_(model.parameter_count()),
        all_rows_(branches_by_numbers(f)) {
    const std::vector<std::string> names = places_are_found_by(f);
    for (std::size_t k = 0; k < samples.features.size(); ++k) {
      const Feature& feature = samples.features[k];
      if (!feature.is_int || feature.integers.empty()) continue;
      if (std::ranges::find(names, feature.name) != names.end()) integers_.push_back(k);
    }
  }

  bool require() const {
    const std::vector<std::size_t> rows = distinct_rows();
    const std::string first = fault(samples_.select({rows[0]}));
    if (first.empty() &&
        (rows.size() == 1 || (together() && fault(samples_.select(rows)).empty()))) {
      return true;
    }
    const std::string of_all = together() ? fault(samples_) : first;
    if (!first.empty() && of_all.empty()) return false;
    // Where no sample is right, and none is with integers that count from 0, it is not the data's.
    std::size_t wrong = rows.size();
    bool any_right = false;
    for (std::size_t k = 0; k < rows.size() && (wrong == rows.size() || !any_right); ++k) {
      const bool right = fault(samples_.select({rows[k]})).empty();
      any_right = any_right || right;
      if (!right && wrong == rows.size()) wrong = k;
    }
    if (wrong == rows.size()) return true;
    const SampleSet sample = samples_.select({rows[wrong]});
    if (any_right || right_with(sample, 0) || right_with(sample, 1)) {
      throw_for_row(rows[wrong], sample);
    }
    throw UsageError(fmt::format("{} uses an array beyond its elements with these sizes: a {}{}",
                                 model_.name(), fault(sample), sizes()),
                     "look at --set, --length and --columns", "gs-subscript");
  }

 private:
  bool together() const { return model_.at_once() && model_.takes_many(); }

  /// `subscript 7 is not in [0, 3)`; empty where all are in their arrays. Throws EvaluationError
  /// where that cannot be told.
  std::string fault(const SampleSet& samples) const {
    const Environment environment = environment_of(f_, model_, zeros_, samples);
    try {
      evaluate<double>(f_.graph, roots_, environment);
    } catch (const EvaluationError& error) {
      const std::string what = error.what();
      const std::size_t range = what.find(" is not in ");
      if (!what.starts_with("subscript") || range == std::string::npos) throw;
      return what.substr(0, what.find(" of ")) + what.substr(range);
    }
    return "";
  }

  /// The first row of each combination of integers; the first one of all where there are none. All,
  /// where branches depend on other numbers.
  std::vector<std::size_t> distinct_rows() const {
    std::map<std::vector<int>, std::size_t> first;
    std::vector<std::size_t> rows;
    std::vector<int> numbers;
    for (std::size_t row = 0; row < samples_.count; ++row) {
      numbers.clear();
      for (const std::size_t k : integers_) {
        const Feature& f = samples_.features[k];
        const std::size_t at = f.constant ? 0 : row * f.width;
        const auto begin = f.integers.begin() + static_cast<std::ptrdiff_t>(at);
        numbers.insert(numbers.end(), begin, begin + static_cast<std::ptrdiff_t>(f.width));
      }
      if (all_rows_ || first.try_emplace(numbers, row).second) rows.push_back(row);
      if (integers_.empty() && !all_rows_) break;
    }
    return rows;
  }

  bool right_with(SampleSet sample, int number) const {
    for (const std::size_t k : integers_) {
      std::ranges::fill(sample.features[k].integers, number);
    }
    return !integers_.empty() && fault(sample).empty();
  }

  /// Whether a sample is right with another number in that place.
  bool right_without(SampleSet sample, std::size_t feature, std::size_t element) const {
    for (const int number : {0, 1}) {
      sample.features[feature].integers[element] = number;
      if (fault(sample).empty()) return true;
    }
    return false;
  }

  [[noreturn]] void throw_for_row(std::size_t row, const SampleSet& sample) const {
    // Those of which another one would be right; several where they make a subscript together.
    std::string named, place;
    std::size_t count = 0;
    for (const std::size_t k : integers_) {
      const Feature& f = sample.features[k];
      for (std::size_t e = 0; e < f.width; ++e) {
        if (!right_without(sample, k, e)) continue;
        const Feature& all = samples_.features[k];
        const std::size_t at = all.constant ? e : row * f.width + e;
        if (count++ == 0)
          place = all.constant ? "--set" : place_of_number(model_, all, at, data_, options_);
        named += fmt::format("{}{} in '{}'", count == 1 ? "" : ", ", f.integers[e], f.name);
      }
    }
    if (count == 0) {
      throw runtime::DataError(
          fmt::format("{}: with the integers of this row, a {}; subscripts "
                      "count from 0",
                      data_.place(row), fault(sample)));
    }
    throw runtime::DataError(
        fmt::format("{}: {} {} out of range: with {}, a {}; subscripts count from 0",
                    count == 1 ? place : data_.place(row), named, count == 1 ? "is" : "are",
                    count == 1 ? "it" : "them", fault(sample)));
  }

  std::string sizes() const {
    std::string text;
    for (const Parameter& p : f_.parameters) {
      const auto size = model_.size(p.name, 1);
      if (size) text += fmt::format("{}{} = {}", text.empty() ? " (" : ", ", p.name, *size);
    }
    return text.empty() ? "" : text + ")";
  }

  const Function& f_;
  const Model& model_;
  const SampleSet& samples_;
  const runtime::Dataset& data_;
  const runtime::BindingOptions& options_;
  std::vector<NodeId> roots_;
  std::vector<double> zeros_;
  bool all_rows_;
  std::vector<std::size_t> integers_;  // features
};

}  // namespace

void require_lengths(const Function& f, const Model& model, std::size_t samples) {
  for (const std::size_t count : {std::size_t{1}, samples}) {
    Environment sizes;
    for (const Parameter& p : f.parameters) {
      const auto size = model.size(p.name, count);
      if (size && p.leaves.size() == 1 && p.leaves[0].input != kNoNode) {
        sizes.emplace(f.graph.input_name(p.leaves[0].input), Value::index(*size));
      }
    }
    for (const Length& length : f.lengths) {
      if (length.needed == kNoNode) continue;
      long double said = 0;
      long double needed = 0;
      try {
        said = evaluate<double>(f.graph, length.value, sizes).number();
        needed = evaluate<double>(f.graph, length.needed, sizes).number();
      } catch (const EvaluationError&) {
        continue;  // by an array's elements: the samples tell
      }
      if (said >= needed) continue;
      std::string name = f.graph.input_name(length.input);
      name.erase(name.rfind('['));
      throw UsageError(fmt::format("--length: '{}' of {} has a length of {} then, and {} elements "
                                   "are used with these sizes",
                                   name, model.name(), static_cast<long long>(said),
                                   static_cast<long long>(needed)),
                       "leave it out: the accesses tell how long it is", "gs-length-option");
    }
  }
}

bool require_subscripts(const Function& f, const Model& model, const SampleSet& samples,
                        const runtime::Dataset& data, const runtime::BindingOptions& options) {
  if (samples.count == 0) return true;
  try {
    return Subscripts(f, model, samples, data, options).require();
  } catch (const EvaluationError&) {
    return true;  // an object, say, whose numbers are not told apart
  }
}

}  // namespace gradsmith
