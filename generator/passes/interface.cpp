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

std::vector<NodeId> elements(Function& f, const Parameter& p) {
  std::vector<NodeId> result;
  for (const Leaf& leaf : p.leaves) {
    if (leaf.input == kNoNode || !is_floating(f.graph.type(leaf.type).element)) continue;
    const std::vector<NodeId> of_leaf = elements(f.graph, leaf.input);
    result.insert(result.end(), of_leaf.begin(), of_leaf.end());
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
  for (const Output& o : f.outputs) {
    if (!is_floating(f.graph.element(o.value))) continue;
    if (f.graph.is_scalar(o.value)) {
      result.push_back(o.value);
      continue;
    }
    GRADSMITH_CHECK(f.graph.op(o.value) == Op::Pack, "an array output that is no Pack");
    const auto scalars = f.graph.operands(o.value);
    result.insert(result.end(), scalars.begin(), scalars.end());
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

std::string element_spelling(Element element) { return element == Element::F32 ? "float" : "double"; }

std::string free_name(const Function& f, std::string name) {
  while (f.parameter(name)) name += '_';
  return name;
}

Spelling as_const(const Spelling& spelling) {
  if (spelling.before.starts_with("const ")) return spelling;
  return {"const " + spelling.before, spelling.after};
}

Spelling by_reference(const Spelling& value, bool is_const) {
  Spelling result = value;
  if (value.after.empty()) {
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
  std::vector<NodeId> scalars;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Leaf& leaf : p.leaves) {
      if (!is_floating(f.graph.type(leaf.type).element)) continue;
      Leaf member{{Step{p.name}}, leaf.type, kNoNode};
      member.steps.insert(member.steps.end(), leaf.steps.begin(), leaf.steps.end());
      if (input) {
        member.input = f.graph.input(leaf_name(name, member.steps), leaf.type);
        const std::vector<NodeId> of_member = elements(f.graph, member.input);
        scalars.insert(scalars.end(), of_member.begin(), of_member.end());
      }
      added.leaves.push_back(std::move(member));
    }
  }
  f.parameters.push_back(std::move(added));
  return scalars;
}

void add_partials_outputs(Function& f, const std::string& root, const std::vector<NodeId>& values) {
  const Parameter* p = f.parameter(root);
  GRADSMITH_CHECK(p, "{}", root);
  std::size_t next = 0;
  for (const Leaf& leaf : p->leaves) {
    const auto count = static_cast<std::size_t>(f.graph.element_count(leaf.type));
    GRADSMITH_CHECK(next + count <= values.size(), "{} partials", values.size());
    f.outputs.push_back(
        {root, leaf.steps, assemble(f.graph, leaf.type, std::span(values).subspan(next, count))});
    next += count;
  }
}

NodeId assemble(Graph& g, TypeId type, std::span<const NodeId> scalars) {
  return g.type(type).is_scalar() ? scalars[0] : g.pack(type, scalars);
}

void add_flat_output(Function& f, const std::string& name, const std::vector<NodeId>& values) {
  Element element = Element::F32;
  for (NodeId v : values) {
    if (f.graph.element(v) == Element::F64) element = Element::F64;
  }
  std::vector<NodeId> converted;
  for (NodeId v : values) converted.push_back(f.graph.convert(element, v));
  const std::int64_t extent[] = {static_cast<std::int64_t>(values.size())};
  const TypeId type = f.graph.array_type(element, extent);
  Parameter added;
  added.name = name;
  added.spelling = {element_spelling(element) + "* ", ""};
  added.value_spelling = added.spelling;
  added.role = Role::Output;
  added.leaves.push_back({{Step{}}, type, kNoNode});
  f.outputs.push_back({name, {Step{}}, f.graph.pack(type, converted)});
  f.parameters.push_back(std::move(added));
}

}  // namespace gradsmith
