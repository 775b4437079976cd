#include "frontend/data_flags.hpp"

namespace gradsmith::frontend {

DataFlags::DataFlags(const Graph& graph) : g_(graph) {
  std::vector<NodeId> folds;
  for (NodeId id = 0; id < g_.size(); ++id) {
    if (g_.op(id) != Op::Fold) continue;
    const FoldParts parts = g_.fold_parts(id);
    for (std::size_t k = 0; k < parts.inits.size(); ++k) {
      if (!g_.is_scalar(parts.inits[k]) || g_.element(parts.inits[k]) != Element::Bool) continue;
      flags_.emplace(parts.level, static_cast<int>(k) + 1);
    }
    folds.push_back(id);
  }
  // Those that are set by others that are none are none, either.
  for (bool changed = true; changed;) {
    changed = false;
    for (NodeId fold : folds) {
      const FoldParts parts = g_.fold_parts(fold);
      for (std::size_t k = 0; k < parts.nexts.size(); ++k) {
        const std::pair flag(parts.level, static_cast<int>(k) + 1);
        if (!flags_.contains(flag) || !hangs_on_index(g_, {parts.nexts[k]}, this)) continue;
        flags_.erase(flag);
        changed = true;
      }
    }
  }
}

bool DataFlags::contains(NodeId id) const {
  if (!g_.is_scalar(id) || g_.element(id) != Element::Bool) return false;
  if (g_.op(id) == Op::Bound) return flags_.contains({g_[id].level, g_.slot(id)});
  if (g_.op(id) != Op::Final) return false;
  return flags_.contains({g_[g_.operand(id, 0)].level, g_.slot(id) + 1});
}

bool hangs_on_index(const Graph& g, std::vector<NodeId> stack, const DataFlags* flags) {
  constexpr std::size_t most = 256;
  for (std::size_t seen = 0; !stack.empty() && seen < most; ++seen) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (g.free(id) == 0 && g.op(id) != Op::Final) continue;
    const Op op = g.op(id);
    if (is_operator(op) || op == Op::Convert || op == Op::If) {
      for (NodeId o : g.operands(id)) stack.push_back(o);
    } else if (op != Op::At && !is_floating(g.element(id)) && !(flags && flags->contains(id))) {
      return true;
    }
  }
  return !stack.empty();
}

}  // namespace gradsmith::frontend
