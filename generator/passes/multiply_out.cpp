#include "passes/multiply_out.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "passes/rebuild.hpp"
#include "passes/rewriting.hpp"
#include "passes/simplify.hpp"

namespace gradsmith {
namespace {

/// A node taken times a constant.
struct Multiple {
  double factor = 1;
  NodeId of = kNoNode;
};

/// A product with one constant factor, taken apart; other nodes are no multiple.
std::optional<Multiple> multiple(const Graph& g, NodeId id) {
  if (g.op(id) == Op::Neg) return Multiple{-1, g.operand(id, 0)};
  if (g.op(id) != Op::Mul) return {};
  for (const std::size_t k : {0, 1}) {
    if (g.is_constant(g.operand(id, k)) && !g.is_constant(g.operand(id, 1 - k))) {
      return Multiple{g.constant_value(g.operand(id, k)), g.operand(id, 1 - k)};
    }
  }
  return {};
}

class Products {
 public:
  explicit Products(Function& f)
      : f_(f), g_(f.graph), pinned_(pinned_nodes(f)), branch_(only_in_branches(f)) {
    const std::vector<NodeId> outputs = output_values(f);
    const Rewriting as_it_stands(g_, outputs);
    uses_.assign(as_it_stands.uses().begin(), as_it_stands.uses().end());
    for (NodeId id : reachable(g_, outputs)) {
      if (const auto m = multiple(g_, id))
        known_.emplace(std::pair(m->of, std::fabs(m->factor)), id);
    }
  }

  void run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      if (!goes_inside(id)) return fresh;
      const auto m = multiple(g_, fresh);
      if (!m || !is_sum(m->of)) return fresh;
      return inside(m->factor, m->of, multiple(g_, id)->of);
    });
  }

 private:
  bool is_free(NodeId id) const {
    return id < pinned_.size() && !pinned_[id] && !branch_[id] && g_.free(id) == 0 &&
           g_.is_scalar(id) && is_floating(g_.element(id));
  }
  bool is_sum(NodeId id) const { return g_.op(id) == Op::Add || g_.op(id) == Op::Sub; }

  /// A live node that is `factor` times `of`, or minus that.
  NodeId known(double factor, NodeId of) const {
    const auto found = known_.find({of, std::fabs(factor)});
    return found == known_.end() ? kNoNode : found->second;
  }

  /// Whether a constant keeps its digits: as with rules, only normal numbers are computed.
  bool is_in_range(double factor, NodeId like) const {
    return g_.element(like) == Element::F32 ? std::isnormal(static_cast<float>(factor))
                                            : std::isnormal(factor);
  }

  bool costs_nothing(double factor, NodeId term) const {
    if (g_.is_constant(term)) {
      const double value = g_.constant_value(term);
      return value == 0 || is_in_range(factor * value, term);
    }
    const auto m = multiple(g_, term);
    const double all = m ? factor * m->factor : factor;
    if (!is_in_range(all, term)) return false;
    const bool its_own = m && g_.op(term) == Op::Mul && uses_[term] == 1;
    return its_own || known(all, m ? m->of : term) != kNoNode;
  }

  bool goes_inside(NodeId id) const {
    if (!is_free(id) || g_.op(id) != Op::Mul) return false;
    const auto m = multiple(g_, id);
    if (!m || !is_sum(m->of) || !is_free(m->of) || uses_[m->of] != 1) return false;
    return costs_nothing(m->factor, g_.operand(m->of, 0)) &&
           costs_nothing(m->factor, g_.operand(m->of, 1));
  }

  /// A node, or minus it.
  struct Signed {
    NodeId node = kNoNode;
    bool minus = false;
  };

  /// factor * term, from the term as it is now and as it was.
  Signed times(double factor, NodeId term, NodeId before) {
    const Element element = g_.element(term);
    if (g_.is_constant(term)) {
      const double value = factor * g_.constant_value(term);
      return {g_.number(element, std::fabs(value)), std::signbit(value)};
    }
    const auto m = multiple(g_, term);
    const auto was = multiple(g_, before);
    const bool through = m && was && m->factor == was->factor;
    const double all = through ? factor * m->factor : factor;
    const NodeId of = through ? m->of : term;
    const NodeId there = known(all, through ? was->of : before);
    if (there == kNoNode) {
      return {g_.apply(Op::Mul, {g_.number(element, std::fabs(all)), of}), all < 0};
    }
    // Made as it was made there, so that it is the same node.
    const double factor_there = multiple(g_, there)->factor;
    const bool minus = (factor_there < 0) != (all < 0);
    if (g_.op(there) == Op::Neg) return {g_.apply(Op::Neg, {of}), minus};
    const NodeId c = g_.number(element, factor_there);
    const bool last = g_.is_constant(g_.operand(there, 1));
    return {last ? g_.apply(Op::Mul, {of, c}) : g_.apply(Op::Mul, {c, of}), minus};
  }

  NodeId inside(double factor, NodeId sum, NodeId before) {
    const double second = g_.op(sum) == Op::Sub ? -factor : factor;
    const Signed a = times(factor, g_.operand(sum, 0), g_.operand(before, 0));
    const Signed b = times(second, g_.operand(sum, 1), g_.operand(before, 1));
    if (!a.minus) return g_.apply(b.minus ? Op::Sub : Op::Add, {a.node, b.node});
    if (!b.minus) return g_.apply(Op::Sub, {b.node, a.node});
    return g_.apply(Op::Neg, {g_.apply(Op::Add, {a.node, b.node})});
  }

  Function& f_;
  Graph& g_;
  const std::vector<bool> pinned_;
  const std::vector<bool> branch_;
  std::vector<std::uint32_t> uses_;
  /// The live multiples of a node, by it and the factor without its sign.
  std::map<std::pair<NodeId, double>, NodeId> known_;
};

}  // namespace

Function multiply_out(Function f) {
  Products(f).run();
  return simplify(std::move(f));
}

}  // namespace gradsmith
