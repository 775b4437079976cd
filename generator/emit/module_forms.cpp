#include "emit/module_forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emit/wrap.hpp"

namespace gradsmith {
namespace {

/// Recursion follows the nesting of the author's types.
std::string form(const Graph& g, const std::vector<const Leaf*>& leaves, std::size_t depth,
                 std::size_t subscripts) {
  const Leaf& first = *leaves.front();
  const Type& type = g.type(first.type);
  if (first.steps.size() == depth) return type.element == Element::F32 ? "f" : "d";
  const Step& step = first.steps[depth];
  if (step.is_subscript()) {
    const NodeId extent = type.extents[subscripts];
    const std::string count = g.is_constant(extent) ? std::to_string(g.index_value(extent)) : "";
    const std::string mark = step.of_class ? "<" + count + ">" : "[" + count + "]";
    return mark + form(g, leaves, depth + 1, subscripts + 1);
  }
  std::string text = "{";
  for (std::size_t k = 0; k < leaves.size();) {
    const std::string& field = leaves[k]->steps[depth].field;
    std::vector<const Leaf*> of_field;
    for (; k < leaves.size() && leaves[k]->steps[depth].field == field; ++k) {
      of_field.push_back(leaves[k]);
    }
    text += form(g, of_field, depth + 1, subscripts);
  }
  return text + "}";
}

bool is_object(const ModuleParameter& m) {
  if (m.role != ModuleRole::Param) return false;
  return std::ranges::any_of(m.parameter->leaves, [](const Leaf& leaf) {
    return std::ranges::any_of(
        leaf.steps, [](const Step& step) { return !step.is_subscript() || step.of_class; });
  });
}

/// Lines of #include, as they stand in a literal.
std::string include_lines(const std::vector<std::string>& includes) {
  std::string lines;
  for (std::string name : includes) {
    for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2) {
      name.insert(at, 1, '\\');
    }
    lines += "#include " + name + "\\n";
  }
  return lines;
}

}  // namespace

std::string element_type(const Spelling& spelling) {
  std::string type = spelling.before;
  if (type.starts_with("const ")) type.erase(0, 6);
  int depth = 0;
  std::size_t end = 0;
  for (; end < type.size(); ++end) {
    if (type[end] == '<') ++depth;
    if (type[end] == '>') --depth;
    if (depth == 0 && std::string_view("*&(").find(type[end]) != std::string_view::npos) break;
  }
  type.erase(end);
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

std::string number_form(const Graph& graph, const std::vector<Leaf>& leaves) {
  std::vector<const Leaf*> all;
  for (const Leaf& leaf : leaves) all.push_back(&leaf);
  return form(graph, all, 0, 0);
}

std::vector<std::string> object_types(const Function& primal, const ModuleInterface& interface) {
  std::vector<std::string> types;
  for (std::size_t k = 0; k < interface.parameters.size(); ++k) {
    const ModuleParameter& m = interface.parameters[k];
    if (!is_object(m)) continue;
    types.push_back(fmt::format(
        "constexpr gradsmith_type_v1 object_type_{} = {{\"{}\",{}\"{}\",{}\"{}\"}};", k,
        include_lines(primal.includes), line_break(0), element_type(m.parameter->value_spelling),
        line_break(0), number_form(primal.graph, m.parameter->leaves)));
  }
  return types;
}

std::string object_type(const ModuleParameter& m, std::size_t k) {
  return is_object(m) ? fmt::format("&object_type_{}", k) : "nullptr";
}

}  // namespace gradsmith
