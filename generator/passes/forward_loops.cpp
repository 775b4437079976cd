#include "passes/forward_loops.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "ir/arrays.hpp"
#include "ir/conditions.hpp"
#include "ir/derivative_rules.hpp"
#include "ir/fold_constant.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/guards.hpp"
#include "passes/loop_states.hpp"
#include "passes/shifted_sum.hpp"
#include "passes/tangent_rules.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// Of the loops over columns: above the loops of any function, below what is wrapped around it.
constexpr int kColumnLevel = 40;

/// One number of a row, in the column of that number. Where a branch has it, column and value need
/// not exist on the other side, and may be asked for under the guard alone.
struct Hot {
  NodeId column = kNoNode;
  NodeId value = kNoNode;
  NodeId guard = kNoNode;  ///< kNoNode: always there
};

/// A tangent. Along a direction it is a node of the primal's type. By all columns a scalar's is an
/// expression in the number of the column, and single numbers beside; it becomes an array, a row,
/// where a loop carries it. An array's has the columns as last extent.
struct Tangent {
  NodeId node = kNoNode;  ///< kNoNode: structurally zero
  std::vector<Hot> hots = {};
  bool is_zero() const { return node == kNoNode && hots.empty(); }
};

/// Beyond these a row's single numbers become part of the expression.
constexpr std::size_t kMostHots = 24;

class ForwardSweep {
 public:
  ForwardSweep(Graph& graph, Provenance* provenance, std::string prefix,
               std::span<const NodeId> roots, std::span<const NodeId> wrt, NodeId columns)
      : g_(graph),
        provenance_(provenance),
        prefix_(std::move(prefix)),
        columns_(columns),
        roots_(roots.begin(), roots.end()),
        independent_(wrt.begin(), wrt.end()),
        stable_(graph, roots, [this](NodeId id) { return independent_.contains(id); }) {
    if (columns_ != kNoNode) column_ = g_.bound(kColumnLevel, 0, scalar_type(Element::Index));
    function_ = make_scope(0, nullptr);
  }

  void set(NodeId node, NodeId tangent) { function_->tangents[node] = {tangent}; }
  /// The first column of a node that is differentiated by.
  void set_columns(NodeId node, NodeId first) {
    first_[node] = first;
    function_->tangents[node] = seed(node, {});
  }
  /// Rows where there are columns, zeros where nothing depends on what is differentiated by.
  std::vector<NodeId> of(std::span<const NodeId> roots) {
    process(*function_, roots);
    std::vector<NodeId> result;
    for (NodeId root : roots) result.push_back(kept_or_zero(root, tangent(*function_, root)));
    return result;
  }

 private:
  struct Scope;
  /// A loop whose states are followed by their tangents.
  struct Loop {
    NodeId fold = kNoNode;
    std::vector<int> slot;  ///< of each state's tangent; -1: none
    std::unique_ptr<Scope> body;
  };
  struct Scope {
    int level = 0;
    Scope* around = nullptr;
    std::unordered_map<NodeId, Tangent> tangents;
    std::unordered_map<NodeId, Loop> loops;  ///< by Fold
    std::unique_ptr<TangentRules> rules;
  };

  std::unique_ptr<Scope> make_scope(int level, Scope* around) {
    auto scope = std::make_unique<Scope>();
    scope->level = level;
    scope->around = around;
    Scope* self = scope.get();
    scope->rules = std::make_unique<TangentRules>(
        g_, &stable_, [this, self](NodeId id) { return tangent(*self, id).node; });
    return scope;
  }

  /// Found already; kNoNode: structurally zero.
  const Tangent& tangent(const Scope& scope, NodeId id) const {
    static const Tangent zero;
    if (!is_floating(g_.element(id))) return zero;
    const int level = scope_of(g_, id);
    const Scope* s = &scope;
    while (s->level > level) s = s->around;
    const auto found = s->tangents.find(id);
    GRADSMITH_CHECK(s->level == level && found != s->tangents.end(), "{} has no tangent yet",
                    op_name(g_.op(id)));
    return found->second;
  }

