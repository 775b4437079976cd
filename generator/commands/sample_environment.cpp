#include "commands/sample_environment.hpp"

#include <algorithm>

#include "passes/interface.hpp"

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
  for (std::size_t k = 0; k < samples.features.size(); ++k) {
    const Feature& f = samples.features[k];
    if (f.name != name) continue;
    std::vector<long double> row(f.numbers.begin(), f.numbers.end());
    if (f.is_int) row.assign(f.integers.begin(), f.integers.end());
    if (!model.repeats(k, f)) return row;
    std::vector<long double> all;
    for (std::size_t i = 0; i < samples.count; ++i) all.insert(all.end(), row.begin(), row.end());
    return all;
  }
  return {};
}

/// Arrays that the function only works in, of their lengths; what they hold before does not matter.
void add_workspace(const Function& f, Environment& environment) {
  const Graph& g = f.graph;
  for (const NodeId id : reachable(g, output_values(f))) {
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

}  // namespace

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

}  // namespace gradsmith
