#include "emit/module_call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gradsmith {
namespace {

bool is_integer(const Graph& g, const Leaf& leaf) {
  return !is_floating(g.type(leaf.type).element);
}

bool is_number(const Parameter& p) { return p.leaves.size() == 1 && p.leaves[0].steps.empty(); }

bool runs_long(const Graph& g, const std::vector<Leaf>& leaves) {
  return std::ranges::any_of(leaves,
                             [&](const Leaf& leaf) { return !g.has_constant_extents(leaf.type); });
}

/// `int` of `const int* `.
std::string element_of(std::string spelling) {
  if (spelling.starts_with("const ")) spelling.erase(0, 6);
  const std::size_t end = spelling.find_first_of(" *&(");
  return spelling.substr(0, end);
}

std::size_t count_of(const Graph& g, const std::vector<Leaf>& leaves, Element element) {
  return static_cast<std::size_t>(std::ranges::count_if(
      leaves, [&](const Leaf& leaf) { return g.type(leaf.type).element == element; }));
}

/// Whether what is called cannot see flat numbers as its own, and gets an object of its type.
bool wants_room(const Function& f, const ModuleParameter& m) {
  const std::vector<Leaf>& leaves = m.parameter ? m.parameter->leaves : f.result_leaves;
  // A struct may be larger than its numbers.
  const bool flat = std::ranges::all_of(leaves, [](const Leaf& leaf) {
    return std::ranges::all_of(leaf.steps, &Step::is_subscript);
  });
  const bool doubles = count_of(f.graph, leaves, Element::F64) == leaves.size();
  if (flat && doubles) return false;
  const bool number = leaves.size() == 1 && leaves[0].steps.empty();
  if (!m.parameter) return !number;
  const bool given = m.role == ModuleRole::Param || m.role == ModuleRole::Data;
  if (m.role == ModuleRole::Size || (number && given)) return false;
  if (!flat || m.role != ModuleRole::Data || !m.is_int) return true;
  const bool pointer = runs_long(f.graph, leaves);
  const Spelling& spelling = pointer ? m.parameter->spelling : m.parameter->value_spelling;
  return element_of(spelling.before) != "int";
}

ModuleRole role_of(const Parameter& p, bool integer, bool at_once) {
  if (p.role == Role::Work) return ModuleRole::Work;
  if (p.role == Role::Output) return ModuleRole::Result;
  if (p.role == Role::Param && !integer) return ModuleRole::Param;
  return integer && is_number(p) && at_once ? ModuleRole::Size : ModuleRole::Data;
}

/// Shape and count of the numbers of a parameter or of what is returned.
void measure(const Function& f, const std::vector<Leaf>& leaves, ModuleParameter& m) {
  m.fixed = 0;
  for (const Leaf& leaf : leaves) {
    const Type& type = f.graph.type(leaf.type);
    std::int64_t count = 1;
    m.extents.clear();
    for (const NodeId e : type.extents) {
      if (f.graph.op(e) == Op::Constant) {
        m.extents.push_back(f.graph.index_value(e));
        count *= m.extents.back();
        continue;
      }
      m.extents.push_back(-1);
      m.at_run_time = true;
      const Length* length = f.length(e);
      m.run_time = length ? length->value : e;
      // One that an array holds is not known before there are arguments.
      if (m.run_time != kNoNode && !is_of_scalars(f.graph, m.run_time)) m.run_time = kNoNode;
    }
    m.fixed += count;
  }
  // The numbers of an object lie flat.
  if (leaves.size() > 1) m.extents = {m.at_run_time ? -1 : m.fixed};
}

std::string type_name(const ModuleParameter& m, std::size_t k) {
  return m.parameter ? fmt::format("type_{}", k) : "type_of_result";
}

std::string argument(const ModuleParameter& m, std::size_t k, bool at_once) {
  if (m.in_room) return fmt::format("c_{}", k);
  const std::string type = type_name(m, k);
  const bool number = is_number(*m.parameter);
  std::string from;
  switch (m.role) {
    case ModuleRole::Size:
      return fmt::format("static_cast<{}>(a->sizes[{}])", type, m.slot);
    case ModuleRole::Data: {
      const std::string data = fmt::format("data_{}", m.slot);
      const std::string step = fmt::format("i * step_{}", m.slot);
      if (number) {
        const std::string read = data + (at_once ? "[0]" : "[" + step + "]");
        if (m.is_float) return fmt::format("static_cast<float>({})", read);
        return m.is_int ? fmt::format("static_cast<{}>({})", type, read) : read;
      }
      from = at_once ? data : data + " + " + step;
      break;
    }
    case ModuleRole::Param:
      if (number && m.is_float) return fmt::format("static_cast<float>(p[{}])", m.offset);
      if (number) return fmt::format("p[{}]", m.offset);
      from = m.at_run_time ? m.offset : "p + " + m.offset;
      break;
    default:
      if (number && m.role == ModuleRole::Result) return m.offset + "[0]";
      from = m.offset;
  }
  if (m.at_run_time) return fmt::format("reinterpret_cast<{}>({})", type, from);
  const char* constant = m.role == ModuleRole::Param || m.role == ModuleRole::Data ? "const " : "";
  return fmt::format("*reinterpret_cast<{}{}*>({})", constant, type, from);
}

}  // namespace

