#include "commands/not_finite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ir/evaluate.hpp"
#include "passes/interface.hpp"
#include "runtime/data_error.hpp"

namespace gradsmith {
namespace {

using runtime::Block;
using runtime::Feature;
using runtime::Model;
using runtime::SampleSet;

std::vector<long double> numbers_of(const std::string& name, const Model& model,
                                    const std::vector<double>& parameters,
                                    const SampleSet& samples) {
  for (const Block& b : model.parameters()) {
    if (b.name != name) continue;
    const auto begin = parameters.begin() + static_cast<std::ptrdiff_t>(b.offset);
    return {begin, begin + static_cast<std::ptrdiff_t>(b.count)};
  }
  for (const Feature& f : samples.features) {
    if (f.name != name) continue;
    if (f.is_int) return {f.integers.begin(), f.integers.end()};
    return {f.numbers.begin(), f.numbers.end()};
  }
  return {};
}

/// Arrays that the function only works in, of their lengths; what they hold before does not matter.
void add_workspace(const Function& f, Environment& environment) {
  const Graph& g = f.graph;
  const NodeId root = f.outputs.front().value;
  for (const NodeId id : reachable(g, std::span(&root, 1))) {
    if (g.op(id) != Op::Input || g.is_scalar(id) || environment.contains(g.input_name(id))) {
      continue;
    }
    std::vector<std::int64_t> extents;
    std::size_t count = 1;
    for (const NodeId e : g.type_of(id).extents) {
      if (g.is_constant(e)) {
        extents.push_back(g.index_value(e));
        count *= static_cast<std::size_t>(extents.back());
        continue;
      }
      const Length* length = f.length(e);
      const NodeId value = length ? length->value : e;
      if (value == kNoNode) throw EvaluationError("an unknown length");
      const long double extent = evaluate<double>(g, value, environment).number();
      extents.push_back(static_cast<std::int64_t>(std::max(extent, 0.0L)));
      count *= static_cast<std::size_t>(extents.back());
      if (length) environment.emplace(g.input_name(e), Value::index(extents.back()));
    }
    environment.emplace(g.input_name(id),
                        Value(g.element(id), extents, std::vector<long double>(count)));
  }
}

/// An object's numbers lie in the order of its memory; throws EvaluationError where it is an array
/// of a length that comes at run time.
void add_object(const Function& f, const Parameter& p, const std::vector<long double>& numbers,
                Environment& environment) {
  const Graph& g = f.graph;
  std::vector<std::vector<long double>> of_leaf;
  for (const Leaf& leaf : p.leaves) {
    if (!g.has_constant_extents(leaf.type)) throw EvaluationError("an array of structs");
    of_leaf.emplace_back(static_cast<std::size_t>(g.element_count(leaf.type)));
  }
  const std::vector<LeafElement> order = memory_order(g, p.leaves);
  if (order.size() != numbers.size()) throw EvaluationError("a struct of other numbers");
  for (std::size_t k = 0; k < order.size(); ++k) {
    of_leaf[order[k].leaf][static_cast<std::size_t>(order[k].flat)] = numbers[k];
  }
  for (std::size_t k = 0; k < p.leaves.size(); ++k) {
    const Leaf& leaf = p.leaves[k];
    if (leaf.input == kNoNode) continue;
    environment.emplace(g.input_name(leaf.input), Value(g.type(leaf.type).element,
                                                        g.constant_extents(leaf.type), of_leaf[k]));
  }
}

/// What the function's inputs stand for; throws EvaluationError where an object's numbers cannot be
/// told apart.
Environment environment_of(const Function& f, const Model& model,
                           const std::vector<double>& parameters, const SampleSet& samples) {
  const Graph& g = f.graph;
  Environment environment;
  for (const Parameter& p : f.parameters) {
    if (!p.is_input()) continue;
    if (p.leaves.size() != 1) {
      add_object(f, p, numbers_of(p.name, model, parameters, samples), environment);
      continue;
    }
    const Leaf& leaf = p.leaves[0];
    std::vector<long double> numbers = numbers_of(p.name, model, parameters, samples);
    const Element element = g.type(leaf.type).element;
    if (numbers.empty()) {
      const auto size = model.size(p.name, samples.count);
      if (!size) throw EvaluationError("an unknown size");
      numbers = {static_cast<long double>(*size)};
    }
    std::int64_t known = 1;
    std::vector<std::int64_t> extents;
    for (const NodeId e : g.type(leaf.type).extents) {
      extents.push_back(g.is_constant(e) ? g.index_value(e) : -1);
      if (extents.back() > 0) known *= extents.back();
    }
    for (std::size_t k = 0; k < extents.size(); ++k) {
      if (extents[k] >= 0) continue;
      extents[k] = static_cast<std::int64_t>(numbers.size()) / known;
      const NodeId e = g.type(leaf.type).extents[k];
      if (g.op(e) == Op::Input) environment.emplace(g.input_name(e), Value::index(extents[k]));
    }
    if (leaf.input == kNoNode) continue;
    environment.emplace(g.input_name(leaf.input), Value(element, extents, std::move(numbers)));
  }
  add_workspace(f, environment);
  return environment;
}

/// `subscript 7 is not in [0, 3)`; empty where all are in their arrays, or that cannot be told.
std::string subscript_fault(const Function& f, const Environment& environment) {
  try {
    evaluate<double>(f.graph, f.outputs.front().value, environment);
  } catch (const EvaluationError& error) {
    const std::string what = error.what();
    const std::size_t range = what.find(" is not in ");
    if (!what.starts_with("subscript") || range == std::string::npos) return "";
    return what.substr(0, what.find(" of ")) + what.substr(range);
  }
  return "";
}

/// Where numbers stand first, the smallest and the largest one before all others; not of all where
/// they are many.
std::vector<std::size_t> places_of_distinct(const std::vector<int>& numbers) {
  constexpr std::size_t kMostNumbers = 100;
  std::map<int, std::size_t> first;
  for (std::size_t k = 0; k < numbers.size(); ++k) first.try_emplace(numbers[k], k);
  std::vector<std::size_t> places = {first.begin()->second, first.rbegin()->second};
  for (const auto& [number, place] : first) {
    if (places.size() == kMostNumbers) break;
    places.push_back(place);
  }
  return places;
}

}  // namespace

FirstNotFinite first_not_finite(const Function& loss, const Model& model,
                                const std::vector<double>& parameters, const SampleSet& samples,
                                const std::string& sample_count) {
  // Evaluation takes some operations for each parameter and sample; these are a few seconds.
  constexpr double kMostOperations = 5e7;
  const auto each = static_cast<double>(parameters.size() + 1);
  if (static_cast<double>(samples.count) * each > kMostOperations) return {};
  try {
    return search_not_finite(loss, environment_of(loss, model, parameters, samples), sample_count);
  } catch (const EvaluationError&) {
    return {};
  }
}

void require_subscripts(const Function& loss, const Model& model, const SampleSet& samples,
                        const runtime::Dataset& data, const runtime::BindingOptions& options) {
  const std::vector<double> parameters(model.parameter_count());
  const auto fault = [&](const SampleSet& sample) {
    return subscript_fault(loss, environment_of(loss, model, parameters, sample));
  };
  // A function that cannot do with a single sample fails whatever the numbers are.
  const auto can_do_with_one = [&](const SampleSet& sample) {
    SampleSet other = sample;
    for (const int number : {0, 1}) {
      for (Feature& f : other.features) std::ranges::fill(f.integers, number);
      if (fault(other).empty()) return true;
    }
    return false;
  };
  try {
    bool one_was_right = false;
    for (const Feature& f : samples.features) {
      if (!f.is_int || f.integers.empty()) continue;
      for (const std::size_t at : places_of_distinct(f.integers)) {
        const std::size_t row = f.constant ? 0 : at / f.width;
        const SampleSet sample = samples.select({row});
        const std::string what = fault(sample);
        one_was_right = one_was_right || what.empty();
        if (what.empty()) continue;
        if (!one_was_right && !can_do_with_one(sample)) return;
        throw runtime::DataError(fmt::format(
            "{}: {} in '{}' is out of range: with it, a {}; subscripts count from 0",
            place_of_number(model, f, at, data, options), f.integers[at], f.name, what));
      }
    }
  } catch (const EvaluationError&) {
    return;  // an object, say, whose numbers are not told apart
  }
}

}  // namespace gradsmith
