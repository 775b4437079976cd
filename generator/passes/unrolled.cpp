#include "passes/unrolled.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/fold_constant.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kMostChoices = 64;  // a longer chain of choices is no code worth emitting

/// The Input under a whole array or a part of one.
NodeId root_input(const Graph& g, NodeId node) {
  while (g.op(node) == Op::At) node = g.operand(node, 0);
  return node;
}

/// Marks a subscript outside its array; refused only if something needs it after all.
NodeId outside_array(Graph& g, TypeId type) {
  return g.input("!outside" + std::to_string(type), type);
}

}  // namespace

UnrolledValues::UnrolledValues(Function& f) : f_(f), g_(f.graph) {
  for (const Parameter& p : f.parameters) {
    if (p.is_differentiated()) continue;
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input != kNoNode) data_inputs_.insert(leaf.input);
    }
  }
}

NodeId UnrolledValues::element(const Unrolled& array, std::int64_t flat) {
  if (array.elements) return (*array.elements)[static_cast<std::size_t>(flat)];
  const std::vector<std::int64_t> n = extents(array);
  std::vector<NodeId> subscripts(n.size());
  for (std::size_t k = n.size(); k-- > 0;) {
    subscripts[k] = g_.index(flat % n[k]);
    flat /= n[k];
  }
  NodeId base = array.node;
  if (g_.op(base) == Op::At) {  // a part of an input: one At with all subscripts
    const auto outer = g_.operands(base);
    subscripts.insert(subscripts.begin(), outer.begin() + 1, outer.end());
    base = outer[0];
  }
  return g_.at(base, subscripts);
}

Unrolled UnrolledValues::spread(Unrolled c) {
  if (g_.type(c.type).is_scalar()) return c;
  if (c.elements) {
    if (c.elements.use_count() > 1) c.elements = std::make_shared<std::vector<NodeId>>(*c.elements);
    return c;
  }
  auto list = std::make_shared<std::vector<NodeId>>();
  const std::int64_t count = g_.element_count(c.type);
  for (std::int64_t i = 0; i < count; ++i) list->push_back(element(c, i));
  c.elements = std::move(list);
  c.node = kNoNode;
  return c;
}

TypeId UnrolledValues::part_type(TypeId type, std::size_t subscripts) {
  const Type whole = g_.type(type);
  return g_.intern(
      {whole.element,
       {whole.extents.begin() + static_cast<std::ptrdiff_t>(subscripts), whole.extents.end()}});
}

std::int64_t UnrolledValues::place(const Unrolled& array, std::span<Unrolled* const> subscripts,
                                   SourceLocation) {
  const std::vector<std::int64_t> n = extents(array);
  std::int64_t flat = 0;
  for (std::size_t k = 0; k < n.size(); ++k) {
    std::int64_t i = 0;
    if (k < subscripts.size()) {
      i = g_.index_value(subscripts[k]->node);
      if (i < 0 || i >= n[k]) return -1;
    }
    flat = flat * n[k] + i;
  }
  return flat;
}

Unrolled UnrolledValues::at(const Unrolled& array, std::span<Unrolled* const> subscripts,
                            SourceLocation where) {
  const TypeId type = part_type(array.type, subscripts.size());
  const auto runtime =
      std::ranges::find_if(subscripts, [&](const Unrolled* c) { return !g_.is_constant(c->node); });
  if (runtime == subscripts.end()) {
    const std::int64_t first = place(array, subscripts, where);
    if (first < 0) return Unrolled{outside_array(g_, type), {}, type};
    if (g_.type(type).is_scalar()) return Unrolled{element(array, first), {}, type};
    auto part = std::make_shared<std::vector<NodeId>>();
    const std::int64_t count = g_.element_count(type);
    for (std::int64_t i = 0; i < count; ++i) part->push_back(element(array, first + i));
    return Unrolled{kNoNode, std::move(part), type};
  }
  if (!array.elements && g_.op(array.node) == Op::Input && data_inputs_.contains(array.node)) {
    std::vector<NodeId> nodes;
    for (const Unrolled* c : subscripts) nodes.push_back(c->node);
    return Unrolled{g_.at(array.node, nodes), {}, type};
  }
  // One choice per possible value of the first subscript that run time decides.
  const auto which = static_cast<std::size_t>(runtime - subscripts.begin());
  const std::int64_t n = extents(array)[which];
  if (n > kMostChoices) {
    throw Refusal("gs-runtime-subscript", "the subscript is known only at run time",
                  "mark the array gradsmith::data, or use subscripts that loops make constant",
                  where);
  }
  Unrolled result;
  for (std::int64_t i = n; i-- > 0;) {
    std::vector<Unrolled*> places(subscripts.begin(), subscripts.end());
    Unrolled constant{g_.index(i), {}, scalar_type(Element::Index)};
    places[which] = &constant;
    Unrolled here = at(array, places, where);
    const NodeId hit = g_.apply(Op::Eq, {(*runtime)->node, constant.node});
    result = result.node == kNoNode && !result.elements ? here : choose(hit, here, result);
  }
  return result;
}