  void process(Scope& s, std::span<const NodeId> roots);
  Tangent derive(Scope& s, NodeId id);
  Tangent scalar(Scope& s, NodeId id);
  std::vector<Hot> hots(const Scope& s, NodeId id);
  std::vector<Hot> hots(const Scope& s, const Differential& differential);
  std::vector<Hot> of_choice(NodeId condition, const std::vector<Hot>& yes, std::vector<Hot> no);
  Tangent seed(NodeId array, const std::vector<NodeId>& subscripts);
  Tangent at(Scope& s, NodeId id);
  NodeId map(Scope& s, NodeId id);
  NodeId write(Scope& s, NodeId id);
  NodeId pack(Scope& s, NodeId id);
  Tangent reduce(Scope& s, NodeId id);
  Tangent sum(Scope& s, NodeId id, const Range& range, NodeId init, Tangent body);
  NodeId where_it_runs(const Range& range, const Hot& hot);
  bool is_certain_column(NodeId column);
  Tangent product(Scope& s, NodeId id);
  Tangent extremum(Scope& s, NodeId id);
  std::optional<Tangent> of_shifted_sum(Scope& s, NodeId id);
  void fold(Scope& s, NodeId id);
  NodeId final_tangent(const Scope& s, NodeId id);
  NodeId trace(Scope& s, NodeId id);
  std::vector<bool> varying_states(const Scope& s, const FoldParts& parts) const;
  std::unique_ptr<Scope> body_scope(Scope& s, NodeId binder, NodeId body);

  TypeId kept_type(TypeId of) {
    if (columns_ == kNoNode) return of;
    Type type = g_.type(of);
    type.extents.push_back(columns_);
    return g_.intern(type);
  }
  /// A tangent as a loop carries it: a scalar's by all columns, as an array.
  NodeId kept(NodeId node, const Tangent& tangent) {
    if (columns_ == kNoNode || !g_.is_scalar(node)) return tangent.node;
    NodeId row = tangent.node == kNoNode ? kNoNode : as_row(tangent.node);
    for (const Hot& hot : tangent.hots) {
      const NodeId one = as_row(hot, kept_type(g_[node].type));
      row = row == kNoNode ? one : add_values(g_, row, one);
    }
    return row;
  }
  NodeId as_row(const Hot& hot, TypeId type) {
    const NodeId column[] = {hot.column};
    return guarded(hot.guard, g_.one_hot(type, column, hot.value));
  }
  /// Of two conditions the outer one is asked for by itself, as the value asks for it: what both
  /// need is then seen to be needed there only.
  NodeId guarded(NodeId guard, NodeId value) {
    if (guard == kNoNode) return value;
    const auto o = g_.operands(guard);
    const bool two = g_.op(guard) == Op::If && g_.is_constant(o[2], 0);
    const NodeId outer = two ? o[0] : guard, inner = two ? o[1] : kNoNode;
    const NodeId inside = guarded(inner, value);
    return g_.choose(outer, inside, g_.zeros(g_[value].type));
  }
  NodeId both(NodeId guard, NodeId other) {
    if (guard == kNoNode || guard == other) return other;
    if (other == kNoNode) return guard;
    // The author asks for the other one where the first holds, and it may read what is not there
    // elsewhere.
    return g_.choose(guard, other, g_.boolean(false));
  }
  NodeId as_row(NodeId in_column) {
    const bool element = g_.op(in_column) == Op::At && g_.operands(in_column).size() == 2 &&
                         g_.operand(in_column, 1) == column_ &&
                         (g_.free(g_.operand(in_column, 0)) & Graph::bit(kColumnLevel)) == 0;
    if (element && g_[g_.operand(in_column, 0)].type == kept_type(g_[in_column].type)) {
      return g_.operand(in_column, 0);
    }
    return g_.map(kColumnLevel, columns_, in_column);
  }
  NodeId kept_or_zero(NodeId node, const Tangent& tangent) {
    if (is_uninitialised(g_, node) && !g_.is_scalar(node)) {
      return uninitialised_array(g_, "change of " + g_.input_name(node).substr(1),
                                 kept_type(g_[node].type));
    }
    return tangent.is_zero() ? g_.zeros(kept_type(g_[node].type)) : kept(node, tangent);
  }
  void add(Tangent& to, NodeId node) {
    if (node == kNoNode) return;
    to.node = to.node == kNoNode ? node : g_.apply(Op::Add, {to.node, node});
  }
  /// Values of one column become one, and those that are too many an expression.
  void tidy(Tangent& t) {
    std::vector<Hot> all;
    for (const Hot& hot : t.hots) {
      const auto same = std::ranges::find_if(
          all, [&](const Hot& h) { return h.column == hot.column && h.guard == hot.guard; });
      if (same == all.end()) {
        all.push_back(hot);
      } else {
        same->value = g_.apply(Op::Add, {same->value, hot.value});
      }
    }
    t.hots = std::move(all);
    if (t.hots.size() <= kMostHots) return;
    for (const Hot& hot : t.hots) {
      const NodeId own = g_.apply(Op::Eq, {column_, hot.column});
      const NodeId value = g_.choose(own, hot.value, g_.number(g_.element(hot.value), 0));
      add(t, guarded(hot.guard, value));
    }
    t.hots.clear();
  }
  /// The opposite: the tangent of a scalar from what a loop carries.
  NodeId read(NodeId node, NodeId kept) {
    if (columns_ == kNoNode || !g_.is_scalar(node)) return kept;
    return g_.at(kept, {column_});
  }
  NodeId zero_or(NodeId node, NodeId tangent) {
    return tangent == kNoNode ? g_.zeros(g_[node].type) : tangent;
  }
  void name(NodeId node, NodeId tangent);

