#pragma once

// How the evaluator works: a stack of nodes whose value is wanted, and one slot per node for its
// last value. Nothing recurses, neither over depth nor over nested loops.
//
// Each binding of a level (a trip of a loop) has a stamp, ever increasing. A node's value depends
// on the bindings of the levels free in it, and since bindings nest, the youngest of them
// determines the others: a slot is valid while it carries the greatest stamp among its node's free
// levels.

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ir/evaluate.hpp"
#include "ir/evaluate_scalar.hpp"

namespace gradsmith {

/// Numbers in row-major order, possibly a part of a larger array.
struct NumberArray {
  std::vector<std::int64_t> extents;
  std::shared_ptr<const std::vector<long double>> numbers;
  std::size_t offset = 0;

  std::size_t size() const;
  std::span<const long double> view() const { return {numbers->data() + offset, size()}; }
};

/// The value of a scalar or array node.
struct Cell {
  long double number = 0;
  std::shared_ptr<const NumberArray> array;
};

/// Evaluates nodes of one graph in one environment.
class Machine {
 public:
  Machine(const Graph& graph, std::span<const NodeId> roots, const Environment& environment,
          Precision precision);
  Value value_of(NodeId root);

 private:
  struct Slot {
    std::uint64_t stamp = 0;
    Cell cell;
  };
  struct Trip {
    std::int64_t index = 0;
    std::vector<Cell> states;
  };
  struct Binding {
    std::uint64_t stamp = 0;
    Trip trip;
  };
  /// What a Fold's slot stands for.
  struct FoldValue {
    std::vector<Cell> finals;
    std::vector<Trip> trips;  ///< kept where the graph has a Trace of the fold
  };
  /// A loop that is running.
  struct Loop {
    int level = 0;
    Binding shadowed;  ///< an enclosing loop may have the same level
    std::int64_t begin = 0;
    std::int64_t step = 1;
    std::int64_t trips = 0;
    std::int64_t trip = 0;
    std::vector<Cell> states;          ///< of a Fold; of a reduction the value so far
    std::vector<long double> numbers;  ///< elements of an array collected so far
    // Kept here because running the body may give these nodes other values.
    std::vector<std::int64_t> extents;
    std::shared_ptr<const FoldValue> fold;  ///< of a Trace
    std::int64_t winner = -1;
    std::vector<Trip> recorded;
  };
  struct Frame {
    NodeId id;
    std::size_t ready = 0;  ///< operands before this one had values
    std::unique_ptr<Loop> loop;
  };

  std::uint64_t stamp(std::uint64_t free) const;
  bool is_ready(NodeId id) const { return slots_[id].stamp == stamp(graph_.free(id)); }
  const Cell& cell(NodeId id) const { return slots_[id].cell; }
  long double number(NodeId id) const { return slots_[id].cell.number; }
  std::int64_t integer(NodeId id) const { return static_cast<std::int64_t>(number(id)); }
  void finish(NodeId id, Cell cell);
  /// Whether all have values; if not, puts the first that lacks one on the stack.
  bool demand(Frame& frame, std::span<const NodeId> ids);
  bool demand(NodeId id);
  bool demand_extents(NodeId id);
  std::vector<std::int64_t> extents(NodeId id) const;

  void run(NodeId root);
  void advance();
  void advance_input(NodeId id);
  void advance_if(NodeId id);
  void advance_final(NodeId id);
  Cell computed(NodeId id);
  Cell element(NodeId id);
  Cell one_hot(NodeId id);
  /// The place of a number or sub-array in an array.
  std::size_t locate(NodeId array, std::span<const std::int64_t> extents,
                     std::span<const NodeId> indices) const;

  void advance_loop();
  void start_loop(Frame& frame);
  std::span<const NodeId> body(NodeId id) const;
  void begin_trip(NodeId id, Loop& loop);
  void end_trip(NodeId id, Loop& loop);
  void reduce(NodeId id, Loop& loop);
  void finish_loop(NodeId id, Loop& loop);

  const Graph& graph_;
  const Environment& environment_;
  Precision precision_;
  std::vector<Slot> slots_;
  std::vector<bool> traced_;
  std::unordered_map<NodeId, std::shared_ptr<const FoldValue>> folds_;
  std::array<Binding, kMaxLevel + 1> bindings_;
  std::uint64_t stamps_ = 1;
  std::vector<Frame> stack_;
};

}  // namespace gradsmith
