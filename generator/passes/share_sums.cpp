#include "passes/share_sums.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "passes/cost.hpp"
#include "passes/rebuild.hpp"
#include "passes/rewriting.hpp"
#include "passes/shared_terms.hpp"
#include "passes/trial.hpp"
#include "support/flat_map.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kMostTerms = 64;

bool is_sum(Op op) { return op == Op::Add || op == Op::Sub; }

class Sums {
 public:
  explicit Sums(Function& f)
      : f_(f),
        g_(f.graph),
        live_(reachable(g_, output_values(f))),
        pinned_(pinned_nodes(f)),
        branch_(only_in_branches(f)) {}

  void run() {
    collect();
    SharedTerms shared(static_cast<std::uint32_t>(meanings_.size()));
    for (const Root& r : roots_) shared.add(r.terms);
    for (const auto& [pair, by] : offers_) shared.offer(pair, by);
    shared.choose();
    constexpr std::size_t kNoRoot = static_cast<std::size_t>(-1);
    now_.assign(g_.size(), kNoNode);
    std::vector<std::size_t> place(g_.size(), kNoRoot);
    for (std::size_t i = 0; i < roots_.size(); ++i) place[roots_[i].node] = i;
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      NodeId result = fresh;
      const std::size_t root = place[id];
      if (root != kNoRoot && shared.terms(root) != roots_[root].terms) {
        result = sum_of(shared.terms(root), g_.element(id), shared);
      }
      now_[id] = result;
      return result;
    });
  }

 private:
  struct Root {
    NodeId node;
    std::vector<SignedTerm> terms;
  };

  bool is_floating_scalar(NodeId id) const {
    return g_.free(id) == 0 && g_.is_scalar(id) && is_floating(g_.element(id));
  }

  /// The sums that something needs as a number, and not as a part of a sum; and those of the
  /// author's, which are there for others to use.
  void collect() {
    const std::vector<NodeId> outputs = output_values(f_);
    const Rewriting as_it_stands(g_, outputs);
    const auto uses = as_it_stands.uses();
    std::vector<bool> inside(g_.size(), false);
    for (auto id = live_.rbegin(); id != live_.rend(); ++id) {
      if (branch_[*id] || !is_floating_scalar(*id)) continue;
      const bool sum = is_sum(g_.op(*id));
      if (pinned_[*id]) {
        if (sum) authors_.push_back(*id);
        continue;
      }
      if (!sum && !(inside[*id] && g_.op(*id) == Op::Neg)) continue;
      for (NodeId o : g_.operands(*id)) {
        const bool part = is_sum(g_.op(o)) || g_.op(o) == Op::Neg;
        inside[o] = part && uses[o] == 1 && !pinned_[o] && !branch_[o] && g_.free(o) == 0;
      }
      if (!inside[*id]) found_.push_back(*id);
    }
    for (auto id = found_.rbegin(); id != found_.rend(); ++id) {
      if (auto terms = terms_of(*id, inside)) roots_.push_back({*id, std::move(*terms)});
    }
    for (auto id = authors_.rbegin(); id != authors_.rend(); ++id) offer(*id);
  }

  SignedTerm term_of(NodeId id, bool minus) {
    while (g_.op(id) == Op::Neg) {
      id = g_.operand(id, 0);
      minus = !minus;
    }
    if (g_.is_constant(id) && std::signbit(g_.constant_value(id))) {
      id = g_.number(g_.element(id), -g_.constant_value(id));
      minus = !minus;
    }
    const auto next = static_cast<std::uint32_t>(meanings_.size());
    const std::uint32_t symbol = symbols_.emplace(id, next);
    if (symbol == next) meanings_.push_back(id);
    return {symbol, minus};
  }

  /// Nothing where a term comes twice, or there are too many.
  std::optional<std::vector<SignedTerm>> terms_of(NodeId sum, const std::vector<bool>& inside) {
    std::vector<SignedTerm> terms;
    std::vector<std::pair<NodeId, bool>> parts{{sum, false}};
    while (!parts.empty()) {
      const auto [id, minus] = parts.back();
      parts.pop_back();
      const bool open = id == sum || inside[id];
      if (open && g_.op(id) == Op::Neg) {
        parts.emplace_back(g_.operand(id, 0), !minus);
      } else if (open && is_sum(g_.op(id))) {
        parts.emplace_back(g_.operand(id, 1), minus != (g_.op(id) == Op::Sub));
        parts.emplace_back(g_.operand(id, 0), minus);
      } else {
        const SignedTerm term = term_of(id, minus);
        if (std::ranges::find(terms, term.symbol, &SignedTerm::symbol) != terms.end()) return {};
        terms.push_back(term);
      }
      if (terms.size() + parts.size() > kMostTerms) return {};
    }
    return terms;
  }

  /// A sum of the author's stands for its two operands.
  void offer(NodeId id) {
    const SignedTerm a = term_of(g_.operand(id, 0), false);
    const SignedTerm b = term_of(g_.operand(id, 1), g_.op(id) == Op::Sub);
    if (a.symbol == b.symbol) return;
    const TermPair pair = SharedTerms::pair_of(a, b);
    SignedTerm whole = term_of(id, false);
    whole.minus = (a.symbol == pair.first ? a : b).minus;
    offers_.emplace_back(pair, whole);
  }

  NodeId node_of(std::uint32_t symbol, Element element, const SharedTerms& shared) {
    if (const TermPair* pair = shared.pair(symbol)) {
      const NodeId first = node_of(pair->first, element, shared);
      const NodeId second = node_of(pair->second, element, shared);
      return g_.apply(pair->difference ? Op::Sub : Op::Add, {first, second});
    }
    const NodeId node = meanings_[symbol];
    return node < now_.size() && now_[node] != kNoNode ? now_[node] : node;
  }

  NodeId sum_of(const std::vector<SignedTerm>& terms, Element element, const SharedTerms& shared) {
    auto first =
        std::find_if(terms.begin(), terms.end(), [](const SignedTerm& t) { return !t.minus; });
    const bool flipped = first == terms.end();
    if (flipped) first = terms.begin();
    NodeId sum = node_of(first->symbol, element, shared);
    for (auto t = terms.begin(); t != terms.end(); ++t) {
      if (t == first) continue;
      const NodeId term = node_of(t->symbol, element, shared);
      sum = g_.apply(t->minus != flipped ? Op::Sub : Op::Add, {sum, term});
    }
    return flipped ? g_.apply(Op::Neg, {sum}) : sum;
  }

  Function& f_;
  Graph& g_;
  const std::vector<NodeId> live_;
  const std::vector<bool> pinned_;
  const std::vector<bool> branch_;
  std::vector<NodeId> found_;    ///< roots, users first
  std::vector<NodeId> authors_;  ///< users first
  std::vector<Root> roots_;
  std::vector<std::pair<TermPair, SignedTerm>> offers_;
  std::vector<NodeId> meanings_;  ///< of symbols
  FlatMap symbols_;               ///< by node
  std::vector<NodeId> now_;       ///< by the ids before
};

}  // namespace

Function share_sums(Function f) {
  const std::int64_t cost = cost_without_signs(f);
  Trial trial(f);
  Sums(f).run();
  // Not simplified first: that would write -(x - y) as y - x, and lose what sums share.
  if (cost_without_signs(f) >= cost) std::move(trial).take_back(f);
  return f;
}

}  // namespace gradsmith