  Graph& g_;
  Provenance* provenance_;
  std::string prefix_;
  NodeId columns_;
  NodeId column_ = kNoNode;
  std::unordered_map<NodeId, NodeId> first_;  // column of each node that is differentiated by
  std::unordered_set<NodeId> roots_;
  std::unordered_set<NodeId> independent_;
  StableForms stable_;
  std::unique_ptr<Scope> function_;
};

void ForwardSweep::process(Scope& s, std::span<const NodeId> roots) {
  for (NodeId id : s.level == 0 ? reachable(g_, roots) : reachable_at(g_, roots, s.level)) {
    if (scope_of(g_, id) != s.level) continue;
    if (g_.op(id) == Op::Fold) {
      if (!s.loops.contains(id)) fold(s, id);
      continue;
    }
    if (!is_floating(g_.element(id)) || s.tangents.contains(id)) continue;
    Tangent found = derive(s, id);
    tidy(found);
    name(id, found.node);
    s.tangents[id] = std::move(found);
  }
}

void ForwardSweep::name(NodeId node, NodeId tangent) {
  if (!provenance_ || tangent == kNoNode || g_.is_constant(tangent)) return;
  const Origin* origin = provenance_->named(node);
  if (!origin || g_.op(tangent) == Op::Input) return;
  // The products that are asked for are called what they are assigned to.
  if (!origin->meaning.empty() && roots_.contains(node)) return;
  const std::string& what = origin->meaning.empty() ? origin->name : origin->meaning;
  provenance_->add(tangent, {prefix_ + origin->name, "change of " + what, {}});
}

