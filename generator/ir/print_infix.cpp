#include <fmt/format.h>

#include <string>

#include "ir/notation.hpp"
#include "ir/print.hpp"
#include "ir/print_pieces.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// The context of a node says whether an Index constant may go without its suffix there.
class InfixPrinter {
 public:
  InfixPrinter(const Graph& graph, NodeId root) : g_(graph), root_(root) {
    for (NodeId id : reachable(graph, std::span(&root, 1))) {
      has_loops_ = has_loops_ || graph.op(id) == Op::Bound;
    }
  }

  std::string print() {
    put(root_);
    return pieces_.text([this](NodeId id, bool bare) { node(id, bare); });
  }

 private:
  void put(std::string text) { pieces_.put(std::move(text)); }
  void put(NodeId id, bool bare = false) { pieces_.put(id, bare); }
  void list(std::span<const NodeId> ids, bool bare = false) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i > 0) put(", ");
      put(ids[i], bare);
    }
  }

  void range(NodeId id) {
    const Range r = g_.range_of(id);
    put(bound_name(g_[id].level, 0) + " in ");
    put(r.begin, true);
    put("..");
    put(r.end, true);
    if (!g_.is_constant(r.step, 1)) {
      put(" by ");
      put(r.step, true);
    }
  }

  void node(NodeId id, bool bare) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::Constant:
        return put(constant_text(g_, id, bare));
      case Op::Input:
        return put(input(g_.input_name(id)));
      case Op::Bound:
        return put(bound_name(g_[id].level, g_.slot(id)));
      case Op::Convert:
        put(std::string(conversion_word(g_.element(id))) + "(");
        put(o[0]);
        return put(")");
      case Op::If:
        put("(");
        put(o[0]);
        put(" ? ");
        put(o[1], bare);
        put(" : ");
        put(o[2], bare);
        return put(")");
      case Op::At:
        put(o[0]);
        put("[");
        list(o.subspan(1), true);
        return put("]");
      case Op::OneHot:
      case Op::Pack:
        return array(id);
      case Op::Final:
        put(o[0]);
        return put(fmt::format(".{}", g_.slot(id)));
      default:
        return is_binder(g_.op(id)) ? loop(id) : apply(id, bare);
    }
  }

  std::string input(const std::string& name) const {
    return has_loops_ && is_bound_name(name) ? fmt::format("`{}`", name) : quoted_name(name);
  }

  void array(NodeId id) {
    const auto o = g_.operands(id);
    const bool one_hot = g_.op(id) == Op::OneHot;
    put(one_hot ? "onehot(" : "pack(");
    list(g_.type_of(id).extents, true);
    put(": ");
    if (one_hot) {
      list(o.first(o.size() - 1), true);
      put(", ");
      put(o.back());
    } else {
      list(o);
    }
    put(")");
  }

  void loop(NodeId id) {
    const auto o = g_.operands(id);
    const int level = g_[id].level;
    switch (g_.op(id)) {
      case Op::Map:
        put(fmt::format("map({} in 0..", bound_name(level, 0)));
        put(o[0], true);
        put(": ");
        put(o[1]);
        break;
      case Op::Write:
        put("write(");
        range(id);
        put(" from ");
        put(o[3]);
        put(": ");
        list(o.subspan(5), true);
        put(", ");
        put(o[4]);
        break;
      case Op::Fold: {
        const FoldParts parts = g_.fold_parts(id);
        put("fold(");
        range(id);
        for (std::size_t k = 0; k < parts.inits.size(); ++k) {
          put(", " + bound_name(level, static_cast<int>(k) + 1) + " from ");
          put(parts.inits[k]);
        }
        put(": ");
        list(parts.nexts);
        break;
      }
      case Op::Trace:
        put("trace(");
        put(o[0]);
        for (int k = 0; k <= g_.slot(o[0]); ++k) put(", " + bound_name(level, k));
        put(": ");
        put(o[1]);
        break;
      default:
        reduction(id);
    }
    put(")");
  }

  void reduction(NodeId id) {
    const auto o = g_.operands(id);
    const ReducerWord* words = reducer_word(g_.reducer(id));
    GRADSMITH_CHECK(words, "a Reduce by {}", op_name(g_.reducer(id)));
    const bool reduce = g_.op(id) == Op::Reduce;
    put(std::string(reduce ? words->reduce : words->arg_reduce) + "(");
    range(id);
    const bool usual = reduce && words->start && g_.is_constant(o[3]) &&
                       constant_text(g_, o[3], true).front() != '-' &&
                       g_.is_constant(o[3], *words->start);
    if (!usual) {
      put(" from ");
      put(o[3]);
    }
    put(": ");
    put(o[4]);
  }

  void apply(NodeId id, bool bare) {
    const OpRow& row = op_row(g_.op(id));
    const auto o = g_.operands(id);
    if (row.signature == Signature::Compare) bare = false;
    const std::string token(row.spelling);
    if (is_call(row.op)) {
      put(token + "(");
      put(o[0], bare || row.signature == Signature::OrderReal);
      for (NodeId operand : o.subspan(1)) {
        put(", ");
        put(operand, bare);
      }
      put(")");
    } else if (o.size() == 1) {
      // A minus before a number is the number's own sign.
      const bool number = g_.is_constant(o[0]);
      put("(" + token + (number ? "(" : ""));
      put(o[0], bare);
      put(number ? "))" : ")");
    } else {
      put("(");
      put(o[0], bare);
      put(" " + token + " ");
      put(o[1], bare);
      put(")");
    }
  }

  const Graph& g_;
  NodeId root_;
  bool has_loops_ = false;
  Pieces<bool> pieces_;
};

}  // namespace

std::string to_infix(const Graph& graph, NodeId id) { return InfixPrinter(graph, id).print(); }

}  // namespace gradsmith
