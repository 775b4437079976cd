#include "ir/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/well_formed.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : g_(graph), states_(graph.size(), 0) {}

  std::vector<std::string> run() {
    for (NodeId id = 0; id < g_.size(); ++id) {
      if (node(id)) bodies(id);
    }
    return std::move(found_);
  }

 private:
  void say(NodeId id, const std::string& what) {
    found_.push_back(fmt::format("node {} ({}): {}", id, op_name(g_.op(id)), what));
  }

  /// Whether the node is sound enough to be looked into.
  bool node(NodeId id) {
    const Node& n = g_[id];
    const auto operands = g_.operands(id);
    const Type& type = g_.type_of(id);
    std::uint64_t free = n.op == Op::Bound ? Graph::bit(n.level) : 0;
    std::uint64_t states = n.op == Op::Bound && n.payload > 0 ? free : 0;
    for (NodeId o : operands) {
      if (o >= id) return say(id, fmt::format("operand {} does not precede it", o)), false;
      free |= g_.free(o);
      states |= states_[o];
    }
    if (is_binder(n.op)) free &= ~Graph::bit(n.level);
    for (NodeId e : type.extents) {
      if (e >= id) return say(id, fmt::format("extent {} does not precede it", e)), false;
      if (g_.type_of(e) != Type{Element::Index, {}}) say(id, "an extent is no Index");
      if (g_.is_constant(e) && g_.index_value(e) < 0) say(id, "an extent is negative");
      free |= g_.free(e);
    }
    if (free != n.free) say(id, fmt::format("free levels {:#x}, should be {:#x}", n.free, free));
    states_[id] = states & free;
    const std::string reason = complaint(g_, {n.op, n.level, n.type, n.payload, operands});
    if (!reason.empty()) return say(id, reason), false;
    return true;
  }

  void bodies(NodeId id) {
    const Node& n = g_[id];
    if (!is_binder(n.op)) return;
    const NodeId fold = n.op == Op::Trace ? g_.operand(id, 0) : id;
    if (n.op != Op::Trace && n.level != Graph::level_above(n.free)) {
      say(id, fmt::format("level {}, should be {}", n.level, Graph::level_above(n.free)));
    }
    for (NodeId body : g_.operands(id).subspan(g_.outside_operands(id))) {
      if (g_.op(fold) == Op::Fold) {
        states_of(id, fold, body);
      } else if (states_[body] & Graph::bit(n.level)) {
        say(id, "its body uses a state, and it has none");
      }
    }
  }

  /// Every state of the fold's level in this body must be one of the fold's, of that type. What was
  /// seen is remembered for all folds of the same states.
  void states_of(NodeId user, NodeId fold, NodeId body) {
    const FoldParts parts = g_.fold_parts(fold);
    std::vector<TypeId> types;
    for (NodeId init : parts.inits) types.push_back(g_[init].type);
    auto& seen = seen_[{parts.level, types}];
    std::vector<NodeId> stack;
    const auto visit = [&](NodeId id) {
      if ((states_[id] & Graph::bit(parts.level)) && seen.insert(id).second) stack.push_back(id);
    };
    visit(body);
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const Node& n = g_[id];
      if (n.op == Op::Bound && (n.payload > types.size() || n.type != types[n.payload - 1])) {
        say(user, fmt::format("node {} is no state of fold {}", id, fold));
      }
      for (NodeId o : g_.operands(id)) visit(o);
      for (NodeId e : g_.type_of(id).extents) visit(e);
    }
  }

  const Graph& g_;
  std::vector<std::uint64_t> states_;  // levels of which a node depends on a state
  std::map<std::pair<int, std::vector<TypeId>>, std::unordered_set<NodeId>> seen_;
  std::vector<std::string> found_;
};