Tangent ForwardSweep::derive(Scope& s, NodeId id) {
  switch (g_.op(id)) {
    case Op::Constant:
    case Op::Input:
      return {};
    case Op::At:
      return at(s, id);
    case Op::Map:
      return {map(s, id)};
    case Op::Write:
      return {write(s, id)};
    case Op::Reduce:
      return reduce(s, id);
    case Op::Final:
      return {final_tangent(s, id)};
    case Op::Trace:
      return {trace(s, id)};
    case Op::Pack:
      return {pack(s, id)};
    case Op::OneHot: {
      const auto view = g_.operands(id);
      const std::vector<NodeId> o(view.begin(), view.end());
      const Tangent& value = tangent(s, o.back());
      if (value.is_zero()) return {};
      return {g_.one_hot(kept_type(g_[id].type), std::span(o).first(o.size() - 1),
                         kept(o.back(), value))};
    }
    case Op::If:
      if (!g_.is_scalar(id)) {
        const NodeId condition = g_.operand(id, 0), a = g_.operand(id, 1), b = g_.operand(id, 2);
        const Tangent& by_a = tangent(s, a);
        const Tangent& by_b = tangent(s, b);
        if (by_a.is_zero() && by_b.is_zero()) return {};
        return {g_.choose(condition, kept_or_zero(a, by_a), kept_or_zero(b, by_b))};
      }
      return scalar(s, id);
    case Op::Add:
      if (const auto found = of_shifted_sum(s, id)) return *found;
      return scalar(s, id);
    default:
      return scalar(s, id);
  }
}

Tangent ForwardSweep::scalar(Scope& s, NodeId id) {
  Tangent result{s.rules->tangent_of(id)};
  if (columns_ != kNoNode) result.hots = hots(s, id);
  return result;
}

/// What a scalar passes on of its operands' single numbers: each times the partial derivative.
std::vector<Hot> ForwardSweep::hots(const Scope& s, NodeId id) {
  const Op op = g_.op(id);
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  if (const auto differential = stable_.differential(id)) return hots(s, *differential);
  if (op == Op::If) return of_choice(o[0], tangent(s, o[1]).hots, tangent(s, o[2]).hots);
  std::vector<Hot> result;
  const auto expr = [&](std::size_t i) { return Expr{&g_, o[i < o.size() ? i : 0]}; };
  for (std::size_t i = 0; i < o.size(); ++i) {
    const std::vector<Hot> given = tangent(s, o[i]).hots;
    for (const Hot& hot : given) {
      const NodeId zero = g_.number(g_.element(id), 0);
      NodeId value = kNoNode;
      if (op == Op::Convert) {
        value = g_.convert(g_.element(id), hot.value);
      } else {
        const Contribution c = pullback(op, static_cast<int>(i), expr(0), expr(1), expr(2),
                                        {&g_, id}, {&g_, hot.value});
        if (!c.value) continue;
        value = c.value->id;
        if (c.guard) {
          value = c.polarity ? g_.choose(c.guard->id, value, zero)
                             : g_.choose(c.guard->id, zero, value);
        }
      }
      result.push_back({hot.column, value, hot.guard});
    }
  }
  return result;
}

/// The single numbers of a choice. What both sides have in one column is there on either.
std::vector<Hot> ForwardSweep::of_choice(NodeId condition, const std::vector<Hot>& yes,
                                         std::vector<Hot> no) {
  std::vector<Hot> result;
  // Nothing is there where the condition leaves a guard no chance, and a guard that it implies says
  // nothing new.
  const auto take = [&](const Hot& hot, NodeId where) {
    if (hot.guard == kNoNode) return result.push_back({hot.column, hot.value, where});
    const std::optional<bool> there = decided(g_, hot.guard, where);
    if (there == false || decided(g_, where, hot.guard) == false) return;
    const NodeId guard = there ? where : both(where, hot.guard);
    result.push_back({hot.column, hot.value, guard});
  };
  for (const Hot& hot : yes) {
    const auto same = std::ranges::find_if(
        no, [&](const Hot& h) { return h.column == hot.column && h.guard == hot.guard; });
    if (same == no.end()) {
      take(hot, condition);
      continue;
    }
    const NodeId value =
        same->value == hot.value ? hot.value : g_.choose(condition, hot.value, same->value);
    result.push_back({hot.column, value, hot.guard});
    no.erase(same);
  }
  for (const Hot& hot : no) take(hot, g_.apply(Op::Not, {condition}));
  return result;
}

