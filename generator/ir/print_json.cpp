#include <fmt/format.h>

#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "ir/notation.hpp"
#include "ir/print.hpp"

namespace gradsmith {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<int>(c));
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

class JsonPrinter {
 public:
  JsonPrinter(const Graph& graph, std::span<const NodeId> roots)
      : g_(graph), nodes_(reachable(graph, roots)) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) place_[nodes_[i]] = i;
  }

  /// Numbered from 0, so that the text does not depend on what else the graph holds.
  std::size_t place(NodeId id) const { return place_.at(id); }

  std::string nodes() const {
    std::string text = "[";
    for (NodeId id : nodes_) text += (text.size() == 1 ? "\n    " : ",\n    ") + node(id);
    return text + "]";
  }

 private:
  std::string list(std::span<const NodeId> ids) const {
    std::string text;
    for (NodeId id : ids) text += fmt::format("{}{}", text.empty() ? "" : ", ", place(id));
    return "[" + text + "]";
  }

  std::string node(NodeId id) const {
    const Node& n = g_[id];
    const Type& type = g_.type_of(id);
    std::string text = fmt::format("{{\"id\": {}, \"op\": \"{}\", \"element\": \"{}\"", place(id),
                                   op_name(n.op), element_word(type.element));
    if (!type.is_scalar()) text += fmt::format(", \"extents\": {}", list(type.extents));
    if (n.count > 0) text += fmt::format(", \"operands\": {}", list(g_.operands(id)));
    if (n.level > 0) text += fmt::format(", \"level\": {}", n.level);
    if (n.op == Op::Constant) text += fmt::format(", \"value\": {}", value(id));
    if (n.op == Op::Input) text += fmt::format(", \"name\": {}", quoted(g_.input_name(id)));
    if (n.op == Op::Bound || n.op == Op::Final) text += fmt::format(", \"slot\": {}", n.payload);
    if (n.op == Op::Fold) text += fmt::format(", \"states\": {}", n.payload);
    if (n.op == Op::Reduce || n.op == Op::ArgReduce) {
      text += fmt::format(", \"by\": \"{}\"", op_name(g_.reducer(id)));
    }
    return text + "}";
  }

  /// JSON has no infinities and no NaN: those are strings.
  std::string value(NodeId id) const {
    if (!is_floating(g_.element(id))) return constant_text(g_, id, true);
    const double number = g_.constant_value(id);
    if (!std::isfinite(number)) return quoted(constant_text(g_, id));
    return g_.element(id) == Element::F32 ? fmt::format("{}", static_cast<float>(number))
                                          : fmt::format("{}", number);
  }

  const Graph& g_;
  std::vector<NodeId> nodes_;
  std::unordered_map<NodeId, std::size_t> place_;
};

}  // namespace

std::string to_json(const Graph& graph, NodeId id) {
  const JsonPrinter printer(graph, std::span(&id, 1));
  return fmt::format("{{\n  \"nodes\": {},\n  \"outputs\": [{{\"node\": {}}}]\n}}\n",
                     printer.nodes(), printer.place(id));
}

std::string to_json(const Function& f) {
  const JsonPrinter printer(f.graph, output_values(f));
  std::string outputs;
  for (const Output& o : f.outputs) {
    outputs += fmt::format("{}{{\"name\": {}, \"node\": {}}}", outputs.empty() ? "" : ", ",
                           quoted(leaf_name(o.root, o.steps)), printer.place(o.value));
  }
  return fmt::format("{{\n  \"function\": {},\n  \"nodes\": {},\n  \"outputs\": [{}]\n}}\n",
                     quoted(f.name), printer.nodes(), outputs);
}

}  // namespace gradsmith