Spelling as_pointer(const Spelling& s) {
  if (!s.after.starts_with("[]")) return s;
  return {s.before + "(*", ")" + s.after.substr(2)};
}

std::string why_not_in_module(const Function& f) {
  const Graph& g = f.graph;
  for (const Parameter& p : f.parameters) {
    const std::string who = fmt::format("'{}' ", p.name);
    if (p.role == Role::InOut) return who + "is read and written";
    const std::size_t integers = static_cast<std::size_t>(
        std::ranges::count_if(p.leaves, [&](const Leaf& leaf) { return is_integer(g, leaf); }));
    const bool mixed = integers > 0 && integers < p.leaves.size();
    if (mixed && p.role != Role::Output) return who + "holds integers and others";
    // How large each may be is not described.
    if (integers > 1 && p.role != Role::Output) return who + "is a struct of integers";
  }
  for (const ModuleParameter& m : module_interface(f).parameters) {
    const bool unknown = m.at_run_time && m.run_time == kNoNode;
    if (m.in_room && unknown) {
      return fmt::format("how many elements '{}' has is not known", m.parameter->name);
    }
  }
  return "";
}

ModuleInterface module_interface(const Function& f) {
  ModuleInterface result;
  result.at_once = std::ranges::any_of(
      f.parameters, [&](const Parameter& p) { return runs_long(f.graph, p.leaves); });
  int data = 0;
  int sizes = 0;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const Parameter& p = f.parameters[k];
    ModuleParameter m;
    m.parameter = &p;
    m.is_int = !p.leaves.empty() && is_integer(f.graph, p.leaves[0]);
    m.is_float = count_of(f.graph, p.leaves, Element::F32) > 0;
    m.role = role_of(p, m.is_int, result.at_once);
    measure(f, p.leaves, m);
    m.in_room = wants_room(f, m);
    if (m.role == ModuleRole::Data) m.slot = data++;
    if (m.role == ModuleRole::Size) m.slot = sizes++;
    if (m.role == ModuleRole::Param) {
      if (m.at_run_time) {
        m.offset = fmt::format("p_{}", k);
      } else {
        m.offset = fmt::format("{}", result.fixed_count);
        result.fixed_count += m.fixed;
      }
    }
    if (m.role == ModuleRole::Work) m.offset = fmt::format("w_{}", k);
    if (m.role == ModuleRole::Result) m.offset = fmt::format("r_{}", k);
    result.parameters.push_back(std::move(m));
  }
  if (!f.result_leaves.empty()) {
    ModuleParameter m;
    m.role = ModuleRole::Result;
    measure(f, f.result_leaves, m);
    m.is_float = count_of(f.graph, f.result_leaves, Element::F32) > 0;
    m.in_room = wants_room(f, m);
    m.offset = fmt::format("r_{}", f.parameters.size());
    result.parameters.push_back(std::move(m));
  }
  return result;
}

std::string argument_types(const Function& f, const ModuleInterface& interface) {
  std::string text;
  const auto add = [&](const Spelling& s, const std::string& name) {
    text += "typedef " + s.declare(name) + ";\n";
  };
  for (std::size_t k = 0; k < interface.parameters.size(); ++k) {
    const ModuleParameter& m = interface.parameters[k];
    const std::string name = type_name(m, k);
    if (m.in_room) continue;
    if (!m.parameter) {
      if (f.result_leaves.size() != 1 || !f.result_leaves[0].steps.empty()) add(f.result, name);
      continue;
    }
    const bool number = is_number(*m.parameter);
    if (m.at_run_time) {
      add(as_pointer(m.parameter->spelling), name);
    } else if (!number || m.is_int || m.role == ModuleRole::Work) {
      add(m.parameter->value_spelling, name);
    }
  }
  return text;
}

std::vector<std::string> arguments(const Function& f, const ModuleInterface& interface) {
  std::vector<std::string> list;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    list.push_back(argument(interface.parameters[k], k, interface.at_once));
  }
  return list;
}

}  // namespace gradsmith
