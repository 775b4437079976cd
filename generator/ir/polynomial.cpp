#include "ir/polynomial.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "ir/fold_constant.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

using Wide = __int128;

constexpr std::size_t kMostTerms = 60;
constexpr std::size_t kHighestDegree = 8;
// To see that n * (n + 1) / 2 is whole, every rest of n by 2 is tried.
constexpr std::int64_t kMostRests = 4096;

Rational lowest_terms(Wide numerator, Wide denominator) {
  Wide a = numerator < 0 ? -numerator : numerator, b = denominator;
  while (b != 0) a = std::exchange(b, a % b);
  if (a > 1) {
    numerator /= a;
    denominator /= a;
  }
  constexpr Wide most = std::numeric_limits<std::int64_t>::max();
  if (numerator > most || numerator < -most || denominator > most) throw PolynomialTooLarge();
  return {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

/// The least number that makes all factors whole.
std::int64_t common_denominator(const Polynomial& p) {
  Wide common = 1;
  for (const auto& [product, factor] : p.terms()) {
    common = common / std::gcd(static_cast<std::int64_t>(common), factor.denominator) *
             factor.denominator;
    if (common > std::numeric_limits<std::int32_t>::max()) throw PolynomialTooLarge();
  }
  return static_cast<std::int64_t>(common);
}

}  // namespace

Rational operator+(const Rational& a, const Rational& b) {
  return lowest_terms(Wide(a.numerator) * b.denominator + Wide(b.numerator) * a.denominator,
                      Wide(a.denominator) * b.denominator);
}

Rational operator*(const Rational& a, const Rational& b) {
  return lowest_terms(Wide(a.numerator) * b.numerator, Wide(a.denominator) * b.denominator);
}

Polynomial::Polynomial(std::int64_t constant) { add({}, {constant, 1}); }

Polynomial Polynomial::unknown(NodeId node) {
  Polynomial p;
  p.add({node}, {1, 1});
  return p;
}

void Polynomial::add(const Product& product, const Rational& factor) {
  if (factor.numerator == 0) return;
  if (product.size() > kHighestDegree) throw PolynomialTooLarge();
  const auto [term, fresh] = terms_.try_emplace(product, factor);
  if (fresh) {
    if (terms_.size() > kMostTerms) throw PolynomialTooLarge();
    return;
  }
  term->second = term->second + factor;
  if (term->second.numerator == 0) terms_.erase(term);
}

std::optional<Rational> Polynomial::constant() const {
  if (terms_.empty()) return Rational{};
  if (terms_.size() > 1 || !terms_.begin()->first.empty()) return std::nullopt;
  return terms_.begin()->second;
}

std::vector<NodeId> Polynomial::unknowns() const {
  std::vector<NodeId> found;
  for (const auto& [product, factor] : terms_) {
    found.insert(found.end(), product.begin(), product.end());
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

bool Polynomial::mentions(NodeId unknown) const {
  return std::ranges::any_of(
      terms_, [&](const auto& term) { return std::ranges::binary_search(term.first, unknown); });
}

Polynomial Polynomial::difference(NodeId unknown) const {
  return with(unknown, Polynomial::unknown(unknown) + Polynomial(1)) - *this;
}

Polynomial Polynomial::with(NodeId unknown, const Polynomial& value) const {
  Polynomial result;
  for (const auto& [product, factor] : terms_) {
    Polynomial term;
    Product rest;
    std::ranges::copy_if(product, std::back_inserter(rest), [&](NodeId u) { return u != unknown; });
    term.add(rest, factor);
    for (std::size_t power = rest.size(); power < product.size(); ++power) term = term * value;
    result += term;
  }
  return result;
}

bool Polynomial::is_whole() const {
  const std::int64_t modulus = common_denominator(*this);
  if (modulus == 1) return true;
  const std::vector<NodeId> all = unknowns();
  std::int64_t cases = 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((cases *= modulus) > kMostRests) return false;
  }
  for (std::int64_t number = 0; number < cases; ++number) {
    std::unordered_map<NodeId, std::int64_t> rest;
    std::int64_t digits = number;
    for (NodeId u : all) {
      rest[u] = digits % modulus;
      digits /= modulus;
    }
    Wide sum = 0;
    for (const auto& [product, factor] : terms_) {
      Wide term = Wide(factor.numerator) * (modulus / factor.denominator) % modulus;
      for (NodeId u : product) term = term * rest[u] % modulus;
      sum += term;
    }
    if (sum % modulus != 0) return false;
  }
  return true;
}

Polynomial& Polynomial::operator+=(const Polynomial& other) {
  for (const auto& [product, factor] : other.terms_) add(product, factor);
  return *this;
}

Polynomial Polynomial::scaled(const Rational& by) const {
  Polynomial result;
  for (const auto& [product, factor] : terms_) result.add(product, factor * by);
  return result;
}

Polynomial operator+(Polynomial a, const Polynomial& b) { return a += b; }

Polynomial operator-(Polynomial a, const Polynomial& b) { return a += b.scaled({-1, 1}); }

Polynomial operator*(const Polynomial& a, const Polynomial& b) {
  Polynomial result;
  for (const auto& [left, x] : a.terms_) {
    for (const auto& [right, y] : b.terms_) {
      Polynomial::Product both;
      std::ranges::merge(left, right, std::back_inserter(both));
      result.add(both, x * y);
    }
  }
  return result;
}

Division divided(const Polynomial& p, const Polynomial& by) {
  const auto highest = std::ranges::max_element(
      by.terms(), {}, [](const auto& term) { return std::pair(term.first.size(), term.first); });
  const auto& [product, factor] = *highest;
  const Rational per{factor.numerator < 0 ? -factor.denominator : factor.denominator,
                     factor.numerator < 0 ? -factor.numerator : factor.numerator};
  Division found{{}, p};
  for (std::size_t steps = 0; steps <= kMostTerms; ++steps) {
    const auto term = std::ranges::find_if(
        found.rest.terms(), [&](const auto& t) { return std::ranges::includes(t.first, product); });
    if (term == found.rest.terms().end()) return found;
    Polynomial::Product left;
    std::ranges::set_difference(term->first, product, std::back_inserter(left));
    Polynomial part = Polynomial(1).scaled(term->second * per);
    for (NodeId u : left) part = part * Polynomial::unknown(u);
    found.quotient += part;
    found.rest += (part * by).scaled({-1, 1});
  }
  throw PolynomialTooLarge();
}

const Polynomial& Polynomials::of(NodeId root) {
  std::vector<NodeId> stack{root};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    const bool ready = memo_.contains(id);
    std::size_t waiting = 0;
    const Op op = g_.op(id);
    const bool sum = op == Op::Add || op == Op::Sub || op == Op::Mul || op == Op::Neg;
    if (!ready && (sum || op == Op::Quotient)) {
      for (NodeId o : g_.operands(id)) {
        if (memo_.contains(o)) continue;
        stack.push_back(o);
        ++waiting;
      }
    }
    if (waiting > 0) continue;
    if (!ready) memo_.emplace(id, made(id));
    stack.pop_back();
  }
  return memo_.at(root);
}

Polynomial Polynomials::made(NodeId node) {
  const auto part = [&](std::size_t i) -> const Polynomial& {
    return memo_.at(g_.operand(node, i));
  };
  try {
    switch (g_.op(node)) {
      case Op::Constant:
        return {g_.index_value(node)};
      case Op::Add:
        return part(0) + part(1);
      case Op::Sub:
        return part(0) - part(1);
      case Op::Mul:
        return part(0) * part(1);
      case Op::Neg:
        return part(0).scaled({-1, 1});
      case Op::Quotient: {
        const auto divisor = part(1).constant();
        if (!divisor || divisor->denominator != 1 || divisor->numerator <= 0) break;
        const Polynomial quotient = part(0).scaled({1, divisor->numerator});
        if (quotient.is_whole()) return quotient;
        break;
      }
      default:
        break;
    }
  } catch (const PolynomialTooLarge&) {
  }
  return Polynomial::unknown(node);
}

NodeId node_of(Graph& g, const Polynomial& p) {
  const std::int64_t divisor = common_denominator(p);
  const Polynomial whole = p.scaled({divisor, 1});
  NodeId sum = kNoNode;
  // Terms of high degree first, as people write them; constants last, and subtracted where
  // negative.
  std::vector<std::pair<Polynomial::Product, std::int64_t>> terms;
  for (const auto& [product, factor] : whole.terms()) terms.emplace_back(product, factor.numerator);
  std::ranges::stable_sort(terms, [](const auto& a, const auto& b) {
    if ((a.second > 0) != (b.second > 0)) return a.second > 0;
    return a.first.size() > b.first.size();
  });
  for (const auto& [product, factor] : terms) {
    const bool minus = factor < 0 && sum != kNoNode;
    NodeId term = g.index(minus ? -factor : factor);
    for (NodeId u : product) term = g.is_constant(term, 1) ? u : folded(g, Op::Mul, term, u);
    sum = sum == kNoNode ? term : folded(g, minus ? Op::Sub : Op::Add, sum, term);
  }
  if (sum == kNoNode) return g.index(0);
  return divisor == 1 ? sum : folded(g, Op::Quotient, sum, g.index(divisor));
}

bool hangs_on_trips(const Graph& g, const Polynomial& p, NodeId index, int level) {
  return std::ranges::any_of(
      p.unknowns(), [&](NodeId u) { return u != index && (g.free(u) & Graph::bit(level)) != 0; });
}

}  // namespace gradsmith
