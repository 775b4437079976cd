#include "ir/well_formed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/notation.hpp"
#include "ir/substitute.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Thrown by `require`, caught by `complaint`.
struct Unfit {
  std::string reason;
};

template <class... Args>
void require(bool holds, fmt::format_string<Args...> reason, Args&&... args) {
  if (!holds) throw Unfit{fmt::format(reason, std::forward<Args>(args)...)};
}

class Judge {
 public:
  Judge(const Graph& graph, const NodeShape& shape) : g_(graph), s_(shape), o_(shape.operands) {}

  void judge() const {
    switch (s_.op) {
      case Op::Constant:
      case Op::Input:
        return count(0);
      case Op::Bound:
        return bound();
      case Op::Convert:
        count(1);
        scalar(o_[0]);
        return require(type(s_.type).is_scalar() && type(s_.type).element != Element::Tuple &&
                           type(s_.type).element != g_.element(o_[0]),
                       "a conversion gives a number of another kind");
      case Op::If:
        count(3);
        scalar(o_[0], Element::Bool);
        require(g_.element(o_[1]) != Element::Tuple, "a side of an If is a Fold");
        require(g_[o_[1]].type == g_[o_[2]].type, "the sides of an If have different types");
        return result(g_.type_of(o_[1]));
      case Op::At:
        return at();
      case Op::OneHot:
        require(o_.size() >= 2, "a OneHot needs a place and a value");
        return placed(type(s_.type), o_.first(o_.size() - 1), o_.back());
      case Op::Pack:
        return pack();
      case Op::Final:
        count(1);
        require(g_.op(o_[0]) == Op::Fold, "a Final is of a Fold");
        require(s_.payload < g_[o_[0]].payload, "the Fold has no state {}", s_.payload);
        return result(g_.type_of(g_.fold_parts(o_[0]).inits[s_.payload]));
      default:
        return is_binder(s_.op) ? binder() : apply();
    }
  }

 private:
  const Type& type(TypeId id) const { return g_.type(id); }

  void count(std::size_t n) const {
    require(o_.size() == n, "{} takes {} operands, not {}", op_name(s_.op), n, o_.size());
  }

  void scalar(NodeId id) const {
    require(g_.is_scalar(id) && g_.element(id) != Element::Tuple, "{} takes numbers, not arrays",
            op_name(s_.op));
  }

  void scalar(NodeId id, Element element) const {
    scalar(id);
    require(g_.element(id) == element, "{} takes {} here, not {}", op_name(s_.op),
            conversion_word(element), conversion_word(g_.element(id)));
  }

  void result(const Type& expected) const {
    require(s_.type == kAnyType || type(s_.type) == expected, "the type of {} does not fit",
            op_name(s_.op));
  }

  void bound() const {
    count(0);
    require(s_.level >= 1 && s_.level <= kMaxLevel, "there is no level {}", s_.level);
    require(s_.payload > 0 || s_.type == scalar_type(Element::Index), "a loop's index is an Index");
    require(type(s_.type).element != Element::Tuple, "a state that is a Fold");
  }

  void apply() const {
    const OpRow& row = op_row(s_.op);
    count(static_cast<std::size_t>(row.operands));
    for (NodeId id : o_) scalar(id);
    const Element last = g_.element(o_.back());
    const bool ordered = row.signature == Signature::OrderReal;
    if (ordered) scalar(o_[0], Element::Index);
    for (NodeId id : o_.subspan(ordered ? 1 : 0)) {
      require(g_.element(id) == last, "{} takes operands of one kind, not {} and {}", row.name,
              conversion_word(g_.element(id)), conversion_word(last));
    }
    const bool fits = row.signature == Signature::Compare   ? true
                      : row.signature == Signature::Logic   ? last == Element::Bool
                      : row.signature == Signature::Integer ? last == Element::Index
                      : row.signature == Signature::Arith && last == Element::Index
                          ? true
                          : is_floating(last);
    require(fits, "{} does not take {}", row.name, conversion_word(last));
    result({row.signature == Signature::Compare ? Element::Bool : last, {}});
  }

