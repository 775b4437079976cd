#include "passes/interface.hpp"

#include <algorithm>

#include "support/check.hpp"

namespace gradsmith {

std::vector<NodeId> elements(Graph& g, NodeId input) {
  const TypeId type = g[input].type;
  if (g.type(type).is_scalar()) return {input};
  const std::vector<std::int64_t> n = g.constant_extents(type);
  const std::int64_t count = g.element_count(type);
  std::vector<NodeId> result;
  for (std::int64_t flat = 0; flat < count; ++flat) {
    std::vector<NodeId> subscripts(n.size());
    std::int64_t rest = flat;
    for (std::size_t k = n.size(); k-- > 0;) {
      subscripts[k] = g.index(rest % n[k]);
      rest /= n[k];
    }
    result.push_back(g.at(input, subscripts));
  }
  return result;
}

namespace {

/// Whether an element lies before another in memory: the first step where their paths part decides.
bool lies_before(const std::vector<Leaf>& leaves, const LeafElement& a, const LeafElement& b) {
  const std::vector<Step>& left = leaves[a.leaf].steps;
  const std::vector<Step>& right = leaves[b.leaf].steps;
  std::size_t subscript = 0;
  for (std::size_t k = 0; k < left.size() && k < right.size(); ++k) {
    if (!(left[k] == right[k])) break;
    if (!left[k].is_subscript()) continue;
    if (a.subscripts[subscript] != b.subscripts[subscript]) {
      return a.subscripts[subscript] < b.subscripts[subscript];
    }
    ++subscript;
  }
  return a.leaf < b.leaf;  // members are in declaration order
}

}  // namespace

std::vector<LeafElement> memory_order(const Graph& g, const std::vector<Leaf>& leaves) {
  std::vector<LeafElement> result;
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    const TypeId type = leaves[leaf].type;
    if (!is_floating(g.type(type).element)) continue;
    const std::vector<std::int64_t> n = g.constant_extents(type);
    const std::int64_t count = g.element_count(type);
    for (std::int64_t flat = 0; flat < count; ++flat) {
      LeafElement e{leaf, flat, std::vector<std::int64_t>(n.size())};
      std::int64_t rest = flat;
      for (std::size_t k = n.size(); k-- > 0;) {
        e.subscripts[k] = rest % n[k];
        rest /= n[k];
      }
      result.push_back(std::move(e));
    }
  }
  std::stable_sort(result.begin(), result.end(), [&](const LeafElement& a, const LeafElement& b) {
    return lies_before(leaves, a, b);
  });
  return result;
}

std::vector<NodeId> by_leaf(Graph& g, const std::vector<Leaf>& leaves,
                            std::span<const NodeId> numbers) {
  const std::vector<LeafElement> order = memory_order(g, leaves);
  GRADSMITH_CHECK_EQ(order.size(), numbers.size());
  std::vector<std::vector<NodeId>> scalars(leaves.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& list = scalars[order[i].leaf];
    const auto flat = static_cast<std::size_t>(order[i].flat);
    if (list.size() <= flat) list.resize(flat + 1, kNoNode);
    list[flat] = numbers[i];
  }
  std::vector<NodeId> result;
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    const TypeId type = leaves[leaf].type;
    if (!is_floating(g.type(type).element)) {
      result.push_back(kNoNode);
    } else {
      result.push_back(g.type(type).is_scalar() ? scalars[leaf][0] : g.pack(type, scalars[leaf]));
    }
  }
  return result;
}

std::vector<OutputGroup> output_groups(const Function& f) {
  const Graph& g = f.graph;
  std::vector<OutputGroup> groups;
  std::vector<std::vector<NodeId>> values;
  for (const Output& o : f.outputs) {
    if (groups.empty() || groups.back().root != o.root) {
      groups.push_back({o.root, {}, {}});
      values.emplace_back();
    }
    groups.back().leaves.push_back({o.steps, g[o.value].type, kNoNode});
    values.back().push_back(o.value);
  }
  for (std::size_t k = 0; k < groups.size(); ++k) {
    for (const LeafElement& e : memory_order(g, groups[k].leaves)) {
      const NodeId value = values[k][e.leaf];
      if (g.is_scalar(value)) {
        groups[k].numbers.push_back(value);
        continue;
      }
      GRADSMITH_CHECK(g.op(value) == Op::Pack, "an array output that is no Pack");
      groups[k].numbers.push_back(g.operand(value, static_cast<std::size_t>(e.flat)));
    }
  }
  return groups;
}

std::vector<NodeId> elements(Function& f, const Parameter& p) {
  std::vector<NodeId> result;
  std::vector<Leaf> leaves;
  for (const Leaf& leaf : p.leaves) {
    if (leaf.input != kNoNode) leaves.push_back(leaf);
  }
  std::vector<std::vector<NodeId>> scalars;
  for (const Leaf& leaf : leaves) {
    const bool floating = is_floating(f.graph.type(leaf.type).element);
    scalars.push_back(floating ? elements(f.graph, leaf.input) : std::vector<NodeId>());
  }
  for (const LeafElement& e : memory_order(f.graph, leaves)) {
    result.push_back(scalars[e.leaf][static_cast<std::size_t>(e.flat)]);
  }
  return result;
}