std::vector<Hot> ForwardSweep::hots(const Scope& s, const Differential& differential) {
  std::vector<Hot> result;
  for (const DifferentialTerm& term : differential) {
    const std::vector<Hot> given = term.quantity == DifferentialTerm::Quantity::Value
                                       ? tangent(s, term.of).hots
                                       : hots(s, stable_.of_logarithm(term.of, term.quantity));
    for (const Hot& hot : given) {
      NodeId value = hot.value;
      if (term.partial != kNoNode) value = g_.apply(Op::Mul, {term.partial, value});
      if (term.unless) value = g_.choose(*term.unless, g_.zeros(g_[value].type), value);
      if (term.negative) value = g_.apply(Op::Neg, {value});
      result.push_back({hot.column, value, hot.guard});
    }
  }
  return result;
}

/// Of what is differentiated by, or an element or a part of it.
Tangent ForwardSweep::seed(NodeId array, const std::vector<NodeId>& subscripts) {
  const std::vector<NodeId> extents = g_.type_of(array).extents;
  std::vector<NodeId> maps;  // over the subscripts that a part leaves open
  NodeId flat = g_.index(0);
  for (std::size_t k = 0; k < extents.size(); ++k) {
    NodeId i = kNoNode;
    if (k < subscripts.size()) {
      i = subscripts[k];
    } else {
      i = g_.bound(kColumnLevel + 1 + static_cast<int>(maps.size()), 0,
                   scalar_type(Element::Index));
      maps.push_back(extents[k]);
    }
    flat = k == 0 ? i : folded(g_, Op::Add, folded(g_, Op::Mul, flat, extents[k]), i);
  }
  const NodeId column[] = {folded(g_, Op::Add, first_.at(array), flat)};
  const NodeId one = g_.number(g_.element(array), 1);
  if (maps.empty()) return {kNoNode, {{column[0], one}}};
  NodeId part = g_.one_hot(kept_type(scalar_type(g_.element(array))), column, one);
  for (std::size_t k = maps.size(); k-- > 0;) {
    part = g_.map(kColumnLevel + 1 + static_cast<int>(k), maps[k], part);
  }
  return {part};
}

Tangent ForwardSweep::at(Scope& s, NodeId id) {
  const auto view = g_.operands(id);
  std::vector<NodeId> subscripts(view.begin() + 1, view.end());
  if (first_.contains(view[0])) return seed(view[0], subscripts);
  const NodeId array = tangent(s, view[0]).node;
  if (array == kNoNode) return {};
  if (columns_ != kNoNode && g_.is_scalar(id)) subscripts.push_back(column_);
  return {g_.at(array, subscripts)};
}

std::unique_ptr<ForwardSweep::Scope> ForwardSweep::body_scope(Scope& s, NodeId binder,
                                                              NodeId body) {
  auto inside = make_scope(g_[binder].level, &s);
  process(*inside, std::span(&body, 1));
  return inside;
}

NodeId ForwardSweep::map(Scope& s, NodeId id) {
  const NodeId extent = g_.operand(id, 0), body = g_.operand(id, 1);
  const Tangent found = tangent(*body_scope(s, id, body), body);
  return found.is_zero() ? kNoNode : g_.map(g_[id].level, extent, kept(body, found));
}

NodeId ForwardSweep::write(Scope& s, NodeId id) {
  const auto view = g_.operands(id);
  const std::vector<NodeId> o(view.begin(), view.end());
  const Tangent base = tangent(s, o[3]);
  const Tangent value = tangent(*body_scope(s, id, o[4]), o[4]);
  if (base.is_zero() && value.is_zero()) return kNoNode;
  return g_.write(g_[id].level, {o[0], o[1], o[2]}, kept_or_zero(o[3], base),
                  kept_or_zero(o[4], value), std::span(o).subspan(5));
}

