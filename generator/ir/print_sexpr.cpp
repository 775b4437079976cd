#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ir/notation.hpp"
#include "ir/print.hpp"

namespace gradsmith {
namespace {

/// Beyond this height a node gets a name, so that neither the text nor its reader nests deep.
constexpr int kHighest = 12;

class SexprPrinter {
 public:
  SexprPrinter(const Graph& graph, std::span<const NodeId> roots) : g_(graph) {
    std::vector<std::uint32_t> uses(graph.size(), 0);
    names_.resize(graph.size(), 0);
    const std::vector<NodeId> nodes = reachable(graph, roots);
    for (NodeId id : nodes) {
      for (NodeId o : graph.operands(id)) ++uses[o];
      for (NodeId e : graph.type_of(id).extents) ++uses[e];
    }
    for (NodeId root : roots) ++uses[root];
    std::vector<int> height(graph.size(), 0);
    std::uint32_t named = 0;
    for (NodeId id : nodes) {
      if (graph.is_constant(id)) continue;
      const auto rise = [&](NodeId o) { height[id] = std::max(height[id], height[o] + 1); };
      for (NodeId o : graph.operands(id)) rise(o);
      for (NodeId e : graph.type_of(id).extents) rise(e);
      if (uses[id] < 2 && height[id] < kHighest) continue;
      height[id] = 0;
      text_ += fmt::format("\n  (let %{} {})", named + 1, definition(id));
      names_[id] = ++named;  // not before: its own definition does not mention it
    }
  }

  /// The definitions, a line each.
  const std::string& definitions() const { return text_; }

  std::string node(NodeId id) const {
    return names_[id] != 0 ? fmt::format("%{}", names_[id]) : definition(id);
  }

 private:
  std::string type(TypeId id) const {
    const Type& t = g_.type(id);
    std::string text(element_word(t.element));
    for (NodeId e : t.extents) text += " " + node(e);
    return t.is_scalar() ? text : "(" + text + ")";
  }

  std::string list(std::span<const NodeId> ids) const {
    std::string text;
    for (NodeId id : ids) text += (text.empty() ? "" : " ") + node(id);
    return text;
  }

  /// The height of what has no name is bounded, and so is this recursion.
  std::string definition(NodeId id) const {
    const Node& n = g_[id];
    const auto o = g_.operands(id);
    const std::string_view name = op_name(n.op);
    switch (n.op) {
      case Op::Constant:
        return constant_text(g_, id);
      case Op::Input:
        return fmt::format("(Input \"{}\" {})", g_.input_name(id), type(n.type));
      case Op::Bound:
        return fmt::format("(Bound {} {} {})", n.level, n.payload, type(n.type));
      case Op::Convert:
      case Op::OneHot:
      case Op::Pack:
        return fmt::format("({} {}{}{})", name, type(n.type), o.empty() ? "" : " ", list(o));
      case Op::Final:
        return fmt::format("(Final {} {})", n.payload, node(o[0]));
      case Op::Map:
      case Op::Trace:
        return fmt::format("({} {} {})", name, n.level, list(o));
      case Op::Write:
        return fmt::format("(Write {} ({}) {})", n.level, list(o.first(3)), list(o.subspan(3)));
      case Op::Reduce:
      case Op::ArgReduce:
        return fmt::format("({} {} {} ({}) {})", name, op_name(g_.reducer(id)), n.level,
                           list(o.first(3)), list(o.subspan(3)));
      case Op::Fold: {
        const FoldParts parts = g_.fold_parts(id);
        return fmt::format("(Fold {} ({}) ({}) ({}))", n.level, list(o.first(3)), list(parts.inits),
                           list(parts.nexts));
      }
      default:
        return fmt::format("({} {})", name, list(o));
    }
  }

  const Graph& g_;
  std::vector<std::uint32_t> names_;  // 0: written where it is used
  std::string text_;
};

}  // namespace

std::string to_sexpr(const Graph& graph, NodeId id) {
  const SexprPrinter printer(graph, std::span(&id, 1));
  return fmt::format("(graph{}\n  {})", printer.definitions(), printer.node(id));
}

std::string to_sexpr(const Function& f) {
  const std::vector<NodeId> values = output_values(f);
  const SexprPrinter printer(f.graph, values);
  std::string text = fmt::format("(function \"{}\"{}", f.name, printer.definitions());
  for (const Output& o : f.outputs) {
    text +=
        fmt::format("\n  (output \"{}\" {})", leaf_name(o.root, o.steps), printer.node(o.value));
  }
  return text + ")";
}

}  // namespace gradsmith
