#include "passes/pipeline.hpp"

#include <algorithm>
#include <array>

#include "ir/verify.hpp"
#include "passes/binarise.hpp"
#include "passes/carry_neighbours.hpp"
#include "passes/compact.hpp"
#include "passes/constant_elements.hpp"
#include "passes/copy_versions.hpp"
#include "passes/count_trips.hpp"
#include "passes/distribute_loops.hpp"
#include "passes/factor.hpp"
#include "passes/fill_once.hpp"
#include "passes/fuse_elements.hpp"
#include "passes/fuse_loops.hpp"
#include "passes/fuse_rows.hpp"
#include "passes/gather.hpp"
#include "passes/guard_loops.hpp"
#include "passes/guard_trips.hpp"
#include "passes/hoist_values.hpp"
#include "passes/inline_elements.hpp"
#include "passes/join_counted.hpp"
#include "passes/join_traces.hpp"
#include "passes/keep_states.hpp"
#include "passes/keep_values.hpp"
#include "passes/lanes.hpp"
#include "passes/loop_reciprocals.hpp"
#include "passes/loop_states.hpp"
#include "passes/materialise.hpp"
#include "passes/merge_states.hpp"
#include "passes/nest_returns.hpp"
#include "passes/one_ending.hpp"
#include "passes/opposite_differences.hpp"
#include "passes/place_signs.hpp"
#include "passes/raise_loops.hpp"
#include "passes/read_in_place.hpp"
#include "passes/reciprocals.hpp"
#include "passes/set_elements.hpp"
#include "passes/share_loops.hpp"
#include "passes/share_sums.hpp"
#include "passes/simplify.hpp"
#include "passes/split_sums.hpp"
#include "passes/sum_stored.hpp"
#include "passes/thread_sums.hpp"
#include "passes/turn_sums.hpp"
#include "passes/unroll.hpp"
#include "passes/unroll_inner.hpp"
#include "passes/unswitch.hpp"

namespace gradsmith {
namespace {

Function without_dead_states(Function f) {
  // A loop that only a state needed which nobody asks for is gone with it, and so its own states
  // are.
  f = compact(drop_states(compact(drop_states(std::move(f)))));
  const std::vector<NodeId> live = reachable(f.graph, output_values(f));
  std::erase_if(f.buffers, [&](const Buffer& b) {
    return b.output < 0 && !std::ranges::binary_search(live, b.input);
  });
  return f;
}
Function unroll_all(Function f) { return unroll(std::move(f)); }
Function join_untraced(Function f) { return join_counted(std::move(f), false); }
Function join_all(Function f) { return join_counted(std::move(f), true); }

constexpr std::array kPreparation = {Pass{"unroll", unroll_all}, Pass{"simplify", simplify},
                                     Pass{"nest_returns", nest_returns},
                                     Pass{"simplify", simplify}};
constexpr std::array kFinishing = {
    Pass{"simplify", simplify},     Pass{"compact", compact_large},   Pass{"factor", factor},
    Pass{"binarise", binarise},     Pass{"reciprocals", reciprocals}, Pass{"simplify", simplify},
    Pass{"share_sums", share_sums}, Pass{"place_signs", place_signs}, Pass{"simplify", simplify},
    Pass{"compact", compact_large}};

constexpr std::array kPreparingLoops = {
    Pass{"guard_trips", guard_trips}, Pass{"compact", compact},
    Pass{"simplify", simplify},       Pass{"unroll_inner", unroll_inner},
    Pass{"simplify", simplify},       Pass{"constant_elements", constant_elements},
    Pass{"simplify", simplify},       Pass{"one_ending", one_ending},
    Pass{"raise_loops", raise_loops}, Pass{"inline_elements", inline_elements},
    Pass{"simplify", simplify}};
constexpr std::array kHoisting = {Pass{"hoist_values", hoist_values}};
constexpr std::array kCounting = {Pass{"count_trips", count_trips},
                                  Pass{"raise_loops", raise_loops}, Pass{"simplify", simplify}};
constexpr std::array kFinishingLoops = {Pass{"join_counted", join_untraced},
                                        Pass{"turn_sums", turn_sums},
                                        Pass{"share_loops", share_loops},
                                        Pass{"join_traces", join_traces},
                                        Pass{"keep_values", keep_values},
                                        Pass{"simplify", simplify},
                                        Pass{"raise_loops", raise_loops},
                                        Pass{"simplify", simplify},
                                        Pass{"join_traces", join_traces},
                                        Pass{"gather", gather},
                                        Pass{"simplify", simplify},
                                        Pass{"free_trips", free_trips},
                                        Pass{"fuse_loops", fuse_loops},
                                        Pass{"merge_states", merge_states},
                                        Pass{"drop_states", drop_states},
                                        Pass{"simplify", simplify},
                                        Pass{"opposite_differences", opposite_differences},
                                        Pass{"loop_reciprocals", loop_reciprocals},
                                        Pass{"split_sums", split_sums},
                                        Pass{"distribute_loops", distribute_loops},
                                        Pass{"carry_neighbours", carry_neighbours},
                                        Pass{"sum_stored", sum_stored},
                                        Pass{"lanes", lanes},
                                        Pass{"thread_sums", thread_sums},
                                        Pass{"set_elements", set_elements},
                                        Pass{"drop_states", drop_states},
                                        Pass{"fill_once", fill_once},
                                        Pass{"keep_states", keep_states},
                                        Pass{"hoist_operations", hoist_operations},
                                        Pass{"materialise", materialise},
                                        Pass{"join_counted", join_all},
                                        Pass{"fuse_rows", fuse_rows},
                                        Pass{"read_in_place", read_in_place},
                                        Pass{"guard_loops", guard_loops},
                                        Pass{"unswitch", unswitch},
                                        Pass{"copy_versions", copy_versions},
                                        Pass{"drop_states", without_dead_states},
                                        Pass{"fuse_elements", fuse_elements},
                                        Pass{"drop_states", without_dead_states}};

/// Whether unrolling refused a function for what a loop can do.
bool needs_loops(const Refusal& refusal) {
  return refusal.code() == "gs-loop-bound" || refusal.code() == "gs-loop-too-long" ||
         refusal.code() == "gs-runtime-subscript";
}

}  // namespace

std::span<const Pass> preparation() { return kPreparation; }
std::span<const Pass> preparing_loops() { return kPreparingLoops; }
std::span<const Pass> between_loops() { return std::span(kPreparingLoops).subspan(4); }
std::span<const Pass> hoisting() { return kHoisting; }
std::span<const Pass> counting() { return kCounting; }
std::span<const Pass> keeping() { return std::span(kFinishingLoops).first(5); }
std::span<const Pass> finishing_loops() { return kFinishingLoops; }
std::span<const Pass> finishing() { return kFinishing; }

Function run_passes(std::span<const Pass> passes, Function f, const PassObserver& observer) {
  for (const Pass& pass : passes) {
    if (!observer) {
      f = pass.run(std::move(f));
    } else {
      Function after = pass.run(f);
      observer(pass.name, f, after);
      f = std::move(after);
    }
#ifndef NDEBUG
    verify(f, std::string(pass.name));
#endif
  }
  return f;
}

Function prepare(Function f, const PassObserver& observer) {
  if (!f.keep_loops) {
    try {
      Function straight = run_passes(preparation(), f, observer);
      straight.first_derived = static_cast<NodeId>(straight.graph.size());
      return straight;
    } catch (const Refusal& refusal) {
      if (!needs_loops(refusal)) throw;
    }
  }
  return run_passes(preparing_loops(), std::move(f), observer);
}

}  // namespace gradsmith
