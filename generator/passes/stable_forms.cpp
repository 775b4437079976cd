#include "passes/stable_forms.hpp"

#include <cmath>
#include <numbers>

#include "passes/pattern.hpp"

namespace gradsmith {
namespace {

using enum DifferentialTerm::Quantity;

/// A row made ready: its shape in every order of commutative operands.
struct Shape {
  const StableRow* row;
  Pattern pattern;
};

std::vector<Shape> all_orders(const StableRow& row) {
  std::vector<Shape> found{{&row, Pattern::parse(row.shape)}};
  const Pattern first = found[0].pattern;
  for (int place = 0; place <= first.root(); ++place) {
    if (first[place].op != Op::Add && first[place].op != Op::Mul) continue;
    for (std::size_t i = 0, n = found.size(); i < n; ++i) {
      found.push_back({&row, found[i].pattern.commuted(place)});
    }
  }
  return found;
}

const std::vector<Shape>& shapes_at(Op root) {
  static const auto table = [] {
    std::unordered_map<Op, std::vector<Shape>> by_root;
    for (const StableRow& row : stable_rows()) {
      for (Shape& shape : all_orders(row)) {
        by_root[shape.pattern[shape.pattern.root()].op].push_back(std::move(shape));
      }
    }
    return by_root;
  }();
  static const std::vector<Shape> none;
  const auto at = table.find(root);
  return at == table.end() ? none : at->second;
}

}  // namespace

double StableShape::power(int of_double, int of_float) const {
  return std::ldexp(1.0, x.graph->element(r.id) == Element::F32 ? of_float : of_double);
}

StableForms::StableForms(Graph& graph, std::span<const NodeId> roots,
                         std::function<bool(NodeId)> independent)
    : g_(graph), independent_(independent), sums_(graph, roots, std::move(independent)) {}

std::optional<Differential> StableForms::differential(NodeId id) {
  if (!is_floating(g_.element(id)) || g_.operands(id).empty()) return {};
  const Expr r{&g_, id};
  const NodeId x = g_.operand(id, 0);
  switch (g_.op(id)) {
    case Op::Log:
      if (has_logarithm(x)) return Differential{{x, Logarithm}};
      break;
    case Op::Log2:
    case Op::Log10: {
      if (!has_logarithm(x)) break;
      const bool two = g_.op(id) == Op::Log2;
      const double factor = two ? std::numbers::log2e : std::numbers::log10e;
      return Differential{{x, Logarithm, constant_like(r, factor).id}};
    }
    case Op::Log1p: {
      if (independent_(x)) break;
      const NodeId sum = (1 + Expr{&g_, x}).id;
      if (sums_.exponentials(sum)) return of_logarithm(sum, Logarithm);
      break;
    }
    case Op::Add:
      // The shift by which the author keeps a sum of exponentials in range is given back: it has no
      // influence.
      for (const std::size_t i : {0, 1}) {
        const NodeId log = g_.operand(id, i);
        if (g_.op(log) != Op::Log || independent_(log)) continue;
        const ExponentialSum* sum = sums_.exponentials(g_.operand(log, 0));
        if (sum && sum->shift == g_.operand(id, 1 - i)) {
          return Differential{{g_.operand(log, 0), Unshifted}};
        }
      }
      break;
    case Op::Mul:
    case Op::Div:
      if (auto found = of_quotient(id)) return found;
      break;
    case Op::Sqrt:
      if (auto found = of_norm(id)) return found;
      break;
    default:
      break;
  }
  return by_table(id);
}

bool StableForms::has_logarithm(NodeId id) {
  if (independent_(id)) return false;
  if (sums_.exponentials(id)) return true;
  if (g_.op(id) != Op::Div) return false;
  const NodeId x = g_.operand(id, 0);
  const bool simple = g_.is_constant(x) || (g_.op(x) == Op::Exp && !independent_(x));
  return simple && sums_.exponentials(g_.operand(id, 1)) != nullptr;
}

Differential StableForms::of_logarithm(NodeId id, DifferentialTerm::Quantity quantity) {
  Differential result;
  if (const ExponentialSum* sum = sums_.exponentials(id)) {
    if (quantity == Logarithm && sum->shift != kNoNode) {
      return {{id, Unshifted}, {sum->shift, Value, kNoNode, true}};
    }
    const std::vector<NodeId>& shares = sums_.shares(id);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const ExponentialSum::Item& item = sum->items[i];
      if (item.exponential != kNoNode) result.push_back({item.argument, Value, shares[i]});
    }
    return result;
  }
  // A quotient.
  const NodeId x = g_.operand(id, 0);
  const NodeId y = g_.operand(id, 1);
  if (!g_.is_constant(x)) result.push_back({g_.operand(x, 0), Value});
  result.push_back({y, Logarithm, kNoNode, true});
  return result;
}