/// Element by element, as the columns need no constant extent.
NodeId ForwardSweep::pack(Scope& s, NodeId id) {
  const auto view = g_.operands(id);
  const std::vector<NodeId> elements(view.begin(), view.end());
  const auto still = [&](NodeId e) { return tangent(s, e).is_zero(); };
  if (std::ranges::all_of(elements, still)) return kNoNode;
  if (columns_ == kNoNode) {
    std::vector<NodeId> tangents;
    for (NodeId e : elements) tangents.push_back(zero_or(e, tangent(s, e).node));
    return g_.pack(g_[id].type, tangents);
  }
  const std::vector<std::int64_t> extents = g_.constant_extents(g_[id].type);
  NodeId array = g_.zeros(kept_type(g_[id].type));
  std::vector<std::int64_t> place(extents.size(), 0);
  for (NodeId e : elements) {
    std::vector<NodeId> subscripts;
    for (std::int64_t i : place) subscripts.push_back(g_.index(i));
    if (!still(e)) array = g_.set(array, subscripts, kept(e, tangent(s, e)));
    for (std::size_t k = place.size(); k-- > 0 && ++place[k] == extents[k];) place[k] = 0;
  }
  return array;
}

Tangent ForwardSweep::reduce(Scope& s, NodeId id) {
  const Op op = g_.reducer(id);
  if (op == Op::Mul) return product(s, id);
  if (op != Op::Add) return extremum(s, id);
  const NodeId body = g_.operand(id, 4);
  return sum(s, id, g_.range_of(id), g_.operand(id, 3), tangent(*body_scope(s, id, body), body));
}

/// The guard of what a loop gives to a column, outside of the loop: without a trip there may be no
/// such column, as there is no x[0] of an array without elements.
NodeId ForwardSweep::where_it_runs(const Range& range, const Hot& hot) {
  if (is_certain_column(hot.column)) return hot.guard;
  return both(makes_a_trip(g_, range), hot.guard);
}

/// Whether there is a column of that number whatever the sizes are.
bool ForwardSweep::is_certain_column(NodeId column) {
  try {
    Polynomials polynomials(g_);
    const Polynomial left = polynomials.of(columns_) - polynomials.of(column) - Polynomial(1);
    return std::ranges::all_of(left.terms(), [&](const auto& term) {
      const auto& [product, factor] = term;
      const bool positive = std::ranges::none_of(
          product, [&](NodeId unknown) { return may_be_negative(g_, unknown); });
      return positive && factor.numerator >= 0;
    });
  } catch (const PolynomialTooLarge&) {
    return false;
  }
}

/// The tangent of `init` and, for each trip of the loop `id`, that of the body.
Tangent ForwardSweep::sum(Scope& s, NodeId id, const Range& range, NodeId init, Tangent body) {
  Tangent result = tangent(s, init);
  const int own = g_[id].level;
  const auto summed = [&](NodeId start, NodeId term) {
    const int level = Graph::level_above(g_.free(term) | g_.free(id) | Graph::bit(own));
    return g_.reduce(Op::Add, level, range, start, relevel(g_, term, own, level));
  };
  if (body.node != kNoNode) {
    const NodeId zero = g_.zeros(g_[body.node].type);
    result.node = summed(result.node == kNoNode ? zero : result.node, body.node);
  }
  NodeId rows = kNoNode;  // of all that the trips give to columns of their own
  for (const Hot& hot : body.hots) {
    const NodeId guard = hot.guard;
    const std::uint64_t place = g_.free(hot.column) | (guard == kNoNode ? 0 : g_.free(guard));
    if ((place & Graph::bit(own)) == 0) {
      const NodeId value = summed(g_.zeros(g_[hot.value].type), hot.value);
      result.hots.push_back({hot.column, value, where_it_runs(range, hot)});
      continue;
    }
    const NodeId row = as_row(hot, kept_type(g_[hot.value].type));
    rows = rows == kNoNode ? row : add_values(g_, rows, row);
  }
  if (rows != kNoNode) add(result, g_.at(summed(g_.zeros(g_[rows].type), rows), {column_}));
  return result;
}

