#include "emit/terms.hpp"
#include "support/check.hpp"

namespace gradsmith {

namespace {

/// The element of an array that is handed on as it came, or given element by element.
NodeId element_of(TermTable& table, NodeId array, std::span<const std::int64_t> indices) {
  Graph& g = table.graph();
  if (indices.empty()) return array;
  if (g.op(array) == Op::Pack) {
    const std::vector<std::int64_t> extents = g.constant_extents(g[array].type);
    std::int64_t flat = 0;
    for (std::size_t k = 0; k < extents.size(); ++k) flat = flat * extents[k] + indices[k];
    return g.operand(array, static_cast<std::size_t>(flat));
  }
  // An array of one value throughout, such as Graph::zeros.
  if (g.op(array) == Op::Map) {
    const NodeId body = g.operand(array, 1);
    if (g.free(body) & Graph::bit(g[array].level)) table.refuse_loop(array);
    return element_of(table, body, indices.subspan(1));
  }
  if (g.op(array) != Op::Input && g.op(array) != Op::At) table.refuse_loop(array);
  std::vector<NodeId> nodes;
  for (std::int64_t i : indices) nodes.push_back(g.index(i));
  return g.at(array, nodes);
}

}  // namespace

void Terms::flatten_outputs(TermTable& table) {
  for (const Output& output : table.function().outputs) flatten(table, output);
}

/// One store per number of the output, row-major; an array that has a place in memory is an effect.
void Terms::flatten(TermTable& table, const Output& output) {
  const Graph& g = table.graph();
  const bool returned = output.root.empty();
  returns_object_ = returns_object_ || (returned && !output.steps.empty());
  const TypeId type = g[output.value].type;
  const Op op = g.op(output.value);
  const bool version = op == Op::Final || op == Op::Write || op == Op::If;
  if (version && !g.is_scalar(output.value)) {
    effects_.push_back(output.value);
    return;
  }
  if (table.buffer(output.value) >= 0) return;  // an array of no elements
  if (!g.has_constant_extents(type)) table.refuse_loop(output.value);
  const std::string integer_type =
      g.element(output.value) == Element::Index ? this->integer_type(output) : "";
  const std::vector<std::int64_t> extents = g.constant_extents(type);
  const std::int64_t count = g.element_count(type);
  std::vector<std::int64_t> indices(extents.size(), 0);
  for (std::int64_t n = 0; n < count; ++n) {
    Store store{
        returned, {output.root, {}}, element_of(table, output.value, indices), integer_type};
    std::size_t next = 0;
    for (const Step& step : output.steps) {
      GRADSMITH_CHECK(!step.is_subscript() || next < indices.size(),
                      "an output of {} has more subscripts than extents", table.function().name);
      store.place.path.push_back({step.field, step.is_subscript() ? indices[next++] : 0, -1});
    }
    GRADSMITH_CHECK_EQ(next, indices.size());
    stores_.push_back(std::move(store));
    for (std::size_t k = extents.size(); k-- > 0;) {
      if (++indices[k] < extents[k]) break;
      indices[k] = 0;
    }
  }
}

}  // namespace gradsmith
