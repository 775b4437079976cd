#pragma once

// Subscripts and bounds as polynomials in integer unknowns: `i * cols + j`, `i * (i + 1) / 2 + j`.
// Two expressions that are equal for all integers become one polynomial, so equality and order of
// subscripts can be decided where the graph's nodes differ.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// Numbers beyond 64 bits or too many terms: nothing is known then.
class PolynomialTooLarge : public std::runtime_error {
 public:
  PolynomialTooLarge() : std::runtime_error("a subscript is too large to be followed") {}
};

/// numerator / denominator in lowest terms, the denominator positive.
struct Rational {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;

  bool operator==(const Rational&) const = default;
};
Rational operator+(const Rational& a, const Rational& b);
Rational operator*(const Rational& a, const Rational& b);

class Polynomial {
 public:
  /// The unknowns of a product, ascending, each as often as its power says.
  using Product = std::vector<NodeId>;

  Polynomial() = default;
  Polynomial(std::int64_t constant);  // NOLINT: a number is a polynomial
  static Polynomial unknown(NodeId node);

  const std::map<Product, Rational>& terms() const { return terms_; }
  bool is_zero() const { return terms_.empty(); }
  /// The number that it is, where it has no unknowns.
  std::optional<Rational> constant() const;
  std::vector<NodeId> unknowns() const;  ///< ascending
  bool mentions(NodeId unknown) const;
  /// The polynomial with another one in an unknown's place.
  Polynomial with(NodeId unknown, const Polynomial& value) const;
  /// By how much it grows when an unknown grows by one.
  Polynomial difference(NodeId unknown) const;
  /// Whether it is an integer wherever its unknowns are; false in doubt.
  bool is_whole() const;

  Polynomial& operator+=(const Polynomial& other);
  Polynomial scaled(const Rational& factor) const;
  bool operator==(const Polynomial&) const = default;

 private:
  void add(const Product& product, const Rational& factor);
  std::map<Product, Rational> terms_;  // no factor is zero
  friend Polynomial operator*(const Polynomial& a, const Polynomial& b);
};
Polynomial operator+(Polynomial a, const Polynomial& b);
Polynomial operator-(Polynomial a, const Polynomial& b);
Polynomial operator*(const Polynomial& a, const Polynomial& b);

/// p = quotient * by + rest.
struct Division {
  Polynomial quotient, rest;
};
/// The rest has no term that the highest one of `by` divides; `by` is not zero.
Division divided(const Polynomial& p, const Polynomial& by);

/// Reads Index nodes of one graph as polynomials; whatever is no sum, product or exact quotient is
/// an unknown.
class Polynomials {
 public:
  explicit Polynomials(const Graph& graph) : g_(graph) {}
  const Polynomial& of(NodeId node);

 private:
  Polynomial made(NodeId node);
  const Graph& g_;
  std::unordered_map<NodeId, Polynomial> memo_;
};

/// Whether an unknown other than the index of a loop of that level hangs on what the loop's trips
/// have: what is read or counted in a trip.
bool hangs_on_trips(const Graph& graph, const Polynomial& p, NodeId index, int level);

/// An Index node with that value; the polynomial must be whole.
NodeId node_of(Graph& graph, const Polynomial& p);

}  // namespace gradsmith
