#include "passes/cost.hpp"

namespace gradsmith {

std::int64_t counted_cost(const Function& f) {
  std::int64_t cost = 0;
  for (NodeId id : reachable(f.graph, output_values(f))) {
    const Op op = f.graph.op(id);
    if (is_operator(op)) cost += op_row(op).cost;
  }
  return cost;
}

bool is_large(const Function& f) {
  constexpr std::size_t kMany = 20000;
  return reachable(f.graph, output_values(f)).size() > kMany;
}

}  // namespace gradsmith
