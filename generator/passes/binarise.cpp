#include "passes/binarise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "passes/cost.hpp"
#include "passes/product_terms.hpp"
#include "passes/rebuild.hpp"
#include "passes/reciprocals.hpp"
#include "passes/shared_pairs.hpp"
#include "passes/simplify.hpp"
#include "passes/trial.hpp"
#include "support/flat_map.hpp"

namespace gradsmith {
namespace {

bool is_product(Op op) { return op == Op::Mul || op == Op::Div; }

/// Numbers for bases, their reciprocals and coefficients.
class Symbols {
 public:
  struct Meaning {
    NodeId node;
    bool inverse;
  };
  Symbol of(NodeId base, bool inverse) {
    const std::uint64_t key = (std::uint64_t{base} << 1) | (inverse ? 1 : 0);
    const Symbol symbol = known_.emplace(key, count());
    if (symbol == count()) meanings_.push_back({base, inverse});
    return symbol;
  }
  const Meaning& meaning(Symbol s) const { return meanings_[s]; }
  Symbol count() const { return static_cast<Symbol>(meanings_.size()); }

 private:
  std::vector<Meaning> meanings_;
  FlatMap known_;
};

class Products {
 public:
  explicit Products(Function& f)
      : f_(f),
        g_(f.graph),
        pinned_(pinned_nodes(f)),
        branch_(only_in_branches(f)),
        large_(is_large(f)) {}

  /// False where no product has a pair in common with another, or where making millions of nodes
  /// for those that have would save nothing.
  bool choose() {
    const std::vector<NodeId> live = reachable(g_, output_values(f_));
    collect(live);
    offer_pinned(live);
    if (symbols_.count() > 0) pairs_.reserve(symbols_.count() - 1);
    for (const Root& r : roots_) pairs_.add(r.factors);
    pairs_.choose();
    bool shared = false;
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      shared = shared || pairs_.factors(i) != roots_[i].factors;
    }
    return shared && (!large_ || saves(live));
  }

