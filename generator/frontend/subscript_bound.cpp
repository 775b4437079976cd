#include "frontend/subscript_bound.hpp"

#include "frontend/access_conditions.hpp"

namespace gradsmith::frontend {
namespace {

// Pieces inside pieces are taken apart up to here.
constexpr int kMostPieces = 8;

}  // namespace

NodeId SubscriptBound::piece_of(const Polynomial& p) const {
  for (NodeId u : p.unknowns()) {
    const Op op = g_.op(u);
    const bool piece =
        op == Op::Max || op == Op::Min || op == Op::Quotient || op == Op::Remainder || op == Op::If;
    if (piece && g_.free(u) != 0) return u;
  }
  return kNoNode;
}

bool SubscriptBound::is_made_of_pieces(const Polynomial& subscript) const {
  return piece_of(subscript) != kNoNode;
}

bool SubscriptBound::is_below(const Polynomial& p, const Polynomial& length, int depth) const {
  const NodeId piece = piece_of(p);
  if (piece == kNoNode) return nest_.never_negative(length - p - Polynomial(1));
  if (depth == kMostPieces) return false;
  const Polynomial rest = p.with(piece, Polynomial());
  const Polynomial slope = p.with(piece, Polynomial(1)) - rest;
  if (!(p == rest + slope * Polynomial::unknown(piece))) return false;
  const bool rises = nest_.never_negative(slope);
  if (!rises && !nest_.never_negative(slope.scaled({-1, 1}))) return false;
  const auto holds_for = [&](const Polynomial& value) {
    return is_below(rest + slope * value, length, depth + 1);
  };
  const auto o = g_.operands(piece);
  switch (g_.op(piece)) {
    case Op::If:
      for (const std::size_t side : {1, 2}) {
        LoopNest there = nest_;
        const IndexFacts facts = facts_of(g_, polynomials_, o[0], side == 1);
        for (const Polynomial& fact : facts.never_negative) there.narrow(fact);
        const Polynomial value = rest + slope * polynomials_.of(o[side]);
        if (!SubscriptBound(g_, polynomials_, there).is_below(value, length, depth + 1)) {
          return false;
        }
      }
      return true;
    case Op::Max:
    case Op::Min: {
      // The larger of two is below where both are, the smaller where one of them is.
      const bool both = (g_.op(piece) == Op::Max) == rises;
      const bool first = holds_for(polynomials_.of(o[0]));
      if (first != both) return first;
      return holds_for(polynomials_.of(o[1]));
    }
    case Op::Remainder: {
      const Polynomial largest = polynomials_.of(o[1]) - Polynomial(1);
      return rises && nest_.never_negative(largest) && holds_for(largest);
    }
    default: {
      const Polynomial dividend = polynomials_.of(o[0]);
      if (!rises || !g_.is_constant(o[1]) || g_.index_value(o[1]) <= 0) return false;
      return nest_.never_negative(dividend) &&
             holds_for(dividend.scaled({1, g_.index_value(o[1])}));
    }
  }
}

}  // namespace gradsmith::frontend
