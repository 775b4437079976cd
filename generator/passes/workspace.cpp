#include "passes/workspace.hpp"

#include <fmt/format.h>

#include <optional>

#include "ir/arrays.hpp"
#include "ir/fold_constant.hpp"
#include "passes/guards.hpp"
#include "passes/interface.hpp"
#include "support/refusal.hpp"

namespace gradsmith {
namespace {

/// How many elements of a workspace a function needs; empty where it needs none.
std::optional<NodeId> workspace_size(Function& f) {
  Graph& g = f.graph;
  std::optional<NodeId> total;
  for (const Buffer& b : f.buffers) {
    if (b.output >= 0 || !is_in_workspace(g, b)) continue;
    const NodeId size = element_count(g, g.type_of(b.input).extents);
    total = total ? folded(g, Op::Add, *total, size) : size;
  }
  return total;
}

}  // namespace

NodeId element_count(Graph& g, std::span<const NodeId> extents) {
  NodeId count = g.index(1);
  for (NodeId e : extents) {
    e = never_negative(g, e);
    count = g.is_constant(count, 1) ? e : folded(g, Op::Mul, count, e);
  }
  return count;
}

std::vector<Item> with_workspace(Function f) {
  const std::optional<NodeId> size = workspace_size(f);
  std::vector<Item> items;  // not from a list of initialisers, which would copy the graph
  if (!size) {
    items.emplace_back(std::move(f));
    return items;
  }
  if (!is_of_scalars(f.graph, *size)) {
    throw Refusal(
        "gs-length-option",
        fmt::format("{} needs a workspace whose length would be read from an array", f.name),
        "pass that number as an integer parameter, and say it by --length", f.where);
  }
  Function length;
  length.graph = f.graph;
  length.name = f.name + "_work";
  length.namespaces = f.namespaces;
  length.files = f.files;
  length.result = {"long long ", ""};
  length.result_leaves = {Leaf{{}, scalar_type(Element::Index), kNoNode}};
  length.comment = fmt::format("The number of elements of the workspace that {} needs.", f.name);
  length.wide_integers = true;
  length.value_outputs = 1;
  length.outputs.push_back({"", {}, *size});
  for (const Parameter& p : f.parameters) {
    if (is_integer(f.graph, p)) length.parameters.push_back(p);
  }
  f.workspace = free_name(f, "work");
  Parameter work;
  work.name = f.workspace;
  work.spelling = unshared({"double* ", ""});
  work.value_spelling = work.spelling;
  work.role = Role::Output;
  f.parameters.push_back(std::move(work));
  items.emplace_back(std::move(length));
  items.emplace_back(std::move(f));
  return items;
}

}  // namespace gradsmith
