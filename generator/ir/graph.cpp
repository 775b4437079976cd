#include "ir/graph.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "support/check.hpp"

namespace gradsmith {
namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t x) {
  h ^= x;
  h *= 0x9e3779b97f4a7c15ull;
  return h ^ (h >> 29);
}

std::uint64_t hash_node(const Node& n, std::span<const NodeId> operands) {
  std::uint64_t h = mix(0x51ed270b, (std::uint64_t{n.payload} << 32) | n.count);
  h = mix(h, (static_cast<std::uint64_t>(n.op) << 32) | (std::uint64_t{n.level} << 16) | n.type);
  if (n.op == Op::Constant) h = mix(mix(h, n.words[0]), n.words[1]);
  for (NodeId id : operands) h = mix(h, id);
  return h;
}

Node constant_node(Element element, std::uint64_t bits) {
  Node n;
  n.op = Op::Constant;
  n.type = scalar_type(element);
  n.words[0] = static_cast<std::uint32_t>(bits);
  n.words[1] = static_cast<std::uint32_t>(bits >> 32);
  return n;
}

std::uint64_t constant_bits(const Node& n) {
  return (std::uint64_t{n.words[1]} << 32) | n.words[0];
}

}  // namespace

Graph::Graph() : table_(1024) {
  for (Element e : {Element::Bool, Element::Index, Element::F32, Element::F64, Element::Tuple}) {
    types_.push_back({e, {}});
    types_free_.push_back(0);
  }
}

// ---- types

TypeId Graph::intern(const Type& type) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (types_[i] == type) return static_cast<TypeId>(i);
  }
  GRADSMITH_CHECK(types_.size() < 0xffff, "too many types");
  std::uint64_t mask = 0;
  for (NodeId extent : type.extents) {
    GRADSMITH_CHECK(type_of(extent) == Type({Element::Index, {}}), "an extent is an Index");
    mask |= free(extent);
  }
  types_.push_back(type);
  types_free_.push_back(mask);
  return static_cast<TypeId>(types_.size() - 1);
}

TypeId Graph::array_type(Element element, std::span<const std::int64_t> extents) {
  Type type{element, {}};
  for (std::int64_t n : extents) type.extents.push_back(index(n));
  return intern(type);
}

bool Graph::has_constant_extents(TypeId id) const {
  return std::all_of(types_[id].extents.begin(), types_[id].extents.end(),
                     [&](NodeId e) { return is_constant(e); });
}

std::vector<std::int64_t> Graph::constant_extents(TypeId id) const {
  std::vector<std::int64_t> extents;
  for (NodeId e : types_[id].extents) extents.push_back(index_value(e));
  return extents;
}

std::int64_t Graph::element_count(TypeId id) const {
  std::int64_t count = 1;
  for (NodeId e : types_[id].extents) count *= index_value(e);
  return count;
}

// ---- arena

NodeId Graph::find_or_append(const Node& node, std::span<const NodeId> operands) {
  if ((nodes_.size() + 1) * 2 > table_.size()) grow_table();
  const std::size_t mask = table_.size() - 1;
  const auto hash = static_cast<std::uint32_t>(hash_node(node, operands));
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const NodeId id = table_[at].id;
    if (id == kNoNode) {
      table_[at] = {static_cast<NodeId>(nodes_.size()), hash};
      nodes_.push_back(node);
      Node& n = nodes_.back();
      if (operands.size() <= 3) {
        if (n.op != Op::Constant) std::copy(operands.begin(), operands.end(), n.words);
      } else {
        n.words[0] = static_cast<std::uint32_t>(pool_.size());
        const std::vector<NodeId> copy(operands.begin(), operands.end());  // may lie in pool_
        pool_.insert(pool_.end(), copy.begin(), copy.end());
      }
      return table_[at].id;
    }
    if (table_[at].hash != hash) continue;
    const Node& n = nodes_[id];
    if (n.op == node.op && n.level == node.level && n.type == node.type && n.count == node.count &&
        n.payload == node.payload &&
        (n.op != Op::Constant || constant_bits(n) == constant_bits(node)) &&
        std::ranges::equal(this->operands(id), operands)) {
      return id;
    }
  }
}

