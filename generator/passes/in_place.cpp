#include "passes/in_place.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "ir/arrays.hpp"
#include "passes/array_uses.hpp"

namespace gradsmith {
namespace {

/// The steps back from one result to the parameter that it is written over.
class Steps {
 public:
  Steps(const Function& f, NodeId input) : g_(f.graph), input_(input) {}

  std::optional<InPlace> back_from(NodeId result) {
    std::set<NodeId> seen;
    std::vector<NodeId> stack{result};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (id == input_ || !seen.insert(id).second) continue;
      if (g_.op(id) == Op::If) {
        stack.insert(stack.end(), {g_.operand(id, 1), g_.operand(id, 2)});
        continue;
      }
      const auto before = step(id);
      if (!before) return {};
      if (*before != kNoNode) stack.push_back(*before);
    }
    return std::move(found_);
  }

 private:
  /// The array that is changed, kNoNode where all elements are new; none for other steps.
  std::optional<NodeId> step(NodeId id) {
    const bool state = g_.op(id) == Op::Final;
    if (state || g_.op(id) == Op::Write) {
      const NodeId statement = state ? g_.operand(id, 0) : id;
      const std::size_t base = 3 + (state ? static_cast<std::size_t>(g_.slot(id)) : 0);
      found_.statements.emplace(statement, base);
      return g_.operand(statement, base);
    }
    const auto before = array_before(id);
    if (before) found_.arrays[id] = {input_, *before};
    return before;
  }

  std::optional<NodeId> array_before(NodeId id) const {
    if (const ArraySum sum = as_array_sum(g_, id); sum.a != kNoNode) {
      for (NodeId term : {sum.a, sum.b}) {
        if (begins_with_input(term)) return term;
      }
      return {};
    }
    if (g_.op(id) == Op::Reduce) return g_.operand(id, 3);
    const bool flat = g_.op(id) == Op::Map && g_.is_scalar(g_.operand(id, 1));
    return flat ? elements_before(id) : std::nullopt;
  }

  /// For a Map: the array in the parameter's place whose elements it renews.
  std::optional<NodeId> elements_before(NodeId map) const {
    const NodeId element[] = {g_.operand(map, 1)};
    const std::vector<NodeId> trip = computed_in(g_, element, g_[map].level);
    std::set<NodeId> read;
    for (NodeId id : trip) {
      for (NodeId o : g_.operands(id)) {
        if (!g_.is_scalar(o) && g_.op(o) != Op::Fold && begins_with_input(o)) read.insert(o);
      }
    }
    if (read.empty()) return kNoNode;
    const auto is_read = [&](NodeId o) { return read.contains(o); };
    if (read.size() > 1 || !reads_own_element(g_, map, trip, is_read)) return {};
    return *read.begin();
  }

  bool begins_with_input(NodeId array) const {
    while (array != input_) {
      if (g_.op(array) == Op::Reduce && !g_.is_scalar(array)) {
        array = g_.operand(array, 3);
      } else if (const ArraySum sum = as_array_sum(g_, array); sum.a != kNoNode) {
        array = g_.op(sum.a) == Op::Map || g_.op(sum.a) == Op::OneHot ? sum.b : sum.a;
      } else {
        array = version_before(g_, array);
      }
      if (array == kNoNode) return false;
    }
    return true;
  }

  const Graph& g_;
  NodeId input_;
  InPlace found_;
};

}  // namespace

InPlace find_in_place(const Function& f) {
  InPlace all;
  for (const Output& o : f.outputs) {
    const NodeId input = f.graph.is_scalar(o.value) ? kNoNode : written_over(f, o);
    if (input == kNoNode) continue;
    if (auto found = Steps(f, input).back_from(o.value)) {
      all.arrays.merge(found->arrays);
      all.statements.merge(found->statements);
    }
  }
  return all;
}

}  // namespace gradsmith
