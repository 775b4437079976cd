#pragma once

// What every variable holds at the point that lowering has reached. Branches are lowered on the
// same cells: what a branch changes is collected, and undone, when it ends.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/place.hpp"

namespace gradsmith::frontend {

/// A cell's position in the Environment.
using Slot = std::uint32_t;

struct Variable {
  std::string name;
  const Layout* layout = nullptr;
  Slot first = 0;
  int depth = 0;        ///< how many loops enclosed its declaration
  int branches = 0;     ///< how many branches did
  int local = -1;       ///< its position in Function::locals; -1: it is not there
  bool hidden = false;  ///< ours: a flag, or a value to be returned
};

/// What a branch changed: slots in ascending order, with the cells at its end.
struct Changes {
  std::vector<Slot> slots;
  std::unordered_map<Slot, Cell> cells;
};

/// The slots that an expression read and wrote, for operands in no fixed order.
struct Accesses {
  std::unordered_set<Slot> read;
  std::unordered_set<Slot> written;

  bool conflicts_with(const Accesses& other) const;
  void merge(const Accesses& other);
};

class Environment {
 public:
  VariableId declare(Variable variable);
  const Variable& variable(VariableId id) const { return variables_[id]; }
  Variable& variable(VariableId id) { return variables_[id]; }
  std::size_t variables() const { return variables_.size(); }
  /// The variable that owns a slot.
  VariableId owner(Slot slot) const { return owners_[slot]; }

  const Cell& get(Slot slot);
  /// The same, which is no read.
  const Cell& peek(Slot slot) const { return cells_[slot]; }
  std::size_t slots() const { return cells_.size(); }
  void set(Slot slot, Cell cell);

  void begin_branch();
  /// Undoes the branch and tells what it changed of the variables that were there before.
  Changes end_branch();
  int branches() const { return static_cast<int>(branches_.size()); }
  /// Undoes branches until `count` are left.
  void abandon_branches(int count);

  /// From here to the matching end_tracking, reads and writes are recorded.
  void begin_tracking() { trackers_.emplace_back(); }
  Accesses end_tracking();
  std::size_t trackers() const { return trackers_.size(); }
  /// Forgets trackers until `count` are left.
  void abandon_tracking(std::size_t count) { trackers_.resize(count); }

 private:
  struct Branch {
    Slot end;                                // slots from here on are the branch's own
    std::vector<std::pair<Slot, Cell>> old;  // in the order of the first writes
    std::unordered_set<Slot> changed;
  };

  std::vector<Variable> variables_;
  std::vector<Cell> cells_;
  std::vector<VariableId> owners_;
  std::vector<Branch> branches_;
  std::vector<Accesses> trackers_;
};

}  // namespace gradsmith::frontend