void Graph::grow_table() {
  // Ids are 32 bits, so the low half of the hash is enough for every table.
  std::vector<std::uint32_t> hashes(nodes_.size());
  for (const Entry& e : table_) {
    if (e.id != kNoNode) hashes[e.id] = e.hash;
  }
  table_.assign(table_.size() * 2, Entry{});
  const std::size_t mask = table_.size() - 1;
  // In the order in which the nodes were made, so that `take_back` can go back.
  for (NodeId id = 0; id < hashes.size(); ++id) {
    std::size_t at = hashes[id] & mask;
    while (table_[at].id != kNoNode) at = (at + 1) & mask;
    table_[at] = {id, hashes[id]};
  }
}

void Graph::take_back(const Mark& mark) {
  GRADSMITH_CHECK(mark.nodes <= nodes_.size(), "a mark of another graph");
  const std::size_t last = table_.size() - 1;
  // The youngest first: no entry of a node that stays was put behind one that goes.
  for (NodeId id = static_cast<NodeId>(nodes_.size()); id-- > mark.nodes;) {
    std::size_t at = hash_node(nodes_[id], operands(id)) & last;
    while (table_[at].id != id) at = (at + 1) & last;
    table_[at] = {};
  }
  for (std::size_t k = mark.inputs; k < input_names_.size(); ++k) inputs_.erase(input_names_[k]);
  nodes_.resize(mark.nodes);
  pool_.resize(mark.pool);
  types_.resize(mark.types);
  types_free_.resize(mark.types);
  input_names_.resize(mark.inputs);
}

NodeId Graph::leaf(Node node) { return find_or_append(node, {}); }

NodeId Graph::add(Node node, std::span<const NodeId> operands) {
  node.count = static_cast<std::uint32_t>(operands.size());
  node.free = type_free(node.type);
  for (NodeId id : operands) {
    GRADSMITH_CHECK(id < nodes_.size(), "operand {} of {}", id, op_name(node.op));
    node.free |= nodes_[id].free;
  }
  return find_or_append(node, operands);
}

// ---- leaves

NodeId Graph::constant(double value, Element element) {
  GRADSMITH_CHECK(is_floating(element));
  if (element == Element::F32) {
    return leaf(constant_node(element, std::bit_cast<std::uint32_t>(static_cast<float>(value))));
  }
  return leaf(constant_node(element, std::bit_cast<std::uint64_t>(value)));
}

NodeId Graph::index(std::int64_t value) {
  return leaf(constant_node(Element::Index, static_cast<std::uint64_t>(value)));
}

NodeId Graph::boolean(bool value) { return leaf(constant_node(Element::Bool, value ? 1 : 0)); }

NodeId Graph::number(Element element, double value) {
  switch (element) {
    case Element::Bool:
      return boolean(value != 0);
    case Element::Index:
      return index(static_cast<std::int64_t>(value));
    default:
      return constant(value, element);
  }
}

NodeId Graph::input(std::string_view name, TypeId type) {
  const auto found = inputs_.find(std::string(name));
  if (found != inputs_.end()) {
    GRADSMITH_CHECK(nodes_[found->second].type == type, "input {} has two types", name);
    return found->second;
  }
  Node n;
  n.op = Op::Input;
  n.type = type;
  n.payload = static_cast<std::uint32_t>(input_names_.size());
  input_names_.emplace_back(name);
  const NodeId id = add(n, {});
  inputs_.emplace(name, id);
  return id;
}

NodeId Graph::find_input(std::string_view name) const {
  const auto found = inputs_.find(std::string(name));
  return found == inputs_.end() ? kNoNode : found->second;
}

