#include "passes/run_beside.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/certain_loads.hpp"
#include "ir/substitute.hpp"
#include "passes/cost.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

class Finder {
 public:
  Finder(const Function& f, const Regions& regions)
      : g_(f.graph), regions_(regions), failing_(nodes_that_may_fail(f, f.graph, roots_of(f))) {}

  /// Whether a loop can run wherever another one does, at next to no cost.
  bool costs_little(NodeId loop, NodeId beside) {
    if (!regions_.encloses(regions_.of(beside), regions_.of(loop))) return false;
    const std::vector<Regions::Side> around = regions_.around(loop);
    const std::size_t more = around.size() - regions_.around(beside).size();
    const std::span<const Regions::Side> between = std::span(around).first(more);
    if (between.empty()) return false;
    const auto runs = [&](const Regions::Side& side) {
      return side.holds && g_.op(loop) != Op::Map &&
             says_a_trip_is_made(g_, side.condition, g_.range_of(loop));
    };
    if (std::ranges::all_of(between, runs)) return true;
    const auto is_size = [&](const Regions::Side& side) { return is_about_sizes(side.condition); };
    if (!std::ranges::all_of(between, is_size)) return false;
    const int scope = scope_of(g_, loop);
    const std::unordered_set<NodeId>& computed = computed_by(beside);
    return std::ranges::all_of(reachable(g_, std::span(&loop, 1)), [&](NodeId id) {
      if (id == loop || scope_of(g_, id) < scope || computed.contains(id)) return true;
      const Op op = g_.op(id);
      const bool another = is_binder(op) && !is_assignment(g_, id);
      // An array that only the condition's side reads may be missing.
      return !another && op != Op::At && !failing_.contains(id) && !costs_a_call(op);
    });
  }

 private:
  /// Whether a condition is one on what parameters say, and on no number of floating point.
  bool is_about_sizes(NodeId condition) const {
    if (g_.free(condition) != 0) return false;
    return std::ranges::all_of(reachable(g_, std::span(&condition, 1)), [&](NodeId id) {
      const Op op = g_.op(id);
      const bool value = is_operator(op) || op == Op::Input || op == Op::Constant;
      return value && g_.is_scalar(id) && !is_floating(g_.element(id));
    });
  }

  /// What a trip of a loop computes in any case, and what there is for that.
  const std::unordered_set<NodeId>& computed_by(NodeId loop) {
    const auto [entry, first] = computed_.try_emplace(loop);
    if (first) entry->second = needed_by_each_trip(g_, loop);
    return entry->second;
  }

  const Graph& g_;
  const Regions& regions_;
  std::unordered_set<NodeId> failing_;
  std::unordered_map<NodeId, std::unordered_set<NodeId>> computed_;
};

}  // namespace

std::unordered_map<NodeId, Regions::Id> regions_to_run_in(
    const Function& f, const Regions& regions, std::span<const std::vector<NodeId>> groups) {
  std::unordered_map<NodeId, Regions::Id> found;
  std::optional<Finder> finder;  // what may fail is looked for where there is a choice at all
  for (const std::vector<NodeId>& loops : groups) {
    const bool same = std::ranges::all_of(
        loops, [&](NodeId loop) { return regions.of(loop) == regions.of(loops.front()); });
    if (same) continue;
    if (!finder) finder.emplace(f, regions);
    for (NodeId loop : loops) {
      for (NodeId beside : loops) {
        if (!finder->costs_little(loop, beside)) continue;
        const auto [known, first] = found.try_emplace(loop, regions.of(beside));
        // The outermost of several.
        if (!first && regions.encloses(regions.of(beside), known->second)) {
          known->second = regions.of(beside);
        }
      }
    }
  }
  return found;
}

}  // namespace gradsmith