void check_leaves(const Graph& g, const std::vector<Leaf>& leaves,
                  std::unordered_set<NodeId>& inputs, std::vector<std::string>& found) {
  for (const Leaf& leaf : leaves) {
    if (leaf.input == kNoNode) continue;
    inputs.insert(leaf.input);
    if (leaf.input >= g.size() || g.op(leaf.input) != Op::Input) {
      found.push_back(fmt::format("a leaf's node {} is no input", leaf.input));
    } else if (g[leaf.input].type != leaf.type) {
      found.push_back(
          fmt::format("input {} has another type than its leaf", g.input_name(leaf.input)));
    }
  }
}

void check_output(const Function& f, const Output& output, std::vector<std::string>& found) {
  const std::string name =
      output.root.empty() ? "the result" : leaf_name(output.root, output.steps);
  if (output.value >= f.graph.size()) return found.push_back(name + " has no value");
  if (f.graph.free(output.value) != 0) found.push_back(name + " has a free level");
  if (f.graph.element(output.value) == Element::Tuple) found.push_back(name + " is a Fold");
  const Parameter* parameter = f.parameter(output.root);
  if (!output.root.empty() && !parameter) {
    return found.push_back(name + " goes to no parameter");
  }
  const auto& leaves = parameter ? parameter->leaves : f.result_leaves;
  const auto leaf = std::ranges::find(leaves, output.steps, &Leaf::steps);
  if (leaf == leaves.end()) return found.push_back(name + " is no leaf");
  // Several arrays may follow one another behind one pointer.
  const bool fits = std::ranges::any_of(leaves, [&](const Leaf& l) {
    return l.steps == output.steps && l.type == f.graph[output.value].type;
  });
  if (!fits) found.push_back(name + " has another type");
}

void check_length(const Function& f, const Length& length, std::unordered_set<NodeId>& inputs,
                  std::vector<std::string>& found) {
  const Graph& g = f.graph;
  const auto is_index = [&](NodeId id) {
    return id < g.size() && g.type_of(id) == Type{Element::Index, {}} && g.free(id) == 0;
  };
  if (!is_index(length.input) || g.op(length.input) != Op::Input) {
    return found.push_back(fmt::format("a length's node {} is no integer input", length.input));
  }
  if (length.value != kNoNode && !is_index(length.value)) {
    found.push_back(fmt::format("the length {} is no integer", g.input_name(length.input)));
  }
  inputs.insert(length.input);
}

void check_none(const std::vector<std::string>& found, const std::string& after) {
  GRADSMITH_CHECK(found.empty(), "{} violations{}{}, the first: {}", found.size(),
                  after.empty() ? "" : " after ", after, found.front());
}

}  // namespace

std::vector<std::string> violations(const Graph& graph) { return Verifier(graph).run(); }

std::vector<std::string> violations(const Function& f) {
  std::vector<std::string> found = violations(f.graph);
  std::unordered_set<NodeId> inputs;
  for (const Parameter& p : f.parameters) check_leaves(f.graph, p.leaves, inputs, found);
  for (const Length& length : f.lengths) check_length(f, length, inputs, found);
  for (const Output& output : f.outputs) check_output(f, output, found);
  if (f.value_outputs > f.outputs.size()) found.emplace_back("more value outputs than outputs");
  if (!found.empty()) return found;
  for (const Buffer& b : f.buffers) inputs.insert(b.input);
  std::vector<NodeId> roots = output_values(f);
  for (const Length& length : f.lengths) {
    if (length.value != kNoNode) roots.push_back(length.value);
  }
  for (NodeId id : reachable(f.graph, roots)) {
    if (f.graph.op(id) != Op::Input || inputs.contains(id)) continue;
    if (is_uninitialised(f.graph, id)) continue;
    const Local* local = f.local(f.graph.input_name(id));
    if (local && local->cut) continue;
    found.push_back(fmt::format("input {} belongs to no parameter", f.graph.input_name(id)));
  }
  return found;
}

void verify(const Graph& graph, const std::string& after) { check_none(violations(graph), after); }

void verify(const Function& f, const std::string& after) { check_none(violations(f), after); }

}  // namespace gradsmith