NodeId Graph::bound(int level, int slot, TypeId type) {
  GRADSMITH_CHECK(level >= 1 && level <= kMaxLevel, "level {}", level);
  Node n;
  n.op = Op::Bound;
  n.level = static_cast<std::uint8_t>(level);
  n.type = type;
  n.payload = static_cast<std::uint32_t>(slot);
  n.free = bit(level) | type_free(type);
  return find_or_append(n, {});
}

double Graph::constant_value(NodeId id) const {
  const Node& n = nodes_[id];
  GRADSMITH_CHECK(n.op == Op::Constant, "{} is not a constant", op_name(n.op));
  switch (element(id)) {
    case Element::F64:
      return std::bit_cast<double>(constant_bits(n));
    case Element::F32:
      return static_cast<double>(std::bit_cast<float>(n.words[0]));
    default:
      return static_cast<double>(static_cast<std::int64_t>(constant_bits(n)));
  }
}

std::int64_t Graph::index_value(NodeId id) const {
  const Node& n = nodes_[id];
  GRADSMITH_CHECK(n.op == Op::Constant && !is_floating(element(id)), "{}", op_name(n.op));
  return static_cast<std::int64_t>(constant_bits(n));
}

bool Graph::is_constant(NodeId id, double value) const {
  return is_constant(id) && constant_value(id) == value;
}

const std::string& Graph::input_name(NodeId id) const {
  GRADSMITH_CHECK(op(id) == Op::Input, "{}", op_name(op(id)));
  return input_names_[nodes_[id].payload];
}

// ---- scalars

NodeId Graph::apply(Op op, std::span<const NodeId> operands) {
  const OpRow& row = op_row(op);
  GRADSMITH_CHECK(operands.size() == static_cast<std::size_t>(row.operands), "{} takes {}",
                  row.name, row.operands);
  for (NodeId id : operands) GRADSMITH_CHECK(is_scalar(id), "{} of an array", row.name);
  const Element first = element(operands[0]);
  Element result = first;
  bool right = true;
  switch (row.signature) {
    case Signature::Real:
      right = is_floating(first);
      break;
    case Signature::Arith:
      right = is_floating(first) || first == Element::Index;
      break;
    case Signature::Integer:
      right = first == Element::Index;
      break;
    case Signature::Compare:
      result = Element::Bool;
      break;
    case Signature::Logic:
      right = first == Element::Bool;
      break;
    case Signature::OrderReal:
      result = element(operands[1]);
      right = first == Element::Index && is_floating(result);
      break;
  }
  if (row.signature != Signature::OrderReal) {
    for (NodeId id : operands) right = right && element(id) == first;
  }
  GRADSMITH_CHECK(right, "operands of {} have unsuitable types {} {}", row.name,
                  static_cast<int>(first), static_cast<int>(element(operands.back())));
  Node n;
  n.op = op;
  n.type = scalar_type(result);
  return add(n, operands);
}

NodeId Graph::apply(Op op, std::initializer_list<NodeId> operands) {
  return apply(op, std::span<const NodeId>(operands.begin(), operands.size()));
}

NodeId Graph::convert(Element to, NodeId x) {
  GRADSMITH_CHECK(is_scalar(x) && to != Element::Tuple);
  if (element(x) == to) return x;
  Node n;
  n.op = Op::Convert;
  n.type = scalar_type(to);
  return add(n, {{x}});
}

NodeId Graph::choose(NodeId condition, NodeId a, NodeId b) {
  GRADSMITH_CHECK(type_of(condition) == Type({Element::Bool, {}}), "a condition is a Bool");
  GRADSMITH_CHECK(nodes_[a].type == nodes_[b].type, "sides of an If differ: {} {}", op_name(op(a)),
                  op_name(op(b)));
  if (a == b) return a;
  Node n;
  n.op = Op::If;
  n.type = nodes_[a].type;
  const NodeId operands[] = {condition, a, b};
  return add(n, operands);
}

}  // namespace gradsmith
