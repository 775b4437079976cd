#include <fmt/format.h>

#include <string>
#include <vector>

#include "ir/notation.hpp"
#include "ir/print.hpp"

namespace gradsmith {
namespace {

/// Between double quotes.
std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string label(const Graph& g, NodeId id) {
  const Op op = g.op(id);
  switch (op) {
    case Op::Constant:
      return constant_text(g, id);
    case Op::Input:
      return escaped(g.input_name(id));
    case Op::Bound:
      return bound_name(g[id].level, g.slot(id));
    case Op::Convert:
      return std::string(conversion_word(g.element(id)));
    case Op::Final:
      return fmt::format("Final {}", g.slot(id));
    case Op::Reduce:
    case Op::ArgReduce:
      return fmt::format("{} {} i{}", op_name(op), op_name(g.reducer(id)), g[id].level);
    default:
      if (is_binder(op)) return fmt::format("{} i{}", op_name(op), g[id].level);
      return std::string(is_operator(op) ? op_row(op).spelling : op_name(op));
  }
}

std::string picture(const Graph& g, std::string_view title, std::span<const NodeId> roots,
                    std::span<const std::string> names) {
  // Graphviz keeps the order of the edges into a node: that of its operands.
  std::string text = fmt::format(
      "digraph \"{}\" {{\n  ordering=in;\n  node [shape=box, style=rounded, fontname=monospace];\n",
      escaped(title));
  for (NodeId id : reachable(g, roots)) {
    const bool leaf = g.operands(id).empty();
    text += fmt::format("  n{} [label=\"{}\"{}];\n", id, label(g, id), leaf ? ", style=solid" : "");
    for (NodeId o : g.operands(id)) text += fmt::format("  n{} -> n{};\n", o, id);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("  out{} [label=\"{}\", shape=plaintext];\n  n{} -> out{};\n", i,
                        escaped(names[i]), roots[i], i);
  }
  return text + "}\n";
}

}  // namespace

std::string to_dot(const Graph& graph, NodeId id) {
  return picture(graph, "expression", std::span(&id, 1), {});
}

std::string to_dot(const Function& f) {
  std::vector<std::string> names;
  for (const Output& o : f.outputs) {
    names.push_back(o.root.empty() ? f.name : leaf_name(o.root, o.steps));
  }
  return picture(f.graph, f.name, output_values(f), names);
}

}  // namespace gradsmith