  /// Makes the products anew.
  void write() {
    now_.assign(g_.size(), kNoNode);
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      NodeId result = fresh;
      if (root_of_[id] != kNoRoot) result = product(root_of_[id], fresh);
      now_[id] = result;
      return result;
    });
  }

 private:
  struct Root {
    NodeId node;
    bool minus;
    std::vector<Symbol> factors;
  };

  bool is_free_product(NodeId id) const {
    return !pinned_[id] && !branch_[id] && g_.free(id) == 0 && g_.is_scalar(id) &&
           is_product(g_.op(id)) && is_floating(g_.element(id));
  }

  /// The products that something needs as a number, and not as a part of a product.
  void collect(const std::vector<NodeId>& live) {
    std::vector<bool> needed(g_.size(), false);
    for (NodeId id : output_values(f_)) needed[id] = true;
    std::vector<std::pair<NodeId, Term>> found;
    for (auto id = live.rbegin(); id != live.rend(); ++id) {
      if (!needed[*id]) continue;
      if (!is_free_product(*id)) {
        for (NodeId o : g_.operands(*id)) needed[o] = true;
        continue;
      }
      Term term = term_of(g_, *id, pinned_);
      if (term.cut && large_) term = pair_of(*id);
      for (const Factor& f : term.factors) needed[f.base] = true;
      found.emplace_back(*id, std::move(term));
    }
    root_of_.assign(g_.size(), kNoRoot);
    roots_.reserve(found.size());
    for (auto root = found.rbegin(); root != found.rend(); ++root) {
      root_of_[root->first] = static_cast<std::uint32_t>(roots_.size());
      roots_.push_back({root->first, root->second.coefficient < 0, factors_of(*root)});
    }
  }

  /// Whether there will be fewer multiplications than there are. Quotients may become products
  /// later: where there are any, that is not known here.
  bool saves(const std::vector<NodeId>& live) const {
    std::size_t before = 0;
    for (NodeId id : live) {
      if (!is_free_product(id)) continue;
      if (g_.op(id) == Op::Div) return true;
      ++before;
    }
    std::size_t after = pairs_.pairs();
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      const std::size_t factors = pairs_.factors(i).size();
      after += factors > 1 ? factors - 1 : 0;
    }
    return after < before;
  }

  /// A product as it stands. In long chains of them each would be seen up to the limit, but no two
  /// as far as the same factor.
  Term pair_of(NodeId id) const {
    Term term;
    const bool inverse = g_.op(id) == Op::Div;
    for (std::size_t k = 0; k < 2; ++k) {
      NodeId o = g_.operand(id, k);
      if (g_.op(o) == Op::Neg) {
        term.coefficient = -term.coefficient;
        o = g_.operand(o, 0);
      }
      const double c = g_.is_constant(o) ? g_.constant_value(o) : 0;
      const bool scales = std::isfinite(c) && c != 0 && (k == 0 || !inverse);
      if (scales) {
        term.coefficient *= c;
      } else {
        multiply(term, o, k == 1 && inverse ? -1 : 1);
      }
    }
    return term;
  }

  std::vector<Symbol> factors_of(const std::pair<NodeId, Term>& root) {
    std::vector<Symbol> factors;
    const double magnitude = std::fabs(root.second.coefficient);
    if (magnitude != 1) {
      factors.push_back(symbols_.of(g_.number(g_.element(root.first), magnitude), false));
    }
    for (const Factor& f : root.second.factors) {
      factors.insert(factors.end(), static_cast<std::size_t>(std::abs(f.power)),
                     symbols_.of(f.base, f.power < 0));
    }
    return factors;
  }

  /// What the author's value computes anyhow. A symbol of its own stands for such a node.
  void offer_pinned(const std::vector<NodeId>& live) {
    for (NodeId id : live) {
      if (!pinned_[id] || !is_product(g_.op(id)) || g_.free(id) != 0) continue;
      const Symbol whole = symbols_.of(id, false);
      const bool inverse = g_.op(id) == Op::Div;
      if (inverse && g_.is_constant(g_.operand(id, 0), 1)) continue;
      const Symbol a = symbols_.of(g_.operand(id, 0), false);
      const Symbol b = symbols_.of(g_.operand(id, 1), inverse);
      pairs_.offer(a, b, whole);
      pairs_.cancel(whole, symbols_.of(id, true));
    }
  }

  NodeId product(std::size_t root, NodeId fresh) {
    const std::vector<Symbol>& factors = pairs_.factors(root);
    if (factors == roots_[root].factors && fresh == roots_[root].node) return fresh;
    NodeId whole = kNoNode;
    for (Symbol s : factors) {
      const NodeId f = node_of(s, g_.element(roots_[root].node));
      whole = whole == kNoNode ? f : g_.apply(Op::Mul, {whole, f});
    }
    if (whole == kNoNode) whole = g_.number(g_.element(fresh), 1);
    return roots_[root].minus ? g_.apply(Op::Neg, {whole}) : whole;
  }

  NodeId node_of(Symbol s, Element element) {
    if (pairs_.is_pair(s)) {
      const auto [a, b] = pairs_.pair(s);
      const NodeId first = node_of(a, element);
      return g_.apply(Op::Mul, {first, node_of(b, element)});
    }
    const Symbols::Meaning m = symbols_.meaning(s);
    const bool replaced = m.node < now_.size() && now_[m.node] != kNoNode;
    const NodeId base = replaced ? now_[m.node] : m.node;
    return m.inverse ? g_.apply(Op::Div, {g_.number(element, 1), base}) : base;
  }

  Function& f_;
  Graph& g_;
  const std::vector<bool> pinned_;
  const std::vector<bool> branch_;
  const bool large_;
  Symbols symbols_;
  SharedPairs pairs_;
  std::vector<Root> roots_;
  static constexpr std::uint32_t kNoRoot = 0xffffffffu;
  std::vector<std::uint32_t> root_of_;  ///< by id: in roots_
  std::vector<NodeId> now_;             ///< by the ids before
};

}  // namespace

Function binarise(Function f) {
  const auto cost = [large = is_large(f)](const Function& candidate) {
    return large ? counted_cost(candidate) : counted_cost(simplify(reciprocals(candidate)));
  };
  Products products(f);
  if (!products.choose()) return f;
  const std::int64_t cost_before = cost(f);
  Trial trial(f);
  products.write();
  f = simplify(std::move(f));
  if (cost(f) >= cost_before) std::move(trial).take_back(f);
  return f;
}

}  // namespace gradsmith
