#include "passes/keep_values.hpp"

#include <algorithm>

#include "passes/read_final.hpp"
#include "passes/rebuild.hpp"
#include "passes/store_values.hpp"

namespace gradsmith {
namespace {

/// How many arrays are kept for each trip of a loop.
std::ptrdiff_t copies_of_arrays(const Function& f) {
  const Graph& g = f.graph;
  return std::ranges::count_if(reachable(g, roots_of(f)), [&](NodeId id) {
    if (g.op(id) != Op::Trace) return false;
    const NodeId traced = g.operand(id, 1);
    return g.op(traced) != Op::Trace && !g.is_scalar(traced);
  });
}

}  // namespace

Function keep_values(Function f) {
  Function stored = read_final(store_values(f));
  Function read = store_values(read_final(std::move(f)));
  Function& best = copies_of_arrays(read) < copies_of_arrays(stored) ? read : stored;
  return copies_of_arrays(best) > 0 ? store_elements(std::move(best)) : std::move(best);
}

}  // namespace gradsmith
