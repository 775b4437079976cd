#pragma once

// Products seen flat, as sums' terms: a coefficient times powers of bases. The view that
// collecting, factoring and sharing work on; graphs hold pairs.

#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// A base, which is no product itself or too large a one to be taken apart, and its exponent.
struct Factor {
  NodeId base = kNoNode;
  int power = 1;
  bool operator==(const Factor&) const = default;
};

/// coefficient * product of powers. The coefficient is finite and not zero; bases are distinct, in
/// the order in which the product names them; powers are not zero.
struct Term {
  double coefficient = 1;
  std::vector<Factor> factors;
  bool cut = false;  ///< a base is a product that was one factor too many

  /// How many multiplications and divisions the powers are.
  int size() const;
};

/// Multiplies a term by a power of a base, which may be among its bases.
void multiply(Term& term, NodeId base, int power);

/// At most this many factors are seen of one product, so that long chains stay linear.
inline constexpr int kMostFactors = 12;

/// The product that a floating node is: through * / and negation, the author's own (`pinned`, by id
/// as far as it goes) among them, whoever else uses them; but a product of the author's that
/// something is divided by is one base, since the quotient may be there, and so is the author's
/// quotient by a constant. Where factors cancel, the term is what is left of them.
Term term_of(const Graph& g, NodeId id, const std::vector<bool>& pinned = {});

/// Whether a product or quotient, or an operand of it that is one, has a choice among numbers as an
/// operand: a scale that keeps it in range. Such a one is never taken apart.
bool has_scale(const Graph& g, NodeId id);

/// Whether two terms differ by their coefficients only.
bool same_powers(const Term& a, const Term& b);

/// The node of a term: factors in order, a negative power by way of the base's reciprocal.
NodeId product_of(Graph& g, const Term& term, Element element);

}  // namespace gradsmith
