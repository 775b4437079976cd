// The part of the evaluator that runs loops.

#include <algorithm>
#include <limits>

#include "ir/evaluate_machine.hpp"
#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith {

void Machine::advance_loop() {
  const NodeId id = stack_.back().id;
  if (!stack_.back().loop) {
    if (!demand_extents(id)) return;
    if (!demand(stack_.back(), graph_.operands(id).first(graph_.outside_operands(id)))) return;
    start_loop(stack_.back());
  }
  Loop& loop = *stack_.back().loop;
  while (loop.trip < loop.trips) {
    if (!demand(stack_.back(), body(id))) return;
    end_trip(id, loop);
    ++loop.trip;
    if (loop.trip < loop.trips) begin_trip(id, loop);
    stack_.back().ready = 0;
  }
  const std::unique_ptr<Loop> done = std::move(stack_.back().loop);
  bindings_[static_cast<std::size_t>(done->level)] = std::move(done->shadowed);
  finish_loop(id, *done);
}

std::span<const NodeId> Machine::body(NodeId id) const {
  return graph_.operands(id).subspan(graph_.outside_operands(id));
}

void Machine::start_loop(Frame& frame) {
  const NodeId id = frame.id;
  const auto o = graph_.operands(id);
  frame.ready = 0;
  frame.loop = std::make_unique<Loop>();
  Loop& loop = *frame.loop;
  loop.level = graph_[id].level;
  loop.extents = extents(id);
  switch (graph_.op(id)) {
    case Op::Map:
      loop.trips = std::max<std::int64_t>(integer(o[0]), 0);
      break;
    case Op::Trace:
      loop.fold = folds_.at(o[0]);
      loop.trips = static_cast<std::int64_t>(loop.fold->trips.size());
      break;
    default:
      loop.begin = integer(o[0]);
      loop.step = integer(o[2]);
      if (loop.step == 0) throw EvaluationError("a loop's step is zero");
      loop.trips = trip_count(loop.begin, integer(o[1]), loop.step);
      for (std::size_t k = 3; k < graph_.outside_operands(id); ++k)
        loop.states.push_back(cell(o[k]));
  }
  if (graph_.op(id) != Op::Fold && !loop.states.empty() && loop.states[0].array) {
    const auto view = loop.states[0].array->view();
    loop.numbers.assign(view.begin(), view.end());
  }
  loop.shadowed = std::move(bindings_[static_cast<std::size_t>(loop.level)]);
  if (loop.trips > 0) begin_trip(id, loop);
}

void Machine::begin_trip(NodeId id, Loop& loop) {
  Binding& binding = bindings_[static_cast<std::size_t>(loop.level)];
  binding.stamp = ++stamps_;
  if (graph_.op(id) == Op::Trace) {
    binding.trip = loop.fold->trips[static_cast<std::size_t>(loop.trip)];
    return;
  }
  binding.trip.index = loop.begin + loop.trip * loop.step;
  if (graph_.op(id) == Op::Fold) binding.trip.states = loop.states;
}

void Machine::end_trip(NodeId id, Loop& loop) {
  const auto parts = body(id);
  const Cell& value = cell(parts[0]);
  switch (graph_.op(id)) {
    case Op::Map:
    case Op::Trace:
      if (value.array) {
        const auto view = value.array->view();
        loop.numbers.insert(loop.numbers.end(), view.begin(), view.end());
      } else {
        loop.numbers.push_back(value.number);
      }
      break;
    case Op::Write: {
      const NodeId base = graph_.operand(id, 3);
      const std::size_t place = locate(base, loop.extents, parts.subspan(1));
      if (value.array) {
        std::ranges::copy(value.array->view(),
                          loop.numbers.begin() + static_cast<std::ptrdiff_t>(place));
      } else {
        loop.numbers[place] = value.number;
      }
      break;
    }
    case Op::Fold: {
      if (traced_[id]) {
        loop.recorded.push_back(bindings_[static_cast<std::size_t>(loop.level)].trip);
      }
      for (std::size_t k = 0; k < parts.size(); ++k) loop.states[k] = cell(parts[k]);
      break;
    }
    default:
      reduce(id, loop);
  }
}

void Machine::reduce(NodeId id, Loop& loop) {
  const NodeId v = body(id)[0];
  const Op op = graph_.reducer(id);
  const Element element = graph_.element(v);
  if (graph_.op(id) == Op::ArgReduce) {
    // The value changes hands exactly where the operator's own choice would return the newcomer.
    const long double best = loop.states[0].number;
    const long double x = number(v);
    const bool least = op == Op::Min || op == Op::Fmin;
    const bool replaces_nan = (op == Op::Fmin || op == Op::Fmax) && best != best;
    if (replaces_nan || (least ? x < best : best < x)) {
      loop.states[0].number = x;
      loop.winner = bindings_[static_cast<std::size_t>(loop.level)].trip.index;
    }
    return;
  }
  if (!cell(v).array) {
    long double& sum = loop.states[0].number;
    sum = scalar_value(precision_, op, element, sum, number(v), 0);
    return;
  }
  const auto view = cell(v).array->view();
  GRADSMITH_CHECK_EQ(view.size(), loop.numbers.size());
  for (std::size_t i = 0; i < view.size(); ++i) {
    loop.numbers[i] = scalar_value(precision_, op, element, loop.numbers[i], view[i], 0);
  }
}

void Machine::finish_loop(NodeId id, Loop& loop) {
  switch (graph_.op(id)) {
    case Op::Fold:
      folds_[id] =
          std::make_shared<FoldValue>(FoldValue{std::move(loop.states), std::move(loop.recorded)});
      return finish(id, {});
    case Op::ArgReduce:
      return finish(id, {static_cast<long double>(loop.winner), nullptr});
    case Op::Reduce:
      if (!loop.states[0].array) return finish(id, loop.states[0]);
      break;
    default:
      break;
  }
  NumberArray result{std::move(loop.extents), nullptr, 0};
  if (graph_.op(id) == Op::Trace) {  // what belongs to no trip has no value
    GRADSMITH_CHECK(result.size() >= loop.numbers.size(), "a Trace has more trips than elements");
    loop.numbers.resize(result.size(), std::numeric_limits<long double>::quiet_NaN());
  }
  result.numbers = std::make_shared<std::vector<long double>>(std::move(loop.numbers));
  GRADSMITH_CHECK_EQ(result.size(), result.numbers->size());
  finish(id, {0, std::make_shared<NumberArray>(std::move(result))});
}

}  // namespace gradsmith
