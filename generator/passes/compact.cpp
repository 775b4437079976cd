#include "passes/compact.hpp"

#include <algorithm>

#include "ir/well_formed.hpp"

namespace gradsmith {
namespace {

class Copier {
 public:
  explicit Copier(const Function& from)
      : from_(from), old_(from.graph), now_(old_.size(), kNoNode) {}

  Function run() {
    Function f = from_;
    f.graph = Graph();
    f.provenance = Provenance();
    f.locals.clear();
    g_ = &f.graph;
    std::vector<NodeId> roots = output_values(from_);
    for (const Parameter& p : from_.parameters) {
      for (const Leaf& leaf : p.leaves) {
        if (leaf.input != kNoNode) roots.push_back(leaf.input);
        for (NodeId e : old_.type(leaf.type).extents) roots.push_back(e);
      }
    }
    for (const Leaf& leaf : from_.result_leaves) {
      for (NodeId e : old_.type(leaf.type).extents) roots.push_back(e);
    }
    resolve_lengths(f);
    for (NodeId id : reachable(old_, roots)) {
      if (now_[id] != kNoNode) continue;
      now_[id] = copied(id);
      for (const Origin& o : from_.provenance.everywhere(id)) f.provenance.add(now_[id], o);
    }
    for (Output& o : f.outputs) o.value = now_[o.value];
    for (Parameter& p : f.parameters) copy_leaves(p.leaves);
    copy_leaves(f.result_leaves);
    std::erase_if(f.index_names, [&](const IndexName& n) {
      return now_[n.range.begin] == kNoNode || now_[n.range.end] == kNoNode ||
             now_[n.range.step] == kNoNode;
    });
    for (IndexName& n : f.index_names) {
      n.range = {now_[n.range.begin], now_[n.range.end], now_[n.range.step]};
    }
    std::erase_if(f.buffers, [&](const Buffer& b) { return now_[b.input] == kNoNode; });
    for (Buffer& b : f.buffers) b.input = now_[b.input];
    return f;
  }

 private:
  /// Extents of known length become what they are over the parameters.
  void resolve_lengths(Function& f) {
    for (const Length& length : from_.lengths) {
      if (length.value == kNoNode) continue;
      const NodeId root[] = {length.value};
      for (NodeId id : reachable(old_, root)) {
        if (now_[id] == kNoNode) now_[id] = copied(id);
      }
      now_[length.input] = now_[length.value];
    }
    f.lengths.clear();
    for (const Length& length : from_.lengths) {
      if (length.value == kNoNode) f.lengths.push_back({input(length.input), kNoNode});
    }
  }
  NodeId input(NodeId id) {
    if (now_[id] == kNoNode) now_[id] = copied(id);
    return now_[id];
  }

  TypeId type(TypeId id) {
    Type t = old_.type(id);
    for (NodeId& e : t.extents) e = now_[e];
    return g_->intern(t);
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
                   ? g_->constant(old_.constant_value(id), old_.element(id))
               : old_.element(id) == Element::Bool ? g_->boolean(old_.index_value(id) != 0)
                                                   : g_->index(old_.index_value(id));
      case Op::Input:
        return g_->input(old_.input_name(id), type(n.type));
      case Op::Bound:
        return g_->bound(n.level, old_.slot(id), type(n.type));
      default:
        break;
    }
    std::vector<NodeId> operands;
    for (NodeId o : old_.operands(id)) operands.push_back(now_[o]);
    return build(*g_, {n.op, n.level, type(n.type), n.payload, operands});
  }

  const Function& from_;
  const Graph& old_;
  Graph* g_ = nullptr;
  std::vector<NodeId> now_;
};

}  // namespace

Function compact(const Function& f) { return Copier(f).run(); }

}  // namespace gradsmith
