#include "passes/stable_sums.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "ir/function.hpp"

namespace gradsmith {
namespace {

bool is_float(const Graph& g, NodeId id) { return g.element(id) == Element::F32; }

/// The operands of `If(a < b, b, a)` and its like, of max and of fmax; empty where `id` is no
/// maximum of two.
std::vector<NodeId> maximum_of(const Graph& g, NodeId id) {
  const auto o = g.operands(id);
  const Op op = g.op(id);
  if (op == Op::Max || op == Op::Fmax) return {o[0], o[1]};
  if (op != Op::If) return {};
  const Op compare = g.op(o[0]);
  const bool less = compare == Op::Lt || compare == Op::Le;
  if (!less && compare != Op::Gt && compare != Op::Ge) return {};
  const NodeId smaller = g.operand(o[0], less ? 0 : 1);
  const NodeId larger = g.operand(o[0], less ? 1 : 0);
  if (o[1] != larger || o[2] != smaller) return {};
  return {o[1], o[2]};
}

/// An item whose value is `weight` times an exponential, or a positive constant.
std::optional<ExponentialSum::Item> item_of(const Graph& g, NodeId term) {
  const auto positive = [&](NodeId id) {
    return g.is_constant(id) && g.constant_value(id) > 0 && std::isfinite(g.constant_value(id));
  };
  const auto exponential = [&](NodeId id, double weight) {
    return ExponentialSum::Item{weight, id, g.operand(id, 0), g.operand(id, 0)};
  };
  if (g.op(term) == Op::Exp) return exponential(term, 1);
  if (positive(term)) return ExponentialSum::Item{g.constant_value(term)};
  if (g.op(term) != Op::Mul) return std::nullopt;
  for (const std::size_t i : {0, 1}) {
    const NodeId factor = g.operand(term, 1 - i);
    if (positive(g.operand(term, i)) && g.op(factor) == Op::Exp) {
      return exponential(factor, g.constant_value(g.operand(term, i)));
    }
  }
  return std::nullopt;
}

Expr times(double weight, const Expr& x) { return weight == 1 ? x : weight * x; }

}  // namespace

Expr in_range(const Expr& x) {
  const bool single = is_float(*x.graph, x.id);
  return (single ? 1e-15 : 1e-150) <= x && x <= (single ? 1e15 : 1e150);
}

StableSums::StableSums(Graph& graph, std::span<const NodeId> roots,
                       std::function<bool(NodeId)> independent)
    : g_(graph),
      independent_(std::move(independent)),
      original_(graph.size()),
      uses_(graph.size()) {
  for (NodeId root : roots) ++uses_[root];
  for (NodeId id : reachable(graph, roots)) {
    for (NodeId o : graph.operands(id)) ++uses_[o];
  }
}

std::optional<std::vector<NodeId>> StableSums::terms(NodeId sum) const {
  if (g_.op(sum) != Op::Add || !is_floating(g_.element(sum)) || independent_(sum)) return {};
  std::vector<NodeId> found;
  std::vector<NodeId> stack{sum};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    const bool inside = id == sum || (id < uses_.size() && uses_[id] == 1 && !independent_(id));
    if (g_.op(id) == Op::Add && inside) {
      stack.push_back(g_.operand(id, 1));
      stack.push_back(g_.operand(id, 0));
    } else {
      found.push_back(id);
    }
  }
  return found;
}

std::optional<ExponentialSum> StableSums::find_exponentials(NodeId sum) {
  const auto list = terms(sum);
  if (!list) return {};
  ExponentialSum result;
  bool any = false;
  for (NodeId term : *list) {
    const auto item = item_of(g_, term);
    if (!item || (!g_.is_constant(term) && independent_(term))) return {};
    if (item->exponential != kNoNode && independent_(item->exponential)) return {};
    any = any || item->exponential != kNoNode;
    if (item->exponential != kNoNode) result.place.emplace(item->exponential, result.items.size());
    result.items.push_back(*item);
  }
  if (!any) return {};
  find_shift(result);
  return result;
}