  void at() const {
    require(o_.size() >= 2, "a subscript is missing");
    for (NodeId i : o_.subspan(1)) scalar(i, Element::Index);
    const Type& whole = g_.type_of(o_[0]);
    require(o_.size() - 1 <= whole.extents.size(), "{} subscripts of an array of rank {}",
            o_.size() - 1, whole.extents.size());
    const auto rest = whole.extents.begin() + static_cast<std::ptrdiff_t>(o_.size() - 1);
    result({whole.element, {rest, whole.extents.end()}});
  }

  /// Whether `value` fits at `indices` of an array of type `whole`.
  void placed(const Type& whole, std::span<const NodeId> indices, NodeId value) const {
    const Type& part = g_.type_of(value);
    for (NodeId i : indices) scalar(i, Element::Index);
    require(whole.element == part.element && whole.element != Element::Tuple,
            "an element of {} in an array of {}", conversion_word(part.element),
            conversion_word(whole.element));
    require(indices.size() + part.extents.size() == whole.extents.size(),
            "{} subscripts and a value of rank {} in an array of rank {}", indices.size(),
            part.extents.size(), whole.extents.size());
    require(std::equal(part.extents.begin(), part.extents.end(),
                       whole.extents.begin() + static_cast<std::ptrdiff_t>(indices.size())),
            "{}: the value has other extents than its place", op_name(s_.op));
  }

  void pack() const {
    require(g_.has_constant_extents(s_.type), "the extents of a Pack are constants");
    std::int64_t n = 1;
    for (std::int64_t extent : g_.constant_extents(s_.type)) {
      require(extent >= 0, "a negative extent");
      n *= extent;
    }
    require(static_cast<std::size_t>(n) == o_.size(), "a Pack of {} elements has {}", n, o_.size());
    for (NodeId e : o_) scalar(e, type(s_.type).element);
  }

  // ---- loops

  void binder() const {
    require(s_.level >= 1 && s_.level <= kMaxLevel, "there is no level {}", s_.level);
    switch (s_.op) {
      case Op::Map:
        count(2);
        scalar(o_[0], Element::Index);
        level_fits(1);
        not_ragged(g_.type_of(o_[1]));
        return result(with_extent(o_[0], g_.type_of(o_[1])));
      case Op::Trace:
        return trace();
      case Op::Fold:
        return fold();
      default:
        break;
    }
    require(o_.size() >= 5, "{} takes a range, a start and a value", op_name(s_.op));
    range();
    level_fits(4);
    if (s_.op == Op::Write) {
      require(o_.size() >= 6, "a Write needs a place");
      placed(g_.type_of(o_[3]), o_.subspan(5), o_[4]);
      return result(g_.type_of(o_[3]));
    }
    reduction();
  }

  void range() const {
    for (NodeId id : o_.first(3)) scalar(id, Element::Index);
    require(!g_.is_constant(o_[2], 0), "a loop's step is zero");
  }

  /// The operands from `outside` on are the body.
  void level_fits(std::size_t outside) const {
    const std::uint64_t own = Graph::bit(s_.level);
    for (std::size_t i = 0; i < o_.size(); ++i) {
      const std::uint64_t free = g_.free(o_[i]);
      require(i >= outside || (free & own) == 0, "{}: its own level {} is free outside its body",
              op_name(s_.op), s_.level);
      require((free & ~own) < own, "{} of level {} mentions a higher level", op_name(s_.op),
              s_.level);
    }
  }

  void not_ragged(const Type& body) const {
    require(body.element != Element::Tuple, "the body of a {} is a Fold", op_name(s_.op));
    for (NodeId extent : body.extents) {
      require((g_.free(extent) & Graph::bit(s_.level)) == 0, "a ragged {}", op_name(s_.op));
    }
  }

  static Type with_extent(NodeId extent, const Type& inner) {
    Type whole{inner.element, {extent}};
    whole.extents.insert(whole.extents.end(), inner.extents.begin(), inner.extents.end());
    return whole;
  }

