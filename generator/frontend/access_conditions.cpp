#include "frontend/access_conditions.hpp"

#include <algorithm>
#include <utility>

namespace gradsmith::frontend {
namespace {

bool mentions_index(const Graph& g, const Polynomial& p) {
  return std::ranges::any_of(p.unknowns(), [&](NodeId u) { return g.op(u) == Op::Bound; });
}

/// Whether an expression hangs on a loop's index or count otherwise than by elements of arrays and
/// by floating numbers that loops made.
bool hangs_on_index(const Graph& g, std::vector<NodeId> stack) {
  constexpr std::size_t most = 256;
  for (std::size_t seen = 0; !stack.empty() && seen < most; ++seen) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (g.free(id) == 0) continue;
    const Op op = g.op(id);
    if (is_operator(op) || op == Op::Convert || op == Op::If) {
      for (NodeId o : g.operands(id)) stack.push_back(o);
    } else if (op != Op::At && !is_floating(g.element(id))) {
      return true;
    }
  }
  return !stack.empty();
}

class Reader {
 public:
  Reader(const Graph& graph, Polynomials& polynomials) : g_(graph), polynomials_(polynomials) {}

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
        found.more = found.more || hangs_on_index(g_, {id});
        return;
      case Op::If:
        return read_choice(o[0], o[1], o[2], holds);
      default:
        found.more = found.more || hangs_on_index(g_, {id});
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
    Reader other(g_, polynomials_);
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

  void add(const Polynomial& p) { add(p, found.never_negative); }
  void add(const Polynomial& p, std::vector<Polynomial>& facts) {
    if (mentions_index(g_, p)) {
      facts.push_back(p);
    } else if (hangs_on_index(g_, p.unknowns())) {
      found.more = true;
    }
  }

  const Graph& g_;
  Polynomials& polynomials_;
};

}  // namespace

IndexFacts facts_of(const Graph& graph, Polynomials& polynomials, NodeId condition, bool holds) {
  Reader reader(graph, polynomials);
  reader.read(condition, holds);
  return std::move(reader.found);
}

}  // namespace gradsmith::frontend
