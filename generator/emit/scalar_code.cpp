#include "emit/scalar_code.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

// GCC does not inline a function with options of its own, so small ones have none.
constexpr std::int64_t kWorthACall = 30;

}  // namespace

bool is_scalar_code(const Function& f, const OperationCounts& counts) {
  if (counts.operations + counts.divisions + counts.calls < kWorthACall) return false;
  const bool several = f.outputs.size() > 1 || std::ranges::any_of(f.outputs, [&](const Output& o) {
                         return !f.graph.is_scalar(o.value);
                       });
  if (!several) return false;
  return !has_folds(f);
}

}  // namespace gradsmith
