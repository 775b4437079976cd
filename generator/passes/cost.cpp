#include "passes/cost.hpp"

namespace gradsmith {

namespace {

std::int64_t cost_of(const Function& f, bool signs) {
  std::int64_t cost = 0;
  for (NodeId id : reachable(f.graph, output_values(f))) {
    const Op op = f.graph.op(id);
    if (is_operator(op) && (signs || op != Op::Neg)) cost += op_row(op).cost;
  }
  return cost;
}

}  // namespace

bool costs_a_call(Op op) { return is_operator(op) && op_row(op).cost >= 20; }

std::int64_t counted_cost(const Function& f) { return cost_of(f, true); }
std::int64_t cost_without_signs(const Function& f) { return cost_of(f, false); }

bool is_large(const Function& f) {
  constexpr std::size_t kMany = 20000;
  if (f.graph.size() <= kMany) return false;
  return reachable(f.graph, output_values(f)).size() > kMany;
}

}  // namespace gradsmith