std::vector<NodeId> differentiated_elements(Function& f) {
  std::vector<NodeId> result;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    const std::vector<NodeId> of_parameter = elements(f, p);
    result.insert(result.end(), of_parameter.begin(), of_parameter.end());
  }
  return result;
}

std::vector<NodeId> output_elements(const Function& f) {
  std::vector<NodeId> result;
  for (const OutputGroup& group : output_groups(f)) {
    result.insert(result.end(), group.numbers.begin(), group.numbers.end());
  }
  return result;
}

Element common_element(const Function& f) {
  const Graph& g = f.graph;
  for (const Output& o : f.outputs) {
    if (g.element(o.value) == Element::F64) return Element::F64;
  }
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Leaf& leaf : p.leaves) {
      if (g.type(leaf.type).element == Element::F64) return Element::F64;
    }
  }
  return Element::F32;
}

std::string element_spelling(Element element) {
  return element == Element::F32 ? "float" : "double";
}

std::string free_name(const Function& f, std::string name) {
  while (f.parameter(name)) name += '_';
  return name;
}

Spelling as_const(const Spelling& spelling) {
  if (spelling.before.starts_with("const ")) return spelling;
  return {"const " + spelling.before, spelling.after};
}

Spelling unshared(Spelling spelling) {
  if (spelling.before.ends_with("* ")) spelling.before += "__restrict ";
  return spelling;
}

Spelling by_reference(const Spelling& value, bool is_const) {
  Spelling result = value;
  // Arrays of constant length and pointers refer to their elements already.
  if (value.after.empty() && !value.before.ends_with("* ")) {
    while (result.before.ends_with(' ')) result.before.pop_back();
    result.before += "& ";
  }
  return is_const ? as_const(result) : result;
}

Function inputs_only(Function f, const std::string& name) {
  f.name = name;
  f.outputs.clear();
  f.value_outputs = 0;
  f.result = {"void ", ""};
  f.result_leaves.clear();
  std::erase_if(f.parameters, [](const Parameter& p) { return !p.is_input(); });
  for (Parameter& p : f.parameters) {
    if (p.role != Role::InOut) continue;
    p.role = Role::Param;
    p.spelling = as_const(p.spelling);
  }
  return f;
}

std::vector<NodeId> add_partials_parameter(Function& f, const std::string& base,
                                           const std::string& name, bool input) {
  const std::string type = base + "_partials& ";
  Parameter added;
  added.name = name;
  added.spelling = {input ? "const " + type : type, ""};
  added.value_spelling = {base + "_partials ", ""};
  added.role = input ? Role::Data : Role::Output;
  added.class_type = true;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Leaf& leaf : p.leaves) {
      if (!is_floating(f.graph.type(leaf.type).element)) continue;
      Leaf member{{Step{p.name}}, leaf.type, kNoNode};
      member.steps.insert(member.steps.end(), leaf.steps.begin(), leaf.steps.end());
      if (input) member.input = f.graph.input(leaf_name(name, member.steps), leaf.type);
      added.leaves.push_back(std::move(member));
    }
  }
  const std::vector<NodeId> numbers = input ? elements(f, added) : std::vector<NodeId>();
  f.parameters.push_back(std::move(added));
  return numbers;
}

void add_partials_outputs(Function& f, const std::string& root, const std::vector<NodeId>& values) {
  const Parameter* p = f.parameter(root);
  GRADSMITH_CHECK(p, "{}", root);
  const std::vector<Leaf> leaves = p->leaves;
  const std::vector<NodeId> of_leaf = by_leaf(f.graph, leaves, values);
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    f.outputs.push_back({root, leaves[k].steps, of_leaf[k]});
  }
}

void add_flat_output(Function& f, const std::string& name, Element element,
                     const std::vector<NodeId>& values) {
  Parameter added;
  added.name = name;
  added.spelling = {element_spelling(element) + "* ", ""};
  added.value_spelling = added.spelling;
  added.role = Role::Output;
  f.parameters.push_back(std::move(added));
  if (values.empty()) return;
  std::vector<NodeId> converted;
  for (NodeId v : values) converted.push_back(f.graph.convert(element, v));
  const std::int64_t extent[] = {static_cast<std::int64_t>(values.size())};
  const TypeId type = f.graph.array_type(element, extent);
  f.parameters.back().leaves.push_back({{Step{}}, type, kNoNode});
  f.outputs.push_back({name, {Step{}}, f.graph.pack(type, converted)});
}

void replace_flat_output(Function& f, const std::vector<NodeId>& values) {
  Parameter& flat = f.parameters.back();
  if (flat.leaves.empty()) {
    GRADSMITH_CHECK(values.empty(), "{} has no numbers", flat.name);
    return;
  }
  if (values.empty()) {
    flat.leaves.clear();
    f.outputs.pop_back();
    return;
  }
  const std::int64_t extent[] = {static_cast<std::int64_t>(values.size())};
  const Element element = f.graph.type(flat.leaves[0].type).element;
  flat.leaves[0].type = f.graph.array_type(element, extent);
  f.outputs.back().value = f.graph.pack(flat.leaves[0].type, values);
}

}  // namespace gradsmith
