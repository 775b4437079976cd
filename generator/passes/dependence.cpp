#include "passes/dependence.hpp"

#include <algorithm>
#include <bit>

#include "ir/function.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kLanes = 64;

/// 64 counters, a word for each binary digit of them all: adding to many costs what adding to one
/// does.
class LaneCounts {
 public:
  void add(std::uint64_t lanes) {
    for (std::size_t k = 0; lanes != 0; ++k) {
      if (k == digits_.size()) digits_.push_back(0);
      const std::uint64_t carry = digits_[k] & lanes;
      digits_[k] ^= lanes;
      lanes = carry;
    }
  }
  std::int64_t of(std::size_t lane) const {
    std::int64_t count = 0;
    for (std::size_t k = 0; k < digits_.size(); ++k) {
      count |= static_cast<std::int64_t>(digits_[k] >> lane & 1) << k;
    }
    return count;
  }

 private:
  std::vector<std::uint64_t> digits_;
};

bool carries_derivatives(const Graph& g, NodeId id) {
  return is_floating(g.element(id)) || g.element(id) == Element::Tuple;
}

}  // namespace

Dependence dependence(const Graph& g, std::span<const NodeId> results,
                      std::span<const NodeId> inputs) {
  Dependence found;
  found.rows.resize(results.size());
  found.columns = inputs.size();
  const std::vector<NodeId> nodes = reachable(g, results);
  std::vector<bool> is_input(g.size(), false);
  for (NodeId id : inputs) is_input[id] = true;
  std::vector<bool> varies(g.size(), false);
  std::vector<std::uint64_t> lanes(g.size(), 0);

  for (std::size_t first = 0; first < inputs.size(); first += kLanes) {
    const std::size_t count = std::min(kLanes, inputs.size() - first);
    for (std::size_t k = 0; k < count; ++k) lanes[inputs[first + k]] = std::uint64_t{1} << k;
    LaneCounts work;
    for (NodeId id : nodes) {
      if (!is_input[id]) {
        lanes[id] = 0;
        if (!carries_derivatives(g, id)) continue;
        for (NodeId o : g.operands(id)) lanes[id] |= lanes[o];
      }
      work.add(lanes[id]);
      if (lanes[id] != 0) varies[id] = true;
    }
    for (std::size_t k = 0; k < count; ++k) found.column_work.push_back(work.of(k));
    for (std::size_t i = 0; i < results.size(); ++i) {
      for (std::uint64_t rest = lanes[results[i]]; rest != 0; rest &= rest - 1) {
        found.rows[i].push_back(static_cast<std::uint32_t>(first) +
                                static_cast<std::uint32_t>(std::countr_zero(rest)));
      }
    }
    for (std::size_t k = 0; k < count; ++k) lanes[inputs[first + k]] = 0;
  }

  for (std::size_t first = 0; first < results.size(); first += kLanes) {
    const std::size_t count = std::min(kLanes, results.size() - first);
    for (NodeId id : nodes) lanes[id] = 0;
    for (std::size_t k = 0; k < count; ++k) lanes[results[first + k]] |= std::uint64_t{1} << k;
    LaneCounts work;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
      if (!varies[*id] || lanes[*id] == 0) continue;
      work.add(lanes[*id]);
      if (is_input[*id]) continue;
      for (NodeId o : g.operands(*id)) lanes[o] |= lanes[*id];
    }
    for (std::size_t k = 0; k < count; ++k) found.row_work.push_back(work.of(k));
  }
  return found;
}

Sparsity transposed(const Sparsity& rows, std::size_t columns) {
  Sparsity result(columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::uint32_t j : rows[i]) result[j].push_back(static_cast<std::uint32_t>(i));
  }
  return result;
}

}  // namespace gradsmith
