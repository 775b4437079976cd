#include "passes/split_sums.hpp"

#include "ir/arrays.hpp"
#include "passes/guards.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

/// A term of a sum, with its sign.
struct Term {
  NodeId value;
  bool negative;
};

class Splitter {
 public:
  explicit Splitter(Function& f) : f_(f), g_(f.graph) {}

  void run() {
    rebuild(f_,
            [&](NodeId, NodeId fresh) { return g_.op(fresh) == Op::Map ? split(fresh) : fresh; });
  }

 private:
  NodeId split(NodeId map) {
    std::vector<NodeId> maps;
    std::vector<NodeId> indices;
    NodeId body = map;
    std::uint64_t bound = 0;
    while (g_.op(body) == Op::Map) {
      const int level = g_[body].level;
      if (bound & Graph::bit(level)) return map;
      bound |= Graph::bit(level);
      maps.push_back(body);
      indices.push_back(g_.bound(level, 0, scalar_type(Element::Index)));
      body = g_.operand(body, 1);
    }
    if (!g_.is_scalar(body) || !is_floating(g_.element(body))) return map;
    std::vector<NodeId> arrays;
    std::vector<Term> rest;
    bool lazy = false;
    for (const Term& t : terms_of(body)) {
      NodeId whole = array_of(t.value, indices, bound);
      // A longer one is not what the loops go over.
      if (whole != kNoNode && g_[whole].type != g_[map].type) whole = kNoNode;
      const bool one_hot = whole != kNoNode && g_.op(whole) == Op::OneHot;
      if (whole == kNoNode || (t.negative && !one_hot)) {
        rest.push_back(t);
        continue;
      }
      lazy = lazy || one_hot || g_.op(whole) == Op::Reduce || g_.op(whole) == Op::If ||
             is_begun_with_zeros(whole);
      arrays.push_back(t.negative ? opposite(whole) : whole);
    }
    if (!lazy || arrays.size() + rest.size() < 2) return map;
    if (!rest.empty()) arrays.push_back(mapped(maps, rest));
    NodeId sum = arrays.front();
    for (std::size_t k = 1; k < arrays.size(); ++k) sum = add_values(g_, sum, arrays[k]);
    return sum;
  }

  std::vector<Term> terms_of(NodeId body) const {
    std::vector<Term> found;
    std::vector<Term> stack{{body, false}};
    while (!stack.empty()) {
      const Term t = stack.back();
      stack.pop_back();
      const Op op = g_.op(t.value);
      if (op == Op::Add || op == Op::Sub) {
        stack.push_back({g_.operand(t.value, 1), t.negative != (op == Op::Sub)});
        stack.push_back({g_.operand(t.value, 0), t.negative});
      } else if (op == Op::Neg) {
        stack.push_back({g_.operand(t.value, 0), !t.negative});
      } else {
        found.push_back(t);
      }
    }
    return found;
  }

  /// The array whose element at the maps' own indices a term is.
  NodeId array_of(NodeId term, const std::vector<NodeId>& indices, std::uint64_t bound) const {
    std::vector<NodeId> subscripts;
    while (g_.op(term) == Op::At && subscripts.size() < indices.size()) {
      const auto o = g_.operands(term);
      subscripts.insert(subscripts.begin(), o.begin() + 1, o.end());
      term = o[0];
    }
    return subscripts == indices && (g_.free(term) & bound) == 0 ? term : kNoNode;
  }

  /// Whether an array is what a loop makes of zeros: the loop may begin with another summand
  /// (passes/thread_sums.hpp).
  bool is_begun_with_zeros(NodeId array) const {
    if (g_.op(array) != Op::Final) return false;
    const FoldParts fold = g_.fold_parts(g_.operand(array, 0));
    return is_zero_array(g_, fold.inits[static_cast<std::size_t>(g_.slot(array))]);
  }

  NodeId opposite(NodeId one_hot) {
    const auto view = g_.operands(one_hot);
    const std::vector<NodeId> o(view.begin(), view.end());
    return g_.one_hot(g_[one_hot].type, std::span(o).first(o.size() - 1), negated(o.back()));
  }

  NodeId negated(NodeId value) {
    const Type type = g_.type_of(value);
    if (type.is_scalar()) return g_.apply(Op::Neg, {value});
    const int level = Graph::level_above(g_.free(value));
    const NodeId i = g_.bound(level, 0, scalar_type(Element::Index));
    return g_.map(level, type.extents[0], negated(g_.at(value, {i})));
  }

  NodeId mapped(const std::vector<NodeId>& maps, const std::vector<Term>& terms) {
    NodeId sum = kNoNode;
    for (const Term& t : terms) {
      if (sum == kNoNode) {
        sum = t.negative ? g_.apply(Op::Neg, {t.value}) : t.value;
      } else {
        sum = g_.apply(t.negative ? Op::Sub : Op::Add, {sum, t.value});
      }
    }
    for (auto m = maps.rbegin(); m != maps.rend(); ++m) {
      sum = g_.map(g_[*m].level, g_.operand(*m, 0), sum);
    }
    return sum;
  }

  Function& f_;
  Graph& g_;
};

}  // namespace

Function split_sums(Function f) {
  Splitter(f).run();
  return f;
}

}  // namespace gradsmith
