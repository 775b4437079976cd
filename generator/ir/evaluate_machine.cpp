#include "ir/evaluate_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "ir/arrays.hpp"
#include "ir/evaluate_scalar.hpp"
#include "support/check.hpp"

namespace gradsmith {

std::size_t NumberArray::size() const {
  std::size_t n = 1;
  for (std::int64_t extent : extents) n *= static_cast<std::size_t>(extent);
  return n;
}

Machine::Machine(const Graph& graph, std::span<const NodeId> roots, const Environment& environment,
                 Precision precision)
    : graph_(graph), environment_(environment), precision_(precision) {
  NodeId last = 0;
  for (NodeId root : roots) last = std::max(last, root);
  slots_.resize(std::size_t{last} + 1);
  traced_.resize(std::size_t{last} + 1);
  for (NodeId id = 0; id <= last && id < graph.size(); ++id) {
    if (graph.op(id) == Op::Trace) traced_[graph.operand(id, 0)] = true;
  }
}

Value Machine::value_of(NodeId root) {
  GRADSMITH_CHECK(graph_.free(root) == 0, "an open body has no value");
  GRADSMITH_CHECK(graph_.element(root) != Element::Tuple, "a Fold has several values");
  run(root);
  const Cell& result = cell(root);
  if (!result.array) return {graph_.element(root), result.number};
  const auto view = result.array->view();
  return {graph_.element(root), result.array->extents, {view.begin(), view.end()}};
}

std::uint64_t Machine::stamp(std::uint64_t free) const {
  std::uint64_t youngest = 1;
  for (; free != 0; free &= free - 1) {
    youngest =
        std::max(youngest, bindings_[static_cast<std::size_t>(std::countr_zero(free))].stamp);
  }
  return youngest;
}

void Machine::finish(NodeId id, Cell value) {
  slots_[id] = {stamp(graph_.free(id)), std::move(value)};
  stack_.pop_back();
}

bool Machine::demand(NodeId id) {
  if (is_ready(id)) return true;
  stack_.push_back({id, 0, nullptr});
  return false;
}

bool Machine::demand(Frame& frame, std::span<const NodeId> ids) {
  std::size_t& next = frame.ready;
  while (next < ids.size() && is_ready(ids[next])) ++next;
  if (next == ids.size()) {
    // A loop that ran for a later operand may have rebound a level that an earlier one depends on.
    const auto lost =
        std::find_if(ids.begin(), ids.end(), [&](NodeId id) { return !is_ready(id); });
    if (lost == ids.end()) return true;
    next = static_cast<std::size_t>(lost - ids.begin());
  }
  const NodeId wanted = ids[next];
  return demand(wanted);
}

bool Machine::demand_extents(NodeId id) {
  for (NodeId extent : graph_.type_of(id).extents) {
    if (!demand(extent)) return false;
  }
  return true;
}

std::vector<std::int64_t> Machine::extents(NodeId id) const {
  std::vector<std::int64_t> result;
  for (NodeId extent : graph_.type_of(id).extents) {
    result.push_back(std::max<std::int64_t>(integer(extent), 0));
  }
  return result;
}

void Machine::run(NodeId root) {
  demand(root);
  while (!stack_.empty()) advance();
}

void Machine::advance() {
  Frame& top = stack_.back();
  const NodeId id = top.id;
  const Node& n = graph_[id];
  switch (n.op) {
    case Op::Constant:
      finish(id,
             {is_floating(graph_.element(id)) ? static_cast<long double>(graph_.constant_value(id))
                                              : static_cast<long double>(graph_.index_value(id)),
              nullptr});
      break;
    case Op::Input:
      advance_input(id);
      break;
    case Op::Bound: {
      const Binding& binding = bindings_[n.level];
      GRADSMITH_CHECK(binding.stamp != 0, "level {} is not bound", n.level);
      if (n.payload == 0) {
        finish(id, {static_cast<long double>(binding.trip.index), nullptr});
      } else {
        finish(id, binding.trip.states.at(n.payload - 1));
      }
      break;
    }
    case Op::If:
      advance_if(id);
      break;
    case Op::Final:
      advance_final(id);
      break;
    default:
      if (is_binder(n.op)) {
        advance_loop();
      } else if ((n.op != Op::OneHot && n.op != Op::Pack) || demand_extents(id)) {
        if (demand(stack_.back(), graph_.operands(id))) finish(id, computed(id));
      }
  }
}

void Machine::advance_input(NodeId id) {
  if (!demand_extents(id)) return;
  const std::string& name = graph_.input_name(id);
  const auto found = environment_.find(name);
  if (found == environment_.end() && is_uninitialised(graph_, id)) {
    std::size_t count = 1;
    for (std::int64_t e : extents(id))
      count *= static_cast<std::size_t>(std::max<std::int64_t>(e, 0));
    auto none = std::make_shared<std::vector<long double>>(count, 0.0L);  // nothing asks for these
    return finish(id,
                  {0, std::make_shared<NumberArray>(NumberArray{extents(id), std::move(none), 0})});
  }
  if (found == environment_.end()) throw EvaluationError(fmt::format("{} has no value", name));
  const Value& given = found->second;
  const Element element = graph_.element(id);
  const auto number = [&](long double x) {
    if (!is_floating(element) && x != std::trunc(x)) {
      throw EvaluationError(
          fmt::format("{} is an integer, but its value is {}", name, static_cast<double>(x)));
    }
    return converted(precision_, Element::Tuple, element,
                     x);  // from no kind that is trusted to be rounded
  };
  if (given.extents != extents(id)) {
    throw EvaluationError(fmt::format("{} has the extents [{}], but its value [{}]", name,
                                      fmt::join(extents(id), ", "),
                                      fmt::join(given.extents, ", ")));
  }
  if (given.is_scalar()) return finish(id, {number(given.number()), nullptr});
  auto numbers = std::make_shared<std::vector<long double>>();
  for (long double x : given.numbers) numbers->push_back(number(x));
  finish(id, {0, std::make_shared<NumberArray>(NumberArray{given.extents, std::move(numbers), 0})});
}

void Machine::advance_if(NodeId id) {
  const auto o = graph_.operands(id);
  if (!demand(o[0])) return;
  const NodeId side = number(o[0]) != 0 ? o[1] : o[2];
  if (demand(side)) finish(id, Cell(cell(side)));
}

void Machine::advance_final(NodeId id) {
  const NodeId fold = graph_.operand(id, 0);
  if (demand(fold)) finish(id, Cell(folds_.at(fold)->finals.at(graph_[id].payload)));
}

std::size_t Machine::locate(NodeId array, std::span<const std::int64_t> extents,
                            std::span<const NodeId> indices) const {
  std::size_t place = 0;
  for (std::size_t d = 0; d < extents.size(); ++d) {
    place *= static_cast<std::size_t>(extents[d]);
    if (d >= indices.size()) continue;
    const std::int64_t i = integer(indices[d]);
    if (i < 0 || i >= extents[d]) {
      const bool named = graph_.op(array) == Op::Input;
      throw EvaluationError(fmt::format(
          "subscript {} of {} is not in [0, {})", i,
          named ? graph_.input_name(array) : std::string(op_name(graph_.op(array))), extents[d]));
    }
    place += static_cast<std::size_t>(i);
  }
  return place;
}

Cell Machine::computed(NodeId id) {
  const auto o = graph_.operands(id);
  switch (graph_.op(id)) {
    case Op::Convert:
      return {converted(precision_, graph_.element(o[0]), graph_.element(id), number(o[0])),
              nullptr};
    case Op::At:
      return element(id);
    case Op::OneHot:
      return one_hot(id);
    case Op::Pack: {
      auto numbers = std::make_shared<std::vector<long double>>();
      for (NodeId e : o) numbers->push_back(number(e));
      return {0, std::make_shared<NumberArray>(NumberArray{extents(id), std::move(numbers), 0})};
    }
    default: {
      const auto x = [&](std::size_t i) { return i < o.size() ? number(o[i]) : 0; };
      return {scalar_value(precision_, graph_.op(id), graph_.element(o.back()), x(0), x(1), x(2)),
              nullptr};
    }
  }
}

Cell Machine::element(NodeId id) {
  const auto o = graph_.operands(id);
  const NumberArray& whole = *cell(o[0]).array;
  const std::size_t place = whole.offset + locate(o[0], whole.extents, o.subspan(1));
  if (o.size() - 1 == whole.extents.size()) return {(*whole.numbers)[place], nullptr};
  const auto rest = whole.extents.begin() + static_cast<std::ptrdiff_t>(o.size() - 1);
  return {0, std::make_shared<NumberArray>(
                 NumberArray{{rest, whole.extents.end()}, whole.numbers, place})};
}

Cell Machine::one_hot(NodeId id) {
  const auto o = graph_.operands(id);
  NumberArray whole{extents(id), nullptr, 0};
  auto numbers = std::make_shared<std::vector<long double>>(whole.size(), 0);
  const std::size_t place = locate(id, whole.extents, o.first(o.size() - 1));
  const Cell& value = cell(o.back());
  if (value.array) {
    std::ranges::copy(value.array->view(), numbers->begin() + static_cast<std::ptrdiff_t>(place));
  } else {
    (*numbers)[place] = value.number;
  }
  whole.numbers = std::move(numbers);
  return {0, std::make_shared<NumberArray>(std::move(whole))};
}

}  // namespace gradsmith
