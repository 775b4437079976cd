#include "frontend/environment.hpp"

#include <algorithm>

#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

bool meet(const std::unordered_set<Slot>& a, const std::unordered_set<Slot>& b) {
  if (a.size() > b.size()) return meet(b, a);
  return std::any_of(a.begin(), a.end(), [&](Slot s) { return b.contains(s); });
}

}  // namespace

bool Accesses::conflicts_with(const Accesses& other) const {
  return meet(written, other.written) || meet(written, other.read) || meet(read, other.written);
}

void Accesses::merge(const Accesses& other) {
  read.insert(other.read.begin(), other.read.end());
  written.insert(other.written.begin(), other.written.end());
}

VariableId Environment::declare(Variable variable) {
  const auto id = static_cast<VariableId>(variables_.size());
  variable.first = static_cast<Slot>(cells_.size());
  variable.branches = branches();
  cells_.resize(cells_.size() + variable.layout->leaves.size());
  owners_.resize(cells_.size(), id);
  variables_.push_back(std::move(variable));
  return id;
}

const Cell& Environment::get(Slot slot) {
  for (Accesses& tracker : trackers_) tracker.read.insert(slot);
  return cells_[slot];
}

void Environment::set(Slot slot, Cell cell) {
  for (Accesses& tracker : trackers_) tracker.written.insert(slot);
  if (!branches_.empty()) {
    Branch& branch = branches_.back();
    if (slot < branch.end && branch.changed.insert(slot).second) {
      branch.old.emplace_back(slot, cells_[slot]);
    }
  }
  cells_[slot] = std::move(cell);
}

void Environment::begin_branch() {
  branches_.push_back({static_cast<Slot>(cells_.size()), {}, {}});
}

Changes Environment::end_branch() {
  GRADSMITH_CHECK(!branches_.empty(), "a branch ends that did not begin");
  Branch branch = std::move(branches_.back());
  branches_.pop_back();
  Changes changes;
  for (auto& [slot, old] : branch.old) {
    if (!(cells_[slot] == old)) {
      changes.slots.push_back(slot);
      changes.cells.emplace(slot, std::move(cells_[slot]));
    }
    cells_[slot] = std::move(old);
  }
  std::sort(changes.slots.begin(), changes.slots.end());
  return changes;
}

void Environment::abandon_branches(int count) {
  while (branches() > count) end_branch();
}

Accesses Environment::end_tracking() {
  Accesses accesses = std::move(trackers_.back());
  trackers_.pop_back();
  return accesses;
}

}  // namespace gradsmith::frontend
