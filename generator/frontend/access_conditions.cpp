#include "frontend/access_conditions.hpp"

#include <algorithm>
#include <utility>

namespace gradsmith::frontend {
namespace {

bool mentions_index(const Graph& g, const Polynomial& p) {
  return std::ranges::any_of(p.unknowns(), [&](NodeId u) { return g.op(u) == Op::Bound; });
}

bool sizes_in(const Graph& g, const Polynomial& p) {
  const std::vector<NodeId> unknowns = p.unknowns();
  return !unknowns.empty() &&
         std::ranges::all_of(unknowns, [&](NodeId u) { return g.op(u) == Op::Input; });
}

class Reader {
 public:
  Reader(const Graph& graph, Polynomials& polynomials, const DataFlags* flags)
      : g_(graph), polynomials_(polynomials), flags_(flags) {}

  /// Recursion follows the author's condition.
  void read(NodeId id, bool holds) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::Not:
        return read(o[0], !holds);
      case Op::And:
      case Op::Or:
        if ((g_.op(id) == Op::And) == holds) {
          read(o[0], holds);
          read(o[1], holds);
        } else {
          either(o[0], o[1], holds);
        }
        return;
      case Op::Lt:
      case Op::Le:
      case Op::Gt:
      case Op::Ge:
      case Op::Eq:
      case Op::Ne:
        if (g_.element(o[0]) == Element::Index) return compare(g_.op(id), o[0], o[1], holds);
        found.more = found.more || hangs_on_index(g_, {id}, flags_);
        return;
      case Op::If:
        return read_choice(o[0], o[1], o[2], holds);
      default:
        found.more = found.more || hangs_on_index(g_, {id}, flags_);
    }
  }

  IndexFacts found;

 private:
  /// `a && b` where b may be computed only if a holds is a choice between b and false, and so on.
  void read_choice(NodeId condition, NodeId yes, NodeId no, bool holds) {
    const auto never = [&](NodeId side) { return g_.is_constant(side, holds ? 0 : 1); };
    if (never(no)) {
      read(condition, true);
      read(yes, holds);
    } else if (never(yes)) {
      read(condition, false);
      read(no, holds);
    } else {
      either(condition, condition, true);
      either(yes, no, holds);
    }
  }

  /// Of alternatives, neither of which is known to hold.
  void either(NodeId a, NodeId b, bool holds) {
    Reader other(g_, polynomials_, flags_);
    other.read(a, holds);
    other.read(b, holds);
    found.more = found.more || other.found.more || !other.found.never_negative.empty() ||
                 !other.found.never_zero.empty();
  }

  void compare(Op op, NodeId x, NodeId y, bool holds) {
    if (op == Op::Ne) return compare(Op::Eq, x, y, !holds);
    const Polynomial difference = polynomials_.of(y) - polynomials_.of(x);
    const Polynomial opposite = difference.scaled({-1, 1});
    const Polynomial one(1);
    switch (op) {
      case Op::Lt:
        return add(holds ? difference - one : opposite);
      case Op::Ge:
        return add(holds ? opposite : difference - one);
      case Op::Le:
        return add(holds ? difference : opposite - one);
      case Op::Gt:
        return add(holds ? opposite - one : difference);
      default:
        if (!holds) return add(difference, found.never_zero);
        add(difference);
        add(opposite);
    }
  }

  void add_not_zero(const Polynomial& p) {
    const std::vector<NodeId> unknowns = p.unknowns();
    if (unknowns.size() != 1 || g_.op(unknowns[0]) != Op::Input) return;
    const Polynomial size = Polynomial::unknown(unknowns[0]);
    if (p == size || p == size.scaled({-1, 1})) found.of_sizes.push_back(size - Polynomial(1));
  }

  void add(const Polynomial& p) { add(p, found.never_negative); }
  void add(const Polynomial& p, std::vector<Polynomial>& facts) {
    if (mentions_index(g_, p)) {
      facts.push_back(p);
    } else if (sizes_in(g_, p)) {
      if (&facts == &found.never_negative) found.of_sizes.push_back(p);
      if (&facts == &found.never_zero) add_not_zero(p);
    } else if (hangs_on_index(g_, p.unknowns(), flags_)) {
      found.more = true;
    }
  }

  const Graph& g_;
  Polynomials& polynomials_;
  const DataFlags* flags_;
};

}  // namespace

IndexFacts facts_of(const Graph& graph, Polynomials& polynomials, NodeId condition, bool holds,
                    const DataFlags* flags) {
  Reader reader(graph, polynomials, flags);
  reader.read(condition, holds);
  return std::move(reader.found);
}

}  // namespace gradsmith::frontend
