#include "passes/compact.hpp"

#include <algorithm>
#include <utility>

#include "ir/well_formed.hpp"
#include "passes/cost.hpp"

namespace gradsmith {
namespace {

class Copier {
 public:
  explicit Copier(Function f)
      : f_(std::move(f)),
        old_(std::exchange(f_.graph, Graph())),
        origins_(std::exchange(f_.provenance, f_.provenance.emptied())),
        now_(old_.size(), kNoNode) {}

  Function run() {
    std::vector<NodeId> roots = output_values(f_);
    for (const Parameter& p : f_.parameters) {
      for (const Leaf& leaf : p.leaves) {
        if (leaf.input != kNoNode) roots.push_back(leaf.input);
        for (NodeId e : old_.type(leaf.type).extents) roots.push_back(e);
      }
    }
    for (const Leaf& leaf : f_.result_leaves) {
      for (NodeId e : old_.type(leaf.type).extents) roots.push_back(e);
    }
    resolve_lengths();
    const NodeId first_derived = std::exchange(f_.first_derived, 0);
    for (NodeId id : reachable(old_, roots)) {
      if (now_[id] != kNoNode) continue;
      now_[id] = copied(id);
      if (id < first_derived) f_.first_derived = now_[id] + 1;
      f_.provenance.take_from(origins_, id, now_[id]);
    }
    for (Output& o : f_.outputs) o.value = now_[o.value];
    for (Local& l : f_.locals) l.value = l.value == kNoNode ? kNoNode : now_[l.value];
    for (Parameter& p : f_.parameters) copy_leaves(p.leaves);
    copy_leaves(f_.result_leaves);
    std::erase_if(f_.index_names, [&](const IndexName& n) {
      return now_[n.range.begin] == kNoNode || now_[n.range.end] == kNoNode ||
             now_[n.range.step] == kNoNode;
    });
    for (IndexName& n : f_.index_names) {
      n.range = {now_[n.range.begin], now_[n.range.end], now_[n.range.step]};
    }
    std::erase_if(f_.buffers, [&](const Buffer& b) { return now_[b.input] == kNoNode; });
    for (Buffer& b : f_.buffers) b.input = now_[b.input];
    if (f_.simplified) {
      for (std::vector<NodeId>* ids : {&f_.simplified->outputs, &f_.simplified->locals}) {
        for (NodeId& id : *ids) id = id == kNoNode ? kNoNode : now_[id];
      }
    }
    return std::move(f_);
  }

 private:
  /// Extents of known length become what they are over the parameters.
  void resolve_lengths() {
    const std::vector<Length> lengths = std::exchange(f_.lengths, {});
    for (const Length& length : lengths) {
      if (length.value == kNoNode) continue;
      const NodeId root[] = {length.value};
      for (NodeId id : reachable(old_, root)) {
        if (now_[id] == kNoNode) now_[id] = copied(id);
      }
      now_[length.input] = now_[length.value];
    }
    for (const Length& length : lengths) {
      if (length.value == kNoNode) f_.lengths.push_back({input(length.input), kNoNode, kNoNode});
    }
  }
  NodeId input(NodeId id) {
    if (now_[id] == kNoNode) now_[id] = copied(id);
    return now_[id];
  }

  TypeId type(TypeId id) {
    if (id < kScalarTypes) return id;
    Type t = old_.type(id);
    for (NodeId& e : t.extents) e = now_[e];
    return f_.graph.intern(t);
  }

  void copy_leaves(std::vector<Leaf>& leaves) {
    for (Leaf& leaf : leaves) {
      leaf.type = type(leaf.type);
      if (leaf.input != kNoNode) leaf.input = now_[leaf.input];
    }
  }

  NodeId copied(NodeId id) {
    const Node& n = old_[id];
    switch (n.op) {
      case Op::Constant:
        return is_floating(old_.element(id))
                   ? f_.graph.constant(old_.constant_value(id), old_.element(id))
               : old_.element(id) == Element::Bool ? f_.graph.boolean(old_.index_value(id) != 0)
                                                   : f_.graph.index(old_.index_value(id));
      case Op::Input:
        return f_.graph.input(old_.input_name(id), type(n.type));
      case Op::Bound:
        return f_.graph.bound(n.level, old_.slot(id), type(n.type));
      default:
        break;
    }
    operands_.clear();
    for (NodeId o : old_.operands(id)) operands_.push_back(now_[o]);
    return build(f_.graph, {n.op, n.level, type(n.type), n.payload, operands_});
  }

  Function f_;
  const Graph old_;
  const Provenance origins_;
  std::vector<NodeId> now_;       ///< by the ids before
  std::vector<NodeId> operands_;  ///< of copied
};

}  // namespace

Function compact(Function f) {
  f.locals.clear();
  return Copier(std::move(f)).run();
}

Function compact_large(Function f) {
  if (!is_large(f)) return f;
  // To go past a few dead nodes costs less than a copy.
  const std::size_t live = reachable(f.graph, output_values(f)).size();
  return f.graph.size() < live + live / 4 ? f : Copier(std::move(f)).run();
}

}  // namespace gradsmith
