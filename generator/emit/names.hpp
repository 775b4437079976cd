#pragma once

// Names for the locals of one emitted function: the author's where he has one, else after what the
// local is (`inv_r2`, `sin_theta`, `w_0_1`), else after the quantity it serves (`fin_1`, `fin_2`).

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "emit/order.hpp"

namespace gradsmith {

struct Names {
  std::vector<std::string> of_instance;  ///< empty for instances that need none
  std::string result;                    ///< for a return value that is filled member by member
  std::vector<std::string> of_buffer;    ///< in the function's scope: those that are its own
  /// What a loop carries, by its instance; empty for arrays.
  std::unordered_map<InstanceId, std::vector<std::string>> of_states;

  /// Adds all of them.
  void collect(std::set<std::string>& names) const;
};

/// Names every instance that has a statement, in the order of the statements. Clones of one term
/// share their name, being in regions apart.
Names choose_names(const Placement& placement, const Forms& forms,
                   const std::vector<std::vector<Unit>>& statements,
                   const std::set<std::string>& foreign);

}  // namespace gradsmith