/// A product becomes a loop that carries it and its tangent.
Tangent ForwardSweep::product(Scope& s, NodeId id) {
  const NodeId product = as_fold(g_, id);
  if (!s.loops.contains(product)) fold(s, product);
  return {final_tangent(s, g_.final_state(product, 0))};
}

/// A minimum or maximum has the tangent of the element that won.
Tangent ForwardSweep::extremum(Scope& s, NodeId id) {
  const NodeId init = g_.operand(id, 3), body = g_.operand(id, 4);
  const Tangent start = tangent(s, init);
  const Tangent each = tangent(*body_scope(s, id, body), body);
  if (start.is_zero() && each.is_zero()) return {};
  const NodeId winner = g_.arg_reduce(g_.reducer(id), g_[id].level, g_.range_of(id), init, body);
  const NodeId any = g_.apply(Op::Ge, {winner, g_.index(0)});
  const NodeId at_winner[] = {winner};
  const auto of_winner = [&](NodeId node) { return substitute(g_, node, g_[id].level, at_winner); };
  const NodeId zero = g_.number(g_.element(id), 0);
  Tangent result;
  if (start.node != kNoNode || each.node != kNoNode) {
    const NodeId won = each.node == kNoNode ? zero : of_winner(each.node);
    result.node = g_.choose(any, won, start.node == kNoNode ? zero : start.node);
  }
  std::vector<Hot> won;
  for (const Hot& hot : each.hots) {
    const NodeId guard = hot.guard == kNoNode ? kNoNode : of_winner(hot.guard);
    won.push_back({of_winner(hot.column), of_winner(hot.value), guard});
  }
  result.hots = of_choice(any, won, start.hots);
  return result;
}

/// The sum of the changes of x, each times its share.
std::optional<Tangent> ForwardSweep::of_shifted_sum(Scope& s, NodeId id) {
  const auto form = shifted_sum(g_, id, [this](NodeId n) { return independent_.contains(n); });
  if (!form) return {};
  Tangent change = tangent(*body_scope(s, form->sum, form->term), form->x);
  const NodeId share = g_.apply(Op::Div, {form->term, form->sum});
  if (change.node != kNoNode) change.node = g_.apply(Op::Mul, {share, change.node});
  for (Hot& hot : change.hots) hot.value = g_.apply(Op::Mul, {share, hot.value});
  return sum(s, form->sum, g_.range_of(form->sum), g_.operand(form->sum, 3), std::move(change));
}

/// Which states of a loop depend on what is differentiated by: through their start, through the
/// body, or through other states.
std::vector<bool> ForwardSweep::varying_states(const Scope& s, const FoldParts& parts) const {
  const std::size_t states = parts.inits.size();
  std::vector<bool> varying(states, false);
  std::vector<std::set<std::size_t>> reads(states);
  for (std::size_t k = 0; k < states; ++k) {
    if (!is_floating(g_.element(parts.inits[k]))) continue;
    varying[k] = !tangent(s, parts.inits[k]).is_zero();
    std::unordered_set<NodeId> seen;
    std::vector<NodeId> stack{parts.nexts[k]};
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      const bool loop = g_.op(id) == Op::Fold;
      if ((!loop && !is_floating(g_.element(id))) || !seen.insert(id).second) continue;
      if (g_.op(id) == Op::Bound && g_[id].level == parts.level) {
        if (g_.slot(id) > 0) reads[k].insert(static_cast<std::size_t>(g_.slot(id)) - 1);
      } else if (scope_of(g_, id) < parts.level && !loop) {
        varying[k] = varying[k] || !tangent(s, id).is_zero();
      } else {
        const auto operands = g_.operands(id);
        stack.insert(stack.end(), operands.begin(), operands.end());
      }
    }
  }
  for (bool more = true; more;) {
    more = false;
    for (std::size_t k = 0; k < states; ++k) {
      const auto varies = [&](std::size_t r) { return varying[r]; };
      if (varying[k] || !std::ranges::any_of(reads[k], varies)) continue;
      varying[k] = true;
      more = true;
    }
  }
  return varying;
}

