// Closing a loop: the states that its body changes become those of a Fold.

#include "frontend/lowering.hpp"
#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {

std::vector<NodeId> Lowering::substitute_all(const std::vector<NodeId>& roots, int level,
                                             const std::vector<NodeId>& values) {
  // One node above all roots, so that what they share is rebuilt once.
  std::uint64_t free = 0;
  for (NodeId root : roots) free |= g_.free(root);
  const NodeId above = g_.fold(Graph::level_above(free), g_.range(g_.index(1)), roots, roots);
  const FoldParts parts = g_.fold_parts(substitute(g_, above, level, values));
  return {parts.inits.begin(), parts.inits.end()};
}

void Lowering::close_loop(NodeId begin, NodeId end, std::int64_t step,
                          const std::vector<Slot>& slots, const std::vector<NodeId>& inits,
                          const std::vector<NodeId>& nexts, clang::SourceLocation where) {
  OpenLoop loop = std::move(loops_.back());
  const int level = static_cast<int>(loops_.size());
  loops_.pop_back();
  std::vector<Slot> kept;
  std::vector<NodeId> first;
  std::vector<NodeId> roots;
  std::uint64_t free = g_.free(begin) | g_.free(end);
  std::vector<bool> changes(slots.size());
  for (std::size_t k = 0; k < slots.size(); ++k) {
    changes[k] = nexts[k] != loop_state(g_, level, k, g_[inits[k]].type);
    free |= g_.free(inits[k]) | g_.free(nexts[k]);
    if (!changes[k]) continue;
    kept.push_back(slots[k]);
    first.push_back(inits[k]);
    roots.push_back(nexts[k]);
  }
  const int canonical = Graph::level_above(free & ~Graph::bit(level));
  if (kept.size() != slots.size() || canonical != level) {
    // States that never change are what they were before, and the rest move up.
    std::vector<NodeId> values{g_.bound(canonical, 0, scalar_type(Element::Index))};
    int next_slot = 1;
    for (std::size_t k = 0; k < slots.size(); ++k) {
      values.push_back(changes[k] ? g_.bound(canonical, next_slot++, g_[inits[k]].type) : inits[k]);
    }
    roots.push_back(end);
    for (const auto& [node, origin] : loop.origins) roots.push_back(node);
    roots = substitute_all(roots, level, values);
    for (std::size_t i = 0; i < loop.origins.size(); ++i) {
      loop.origins[i].first = roots[kept.size() + 1 + i];
    }
    end = roots[kept.size()];
    roots.resize(kept.size());
  }
  if (g_.free(end) & Graph::bit(canonical)) {
    refuse("gs-loop-bound", "the bound of this loop changes while it runs",
           "copy the bound to a variable before the loop", where);
  }
  if (kept.empty()) return;
  const NodeId fold = g_.fold(canonical, {begin, end, g_.index(step)}, first, roots);
  if (loops_.empty()) f_.outermost_loops.push_back(fold);
  for (auto& [node, origin] : loop.origins) origins_.push_back({node, fold, std::move(origin)});
  const auto name_bound = [&](int slot, TypeId type, const std::string& author) {
    if (author.empty()) return;
    origins_.push_back({g_.bound(canonical, slot, type), fold, {author, "", files_.locate(where)}});
  };
  name_bound(0, scalar_type(Element::Index), loop.index_name);
  if (!loop.index_name.empty()) {
    f_.index_names.push_back({{begin, end, g_.index(step)}, loop.index_name});
  }
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const Variable& variable = env_.variable(env_.owner(kept[k]));
    const bool plain = !variable.hidden && variable.layout->leaves.size() == 1 &&
                       variable.layout->kind != Layout::Kind::Class;
    if (plain) name_bound(static_cast<int>(k) + 1, g_[first[k]].type, variable.name);
  }
  for (std::size_t k = 0; k < kept.size(); ++k) {
    write_slot(kept[k], number_cell(note(g_.final_state(fold, static_cast<int>(k)), where)));
    name(whole(env_.owner(kept[k])), where);
  }
}

}  // namespace gradsmith::frontend
