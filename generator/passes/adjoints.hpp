#pragma once

// The adjoints of nodes while reverse accumulation goes down the ids.

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "passes/guards.hpp"

namespace gradsmith {

/// The adjoints that a sweep has not used yet. The function's own sweep sees nodes by the million
/// and keeps a row for each id; the sweep of a loop's body sees few.
class Adjoints {
 public:
  explicit Adjoints(bool every_node) : every_node_(every_node) {}

  GuardedSum& of(NodeId id) {
    if (!every_node_) return few_[id];
    if (id >= rows_.size()) rows_.resize(id + std::size_t{1});
    return rows_[id];
  }
  /// Moves a node's adjoint out; empty where it has none.
  GuardedSum take(NodeId id) {
    if (every_node_) return id < rows_.size() ? std::exchange(rows_[id], {}) : GuardedSum();
    const auto found = few_.find(id);
    return found == few_.end() ? GuardedSum() : std::exchange(found->second, {});
  }
  /// What is left, ascending.
  std::vector<std::pair<NodeId, GuardedSum>> take_all() {
    std::vector<std::pair<NodeId, GuardedSum>> all;
    for (NodeId id = 0; id < rows_.size(); ++id) {
      if (!rows_[id].empty()) all.emplace_back(id, std::move(rows_[id]));
    }
    for (auto& [id, sum] : few_) {
      if (!sum.empty()) all.emplace_back(id, std::move(sum));
    }
    std::ranges::sort(all, {}, &std::pair<NodeId, GuardedSum>::first);
    return all;
  }

 private:
  bool every_node_;
  std::vector<GuardedSum> rows_;  // by id
  std::unordered_map<NodeId, GuardedSum> few_;
};

}  // namespace gradsmith