std::optional<Differential> StableForms::of_quotient(NodeId id) {
  NodeId x = g_.operand(id, 0);
  NodeId whole = g_.operand(id, 1);
  if (g_.op(id) == Op::Mul) {  // by the reciprocal of a sum
    const auto reciprocal = [&](NodeId r) {
      return g_.op(r) == Op::Div && g_.is_constant(g_.operand(r, 0), 1) && !independent_(r) &&
             sums_.exponentials(g_.operand(r, 1)) != nullptr;
    };
    if (!reciprocal(whole)) std::swap(x, whole);
    if (!reciprocal(whole)) return {};
    whole = g_.operand(whole, 1);
  }
  const ExponentialSum* sum = sums_.exponentials(whole);
  if (!sum) return {};
  if (g_.is_constant(x)) return Differential{{whole, Logarithm, id, true}};
  // An exponential of the sum itself, or a multiple of one: the quotient is its share.
  NodeId factor = kNoNode;
  NodeId exponential = x;
  if (g_.op(x) == Op::Mul && !independent_(x)) {
    const bool first = g_.op(g_.operand(x, 0)) == Op::Exp;
    exponential = g_.operand(x, first ? 0 : 1);
    factor = g_.operand(x, first ? 1 : 0);
  }
  const auto place = sum->place.find(exponential);
  if (place != sum->place.end() && sum->items[place->second].weight == 1) {
    const NodeId share = sums_.shares(whole)[place->second];
    if (sum->items.size() == 2 && factor == kNoNode) {
      return of_share_of_two(*sum, place->second);
    }
    const NodeId argument = sum->items[place->second].argument;
    if (factor == kNoNode)
      return Differential{{argument, Value, share}, {whole, Unshifted, share, true}};
    const NodeId product = (Expr{&g_, factor} * Expr{&g_, share}).id;
    return Differential{
        {factor, Value, share}, {argument, Value, product}, {whole, Unshifted, product, true}};
  }
  if (g_.op(id) == Op::Mul) return {};
  return Differential{{x, Value, (1 / Expr{&g_, whole}).id}, {whole, Logarithm, id, true}};
}

/// One share of two changes by the product of both, so that nothing cancels where one is nearly
/// all.
Differential StableForms::of_share_of_two(const ExponentialSum& sum, std::size_t place) {
  const NodeId product = (Expr{&g_, sum.shares[0]} * Expr{&g_, sum.shares[1]}).id;
  Differential result{{sum.items[place].argument, Value, product}};
  const ExponentialSum::Item& other = sum.items[1 - place];
  if (other.exponential != kNoNode) result.push_back({other.argument, Value, product, true});
  return result;
}

std::optional<Differential> StableForms::of_norm(NodeId id) {
  const auto squares = sums_.squares(g_.operand(id, 0));
  if (!squares) return {};
  const std::vector<NodeId> partials = sums_.norm_partials(id, *squares);
  Differential result;
  for (std::size_t i = 0; i < partials.size(); ++i) {
    result.push_back({squares->roots[i], Value, partials[i]});
  }
  return result;
}

std::optional<Differential> StableForms::by_table(NodeId id) {
  Match match;
  for (const Shape& shape : shapes_at(g_.op(id))) {
    if (!shape.pattern.matches(g_, id, false, match)) continue;
    bool through = true;
    for (int place = 0; place < shape.pattern.root(); ++place) {
      const bool inside = shape.pattern[place].kind == PatternNode::Kind::Application;
      if (inside && independent_(match.at[static_cast<std::size_t>(place)])) through = false;
    }
    if (!through) continue;
    const auto bound = [&](char letter) {
      const NodeId found = match.bound[static_cast<std::size_t>(letter - 'a')];
      return Expr{&g_, found == kNoNode ? match.bound['x' - 'a'] : found};
    };
    const StableShape nodes{
        bound('x'), bound('v').id != bound('x').id ? bound('v') : bound('y'), {&g_, id}};
    Differential result;
    const auto add = [&](const Expr& of, StablePartial (*by)(const StableShape&)) {
      if (!by) return;
      const StablePartial partial = by(nodes);
      DifferentialTerm term{of.id, Value, partial.value.id};
      if (partial.unless) term.unless = partial.unless->id;
      result.push_back(term);
    };
    add(nodes.x, shape.row->by_x);
    add(nodes.y, shape.row->by_y);
    return result;
  }
  return {};
}

}  // namespace gradsmith