void StableSums::find_shift(ExponentialSum& sum) const {
  NodeId shift = kNoNode;
  for (const ExponentialSum::Item& item : sum.items) {
    if (item.exponential == kNoNode || g_.op(item.exponent) != Op::Sub) return;
    const NodeId subtracted = g_.operand(item.exponent, 1);
    if (independent_(item.exponent) || (shift != kNoNode && subtracted != shift)) return;
    shift = subtracted;
  }
  sum.shift = shift;
  for (ExponentialSum::Item& item : sum.items) item.argument = g_.operand(item.exponent, 0);
  sum.bounded = is_maximum(shift, sum);
}

/// Whether a node is the largest of the items' arguments, and of nothing else: a larger bound would
/// let the sum underflow.
bool StableSums::is_maximum(NodeId node, const ExponentialSum& of) const {
  std::unordered_set<NodeId> arguments;
  for (const ExponentialSum::Item& item : of.items) arguments.insert(item.argument);
  std::unordered_set<NodeId> seen;
  std::vector<NodeId> stack{node};
  std::size_t leaves = 0;
  while (!stack.empty() && seen.size() <= 4 * of.items.size()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (!seen.insert(id).second) continue;
    const std::vector<NodeId> larger_of = maximum_of(g_, id);
    stack.insert(stack.end(), larger_of.begin(), larger_of.end());
    if (!larger_of.empty()) continue;
    if (!arguments.contains(id)) return false;
    ++leaves;
  }
  return stack.empty() && leaves == arguments.size();
}

ExponentialSum* StableSums::exponentials(NodeId sum) {
  auto at = found_.find(sum);
  if (at == found_.end()) at = found_.emplace(sum, find_exponentials(sum)).first;
  return at->second ? &*at->second : nullptr;
}

const std::vector<NodeId>& StableSums::shares(NodeId sum) {
  ExponentialSum& of = *exponentials(sum);
  if (!of.shares.empty()) return of.shares;
  if (of.items.size() == 2 &&
      (of.items[0].exponential == kNoNode) != (of.items[1].exponential == kNoNode)) {
    return of.shares = logistic_shares(sum, of);
  }
  of.shares = plain_shares(sum, of);
  if (of.bounded) return of.shares;
  const std::vector<NodeId> shifted = shifted_shares(of);
  const Expr safe = in_range(expr(sum));
  for (std::size_t i = 0; i < shifted.size(); ++i) {
    of.shares[i] = g_.choose(safe.id, of.shares[i], shifted[i]);
  }
  return of.shares;
}

/// With one exponential e beside a constant c: one division serves both shares, and neither is a
/// difference of like numbers. Where e is infinite the reciprocal is 0, as it should be.
std::vector<NodeId> StableSums::logistic_shares(NodeId sum, const ExponentialSum& of) {
  const bool first = of.items[0].exponential == kNoNode;
  const ExponentialSum::Item& constant = of.items[first ? 0 : 1];
  const ExponentialSum::Item& exponential = of.items[first ? 1 : 0];
  const Expr e = times(exponential.weight, expr(exponential.exponential));
  const Expr r = 1 / expr(sum);
  const Expr rest = times(constant.weight, r);
  const Expr share = choose(e <= constant.weight, e * r, 1 - rest);
  return first ? std::vector{rest.id, share.id} : std::vector{share.id, rest.id};
}

/// Quotients that the author has, else products with one reciprocal.
std::vector<NodeId> StableSums::plain_shares(NodeId sum, const ExponentialSum& of) {
  std::vector<NodeId> shares;
  for (const ExponentialSum::Item& item : of.items) {
    const Expr whole = expr(sum);
    if (item.exponential == kNoNode) {
      shares.push_back((item.weight / whole).id);
      continue;
    }
    const Expr e = times(item.weight, expr(item.exponential));
    const Expr quotient = e / whole;
    shares.push_back(quotient.id < original_ ? quotient.id : (e * (1 / whole)).id);
  }
  return shares;
}