Unrolled UnrolledValues::set(Unrolled array, std::span<Unrolled* const> subscripts,
                             const Unrolled& value, SourceLocation where) {
  const auto runtime =
      std::ranges::find_if(subscripts, [&](const Unrolled* c) { return !g_.is_constant(c->node); });
  if (subscripts.empty()) return value;
  if (runtime != subscripts.end()) {
    const auto which = static_cast<std::size_t>(runtime - subscripts.begin());
    const std::int64_t n = extents(array)[which];
    if (n > kMostChoices) {
      throw Refusal("gs-runtime-subscript", "the subscript is known only at run time",
                    "write elements whose subscripts loops make constant", where);
    }
    for (std::int64_t i = 0; i < n; ++i) {
      std::vector<Unrolled*> places(subscripts.begin(), subscripts.end());
      Unrolled constant{g_.index(i), {}, scalar_type(Element::Index)};
      places[which] = &constant;
      const NodeId hit = g_.apply(Op::Eq, {(*runtime)->node, constant.node});
      const Unrolled old = at(array, places, where);
      array = set(std::move(array), places, choose(hit, value, old), where);
    }
    return array;
  }
  const std::int64_t first = place(array, subscripts, where);
  array = spread(std::move(array));
  if (first < 0) {  // undefined in C++: refused if anything reads any of it
    std::ranges::fill(*array.elements, outside_array(g_, scalar_type(g_.type(array.type).element)));
    return array;
  }
  if (g_.type(value.type).is_scalar()) {
    (*array.elements)[static_cast<std::size_t>(first)] = value.node;
    return array;
  }
  const std::int64_t count = g_.element_count(value.type);
  for (std::int64_t i = 0; i < count; ++i) {
    (*array.elements)[static_cast<std::size_t>(first + i)] = element(value, i);
  }
  return array;
}

bool UnrolledValues::is_plain(NodeId condition) const {
  if (g_.element(condition) != Element::Bool) return false;
  const Op op = g_.op(condition);
  if (op == Op::And || op == Op::Or || op == Op::Not) return true;
  const auto operands = g_.operands(condition);
  return op != Op::If && std::ranges::all_of(operands, [&](NodeId o) { return is_leaf(o); });
}

NodeId UnrolledValues::choose_folded(NodeId p, NodeId a, NodeId b) {
  if (g_.is_constant(p)) return g_.index_value(p) ? a : b;
  if (a == b) return a;
  if (g_.is_constant(a) && g_.is_constant(b) && g_.element(a) == Element::Bool &&
      g_.index_value(a) && !g_.index_value(b)) {
    return p;  // flags of early exits: p ? true : false
  }
  if (g_.element(a) == Element::Bool && g_.is_constant(a) && g_.index_value(a) && is_plain(b))
    return g_.apply(Op::Or, {p, b});
  // After an early exit a value is `p ? x : q ? y : x`. With x on two paths, a chain of those would
  // have 2^n of them; deciding first which of the two values it is leaves one.
  if (g_.op(b) == Op::If) {
    const auto arms = g_.operands(b);
    const NodeId q = arms[0];
    const NodeId yes = arms[1];
    const NodeId no = arms[2];
    if (no == a) return g_.choose(choose_folded(p, g_.boolean(false), q), yes, a);
    if (yes == a) return g_.choose(choose_folded(p, g_.boolean(true), q), a, no);
  }
  if (g_.op(a) == Op::If) {
    const auto arms = g_.operands(a);
    const NodeId q = arms[0];
    const NodeId yes = arms[1];
    const NodeId no = arms[2];
    if (no == b) return g_.choose(choose_folded(p, q, g_.boolean(false)), yes, b);
    if (yes == b) return g_.choose(choose_folded(p, q, g_.boolean(true)), b, no);
  }
  return g_.choose(p, a, b);
}

Unrolled UnrolledValues::choose(NodeId condition, const Unrolled& a, const Unrolled& b) {
  if (g_.is_constant(condition)) return g_.index_value(condition) ? a : b;
  if (g_.type(a.type).is_scalar()) {
    return Unrolled{choose_folded(condition, a.node, b.node), {}, a.type};
  }
  if (!a.elements && !b.elements && a.node == b.node) return a;
  if (a.elements && a.elements == b.elements) return a;
  auto list = std::make_shared<std::vector<NodeId>>();
  const std::int64_t count = g_.element_count(a.type);
  for (std::int64_t i = 0; i < count; ++i) {
    list->push_back(choose_folded(condition, element(a, i), element(b, i)));
  }
  return Unrolled{kNoNode, std::move(list), a.type};
}

Unrolled UnrolledValues::stack(const std::vector<Unrolled>& rows) {
  const Type inner = g_.type(rows[0].type);
  Type type{inner.element, {g_.index(static_cast<std::int64_t>(rows.size()))}};
  type.extents.insert(type.extents.end(), inner.extents.begin(), inner.extents.end());
  auto list = std::make_shared<std::vector<NodeId>>();
  for (const Unrolled& row : rows) {
    if (inner.is_scalar()) {
      list->push_back(row.node);
      continue;
    }
    const std::int64_t count = g_.element_count(row.type);
    for (std::int64_t i = 0; i < count; ++i) list->push_back(element(row, i));
  }
  return Unrolled{kNoNode, std::move(list), g_.intern(type)};
}