  void reduction() const {
    count(5);
    const auto op = static_cast<Op>(s_.payload);
    const Element element = g_.element(o_[4]);
    const bool logic = op == Op::And || op == Op::Or;
    const bool real = op == Op::Fmin || op == Op::Fmax;
    require(reducer_word(op) && element != Element::Tuple &&
                (logic  ? element == Element::Bool
                 : real ? is_floating(element)
                        : element != Element::Bool),
            "a {} by {} of {}", op_name(s_.op), op_name(op), conversion_word(element));
    require(g_[o_[3]].type == g_[o_[4]].type, "start and body of a {} have different types",
            op_name(s_.op));
    if (s_.op == Op::Reduce) return result(g_.type_of(o_[3]));
    scalar(o_[4]);
    require(!reducer_word(op)->arg_reduce.empty(), "an ArgReduce by {}", op_name(op));
    result({Element::Index, {}});
  }

  void fold() const {
    const std::size_t k = s_.payload;
    require(k >= 1 && o_.size() == 3 + 2 * k, "a Fold of {} states has {} operands", k, o_.size());
    range();
    level_fits(3 + k);
    for (std::size_t i = 0; i < k; ++i) {
      not_ragged(g_.type_of(o_[3 + i]));
      require(g_[o_[3 + i]].type == g_[o_[3 + k + i]].type, "state {} changes its type", i);
    }
    result({Element::Tuple, {}});
  }

  void trace() const {
    count(2);
    require(g_.op(o_[0]) == Op::Fold, "a Trace is of a Fold");
    require(s_.level == g_[o_[0]].level, "a Trace has its Fold's level");
    const Range r = g_.range_of(o_[0]);
    require(g_.is_constant(r.step), "a Trace of a Fold whose step is not constant");
    require((g_.free(o_[1]) & ~Graph::bit(s_.level)) < Graph::bit(s_.level),
            "a traced node is free above its Fold's level");
    const Type& body = g_.type_of(o_[1]);
    not_ragged(body);
    if (s_.type == kAnyType) return;
    const Type& whole = type(s_.type);
    require(!whole.extents.empty() && whole == with_extent(whole.extents[0], body),
            "the type of a Trace does not fit");
    if (!g_.is_constant(r.begin) || !g_.is_constant(r.end)) return;
    const std::int64_t trips =
        trip_count(g_.index_value(r.begin), g_.index_value(r.end), g_.index_value(r.step));
    require(g_.is_constant(whole.extents[0], static_cast<double>(trips)),
            "a Trace has one element per trip");
  }

  const Graph& g_;
  const NodeShape& s_;
  std::span<const NodeId> o_;
};

}  // namespace

std::string complaint(const Graph& graph, const NodeShape& shape) {
  for (NodeId id : shape.operands) {
    if (id >= graph.size()) return "an operand does not exist";
  }
  try {
    Judge(graph, shape).judge();
  } catch (const Unfit& unfit) {
    return unfit.reason;
  }
  return "";
}

NodeId build(Graph& g, const NodeShape& s) {
  const auto o = s.operands;
  const auto reducer = static_cast<Op>(s.payload);
  switch (s.op) {
    case Op::Convert:
      return g.convert(g.type(s.type).element, o[0]);
    case Op::If:
      return g.choose(o[0], o[1], o[2]);
    case Op::At:
      return g.at(o[0], o.subspan(1));
    case Op::OneHot:
      return g.one_hot(s.type, o.first(o.size() - 1), o.back());
    case Op::Pack:
      return g.pack(s.type, o);
    case Op::Map:
      return g.map(s.level, o[0], o[1]);
    case Op::Write:
      return g.write(s.level, {o[0], o[1], o[2]}, o[3], o[4], o.subspan(5));
    case Op::Reduce:
      return g.reduce(reducer, s.level, {o[0], o[1], o[2]}, o[3], o[4]);
    case Op::ArgReduce:
      return g.arg_reduce(reducer, s.level, {o[0], o[1], o[2]}, o[3], o[4]);
    case Op::Fold:
      return g.fold(s.level, {o[0], o[1], o[2]}, o.subspan(3, s.payload), o.subspan(3 + s.payload));
    case Op::Final:
      return g.final_state(o[0], static_cast<int>(s.payload));
    case Op::Trace:
      return g.trace(o[0], o[1]);
    default:
      return g.apply(s.op, o);
  }
}

}  // namespace gradsmith