std::vector<NodeId> StableSums::shifted_shares(const ExponentialSum& of) {
  const Expr zero = constant_like(
      expr(g_.operands(of.items[0].exponential != kNoNode ? of.items[0].exponential
                                                          : of.items[1].exponential)[0]),
      0);
  const auto exponent = [&](const ExponentialSum::Item& item) {
    return item.exponent == kNoNode ? zero : expr(item.exponent);
  };
  Expr largest = exponent(of.items[0]);
  for (std::size_t i = 1; i < of.items.size(); ++i) {
    const Expr next = exponent(of.items[i]);
    largest = choose(largest < next, next, largest);
  }
  std::vector<Expr> weights;
  for (const ExponentialSum::Item& item : of.items) {
    weights.push_back(times(item.weight, exp(exponent(item) - largest)));
  }
  Expr whole = weights[0];
  for (std::size_t i = 1; i < weights.size(); ++i) whole = whole + weights[i];
  std::vector<NodeId> shares;
  for (const Expr& w : weights) shares.push_back((w / whole).id);
  return shares;
}

std::optional<SumOfSquares> StableSums::squares(NodeId sum) const {
  SumOfSquares result;
  const auto add = [&](NodeId term) {
    if (g_.is_constant(term) && g_.constant_value(term) >= 0) {
      result.constants.push_back(g_.constant_value(term));
      return true;
    }
    if (g_.op(term) != Op::Mul || g_.operand(term, 0) != g_.operand(term, 1)) return false;
    result.roots.push_back(g_.operand(term, 0));
    return !independent_(term);
  };
  if (!is_floating(g_.element(sum)) || independent_(sum)) return {};
  const auto list = terms(sum);
  const bool good = list ? std::ranges::all_of(*list, add) : add(sum);
  if (!good || result.roots.empty()) return {};
  return result;
}

/// Whether the author divides the one by the other.
bool StableSums::has_quotient(NodeId x, NodeId y) {
  const Graph::Mark before = g_.mark();
  const bool known = g_.apply(Op::Div, {x, y}) < original_;
  g_.take_back(before);
  return known;
}

std::vector<NodeId> StableSums::norm_partials(NodeId norm, const SumOfSquares& of) {
  // Where squares leave the range they are taken of scaled terms. A quotient is scaled where that
  // loses no bits: before a division by what is tiny, after one by what is huge.
  const Expr r = expr(norm);
  const Expr one = constant_like(r, 1);
  const Expr up = constant_like(r, std::ldexp(1.0, is_float(g_, norm) ? 100 : 600));
  const Expr down = constant_like(r, std::ldexp(1.0, is_float(g_, norm) ? -100 : -600));
  const Expr tiny = r < 1;
  const Expr scale = choose(tiny, up, down);
  const Expr before = choose(tiny, up, one);
  const Expr after = choose(tiny, one, down);
  Expr whole{};
  const auto add = [&](const Expr& term) { whole = whole.graph ? whole + term : term; };
  for (NodeId root : of.roots) {
    const Expr scaled = scale * expr(root);
    add(scaled * scaled);
  }
  for (const double c : of.constants) add(c * scale * scale);
  const Expr scaled_norm = sqrt(whole);
  const Expr safe = in_range(r);
  // Several share a reciprocal, unless the author has the quotients. Of scaled numbers its
  // derivatives would leave the range.
  const bool shared = of.roots.size() > 1 && !has_quotient(of.roots[0], norm);
  std::vector<NodeId> partials;
  for (NodeId root : of.roots) {
    const Expr x = expr(root);
    const Expr plain = shared ? x * (one / r) : x / r;
    partials.push_back(choose(safe, plain, before * x / scaled_norm * after).id);
  }
  return partials;
}

}  // namespace gradsmith