Unrolled UnrolledValues::none(TypeId type) {
  return Unrolled{kNoNode, std::make_shared<std::vector<NodeId>>(), type};
}

Unrolled UnrolledValues::fill(TypeId type) {
  const auto count = static_cast<std::size_t>(g_.element_count(type));
  const NodeId zero = g_.number(g_.type(type).element, 0);
  return Unrolled{kNoNode, std::make_shared<std::vector<NodeId>>(count, zero), type};
}

Unrolled UnrolledValues::combine(Op op, const Unrolled& a, const Unrolled& b) {
  if (g_.type(a.type).is_scalar()) return Unrolled{g_.apply(op, {a.node, b.node}), {}, a.type};
  Unrolled result = fill(a.type);
  for (std::size_t i = 0; i < result.elements->size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    (*result.elements)[i] = g_.apply(op, {element(a, at), element(b, at)});
  }
  return result;
}

NodeId UnrolledValues::wins(Op op, NodeId value, NodeId best) {
  const bool least = op == Op::Min || op == Op::Fmin;
  const NodeId better = least ? g_.apply(Op::Lt, {value, best}) : g_.apply(Op::Lt, {best, value});
  if (op == Op::Min || op == Op::Max) return better;
  return g_.apply(Op::Or, {better, g_.apply(Op::Ne, {best, best})});
}

NodeId UnrolledValues::as_node(const Unrolled& c) {
  if (g_.type(c.type).is_scalar()) return c.node;
  const Unrolled list = spread(c);
  return g_.pack(c.type, *list.elements);
}

bool UnrolledValues::is_leaf(NodeId id) const {
  const Op op = g_.op(id);
  return op == Op::Constant || op == Op::Input || op == Op::At;
}

void UnrolledValues::carry_names(NodeId from, ScopeId scope, const Unrolled& to) {
  if (to.node == kNoNode || to.elements || is_leaf(to.node)) return;
  if (to.node == from && scope == kFunctionScope) return;
  const std::vector<Origin> origins = f_.provenance.all(from, scope);
  for (const Origin& origin : origins) f_.provenance.add(to.node, origin);
}

void UnrolledValues::name_flat(const Origin& array_name, const Unrolled& array, std::int64_t flat) {
  const NodeId node = element(array, flat);
  if (is_leaf(node)) return;
  const std::vector<std::int64_t> n = extents(array);
  std::string subscripts;
  for (std::size_t k = n.size(); k-- > 0;) {
    subscripts = fmt::format("_{}", flat % n[k]) + subscripts;
    flat /= n[k];
  }
  f_.provenance.add(node, {array_name.name + subscripts, "", array_name.where});
}

void UnrolledValues::name_element(NodeId write, ScopeId scope, const Unrolled& array,
                                  std::span<Unrolled* const> subscripts) {
  const Origin* found = f_.provenance.named(write, scope);
  if (!found || !array.elements || subscripts.size() != g_.type(array.type).extents.size()) return;
  const Origin origin = *found;
  for (const Unrolled* c : subscripts) {
    if (!g_.is_constant(c->node)) return;
  }
  const std::int64_t flat = place(array, subscripts, origin.where);
  if (flat >= 0) name_flat(origin, array, flat);
}

void UnrolledValues::name_elements(NodeId pack, ScopeId scope, const Unrolled& array) {
  const Origin* found = f_.provenance.named(pack, scope);
  if (!found) return;
  const Origin origin = *found;
  for (std::size_t i = 0; i < array.elements->size(); ++i) {
    name_flat(origin, array, static_cast<std::int64_t>(i));
  }
}

void refuse_unread_storage(const Function& f) {
  const Graph& g = f.graph;
  const std::vector<NodeId> outputs = output_values(f);
  for (NodeId id : reachable(g, outputs)) {
    const bool divides = g.op(id) == Op::Quotient || g.op(id) == Op::Remainder;
    if (divides && g.is_constant(g.operand(id, 1), 0)) {
      throw Refusal("gs-integer-division", "an integer is divided by zero",
                    "leave the case out with an `if`", f.provenance.where(id));
    }
    for (NodeId o : g.operands(id)) {
      const NodeId root = root_input(g, o);
      if (g.op(root) != Op::Input) continue;
      const std::string& name = g.input_name(root);
      if (name.starts_with('?')) {
        throw Refusal("gs-uninitialised",
                      fmt::format("`{}` may be read before it is written", name.substr(1)),
                      "give it a value where it is declared", f.provenance.where(id));
      }
      if (name.starts_with('!')) {
        throw Refusal("gs-index-range", "a subscript lies outside its array", "correct the bounds",
                      f.provenance.where(id));
      }
    }
  }
  for (NodeId id : outputs) {
    if (g.op(id) != Op::Input) continue;
    if (g.input_name(id).starts_with('?')) {
      throw Refusal("gs-uninitialised", "a result may be left without a value",
                    "give it a value on every path", f.where);
    }
  }
}

}  // namespace gradsmith