void ForwardSweep::fold(Scope& s, NodeId id) {
  const FoldParts view = g_.fold_parts(id);
  std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
  std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
  const int level = view.level;
  const Range range = view.range;
  const std::size_t states = inits.size();
  const std::vector<bool> varying = varying_states(s, view);

  Loop& loop = s.loops[id];
  loop.slot.assign(states, -1);
  loop.body = make_scope(level, &s);
  Scope& body = *loop.body;
  int slot = static_cast<int>(states);
  for (std::size_t k = 0; k < states; ++k) {
    const NodeId state = loop_state(g_, level, k, g_[inits[k]].type);
    body.tangents[state] = {};
    if (!varying[k]) continue;
    loop.slot[k] = slot++;
    body.tangents[state] = {
        read(state, g_.bound(level, loop.slot[k] + 1, kept_type(g_[inits[k]].type)))};
  }
  process(body, std::vector<NodeId>(nexts));
  for (std::size_t k = 0; k < states; ++k) {
    if (loop.slot[k] < 0) continue;
    inits.push_back(kept_or_zero(inits[k], tangent(s, inits[k])));
    nexts.push_back(kept_or_zero(nexts[k], tangent(body, nexts[k])));
  }
  if (slot == static_cast<int>(states)) {
    loop.fold = id;
    return;
  }
  loop.fold = g_.fold(level, range, inits, nexts);
  for (std::size_t k = 0; k < states; ++k) {
    if (loop.slot[k] < 0) continue;
    name(nexts[k], g_.fold_parts(loop.fold).nexts[static_cast<std::size_t>(loop.slot[k])]);
  }
}

NodeId ForwardSweep::final_tangent(const Scope& s, NodeId id) {
  const Loop& loop = s.loops.at(g_.operand(id, 0));
  const int slot = loop.slot[static_cast<std::size_t>(g_.slot(id))];
  return slot < 0 ? kNoNode : read(id, g_.final_state(loop.fold, slot));
}

NodeId ForwardSweep::trace(Scope& s, NodeId id) {
  Loop& loop = s.loops.at(g_.operand(id, 0));
  const NodeId body = g_.operand(id, 1);
  process(*loop.body, std::span(&body, 1));
  const Tangent found = tangent(*loop.body, body);
  if (found.is_zero()) return kNoNode;
  GRADSMITH_CHECK(g_[loop.fold].level == g_[g_.operand(id, 0)].level,
                  "a loop with its tangents is at another level");
  return g_.trace(loop.fold, kept(body, found));
}

}  // namespace

std::vector<NodeId> forward_through_loops(Graph& graph, Provenance* provenance,
                                          std::span<const NodeId> roots,
                                          std::span<const Seed> wrt) {
  std::vector<NodeId> inputs;
  for (const Seed& seed : wrt) inputs.push_back(seed.node);
  ForwardSweep sweep(graph, provenance, "dot_", roots, inputs, kNoNode);
  for (const Seed& seed : wrt) sweep.set(seed.node, seed.adjoint);
  return sweep.of(roots);
}

std::vector<NodeId> forward_columns(Graph& graph, Provenance* provenance, const std::string& by,
                                    std::span<const NodeId> roots, std::span<const ColumnsOf> wrt,
                                    NodeId columns) {
  std::vector<NodeId> inputs;
  for (const ColumnsOf& w : wrt) inputs.push_back(w.input);
  ForwardSweep sweep(graph, provenance, by, roots, inputs, columns);
  for (const ColumnsOf& w : wrt) sweep.set_columns(w.input, w.first);
  return sweep.of(roots);
}

}  // namespace gradsmith
