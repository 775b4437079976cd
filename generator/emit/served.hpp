#pragma once

// Which quantity a term serves: the nearest one, on the way to the outputs, that has a name.

#include <string>
#include <unordered_map>
#include <vector>

#include "emit/forms.hpp"

namespace gradsmith {

struct Served {
  std::string base;        ///< an identifier: `fin`, `d_w_0_1`
  bool is_itself = false;  ///< the term is that quantity
};

class ServedQuantities {
 public:
  ServedQuantities(const Placement& placement, const Forms& forms);

  Served by(InstanceId i) const;
  /// What one of a loop's final states serves; of the function's own scope.
  Served by_result(NodeId result) const;

 private:
  struct Target {
    std::uint32_t distance = 0xffffffffu;
    InstanceId instance = kNowhere;  ///< a named local
    std::uint32_t store = kNowhere;  ///< or an output
  };
  Served named(const Target& target) const;

  const Placement& placement_;
  std::vector<Target> targets_;
  std::unordered_map<NodeId, Target> results_;
};

/// The quantity that a store writes: `d_w_0_1` for `d.w[0][1]`; for a return value the function's
/// own name without the word for what was asked, `loss` for `loss_gradient`.
std::string store_name(const Function& f, const Store& store);

}  // namespace gradsmith
