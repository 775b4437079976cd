#pragma once

// How long an array can get over all trips of a loop, where its length follows the loop's index.

#include <span>

#include "ir/graph.hpp"

namespace gradsmith {

/// An Index expression without the index of `level`, at least as large as `extent` in every trip of
/// loops over `ranges`; the largest of them where the extent is linear in the index between `max`.
/// kNoNode where no bound is known before the loop (a length that data decides).
NodeId largest_extent(Graph& graph, NodeId extent, int level, std::span<const Range> ranges);

/// The same number, with what is equal or never larger left out of `max`, so that it stays short.
NodeId short_extent(Graph& graph, NodeId extent);

}  // namespace gradsmith
