// The second half of reading infix notation: the tree gets its types and becomes nodes.

#include <fmt/format.h>

#include <algorithm>

#include "ir/infix_syntax.hpp"
#include "ir/notation.hpp"
#include "ir/parse.hpp"
#include "ir/parse_numbers.hpp"
#include "ir/well_formed.hpp"

namespace gradsmith {
namespace {

using Kind = Syntax::Kind;

class Elaborator {
 public:
  Elaborator(Graph& graph, SyntaxTree tree, Element names)
      : g_(graph), tree_(std::move(tree)), names_(names) {
    nodes_.resize(tree_.nodes.size(), kNoNode);
    bare_.resize(tree_.nodes.size(), false);
  }

  NodeId run() {
    for (std::size_t i = tree_.nodes.size(); i-- > 0;) expect_index(tree_.nodes[i], bare_[i]);
    for (SyntaxId i = 0; i < nodes_.size(); ++i) nodes_[i] = node(i);
    return value(static_cast<SyntaxId>(nodes_.size() - 1), names_);
  }

 private:
  [[noreturn]] void fail(const Syntax& s, const std::string& reason) const {
    throw ParseError(s.position, reason);
  }

  const Syntax& syntax(SyntaxId id) const { return tree_.nodes[id]; }

  /// Notes which children must be an Index, given whether the node itself must.
  void expect_index(const Syntax& s, bool bare) {
    const auto expect = [&](std::size_t from, std::size_t to, bool index) {
      for (std::size_t i = from; i < to; ++i) {
        if (s.children[i] != kNoSyntax) bare_[s.children[i]] = index;
      }
    };
    const std::size_t n = s.children.size();
    switch (s.kind) {
      case Kind::Operator: {
        const bool arithmetic = s.text.find_first_of("<>=!&|") == std::string_view::npos && bare;
        expect(0, n, arithmetic);
        if (s.text == "polygamma") expect(0, 1, true);
        break;
      }
      case Kind::If:
        return expect(1, n, bare);
      case Kind::At:
        return expect(1, n, true);
      case Kind::OneHot:
        return expect(0, n - 1, true);
      case Kind::Pack:
        return expect(0, s.split, true);
      case Kind::Loop:
        expect(0, 3, true);
        if (s.text == "write") expect(s.split, n - 1, true);
        break;
      default:
        break;
    }
  }

  /// kNoNode for a number whose kind is for its user to say.
  NodeId node(SyntaxId id) {
    const Syntax& s = syntax(id);
    switch (s.kind) {
      case Kind::Number:
        if (const auto suffix = number_suffix(s.text)) return number(s, *suffix);
        return bare_[id] ? number(s, Element::Index) : kNoNode;
      case Kind::Truth:
        return g_.boolean(s.text == "true");
      case Kind::Name: {
        const NodeId known = g_.find_input(s.text);
        return known != kNoNode ? known : g_.input(s.text, scalar_type(names_));
      }
      case Kind::Declaration:
        return kNoNode;
      case Kind::Bound:
        return bound(s);
      case Kind::Operator:
        return apply(s);
      case Kind::Convert:
        return convert(s);
      case Kind::If: {
        const std::vector<NodeId> sides = alike(std::span(s.children).subspan(1));
        const NodeId operands[] = {value(s.children[0], Element::Bool), sides[0], sides[1]};
        return make(s, {Op::If, 0, kAnyType, 0, operands});
      }
      case Kind::At:
        return make(s, {Op::At, 0, kAnyType, 0, all(s.children)});
      case Kind::Final: {
        const NodeId operands[] = {value(s.children[0], names_)};
        return make(s, {Op::Final, 0, kAnyType, static_cast<std::uint32_t>(s.slot), operands});
      }
      case Kind::OneHot:
      case Kind::Pack:
        return array(s);
      case Kind::Loop:
        return loop(s);
      case Kind::Trace: {
        const std::vector<NodeId> operands = all(s.children);
        return make(s, {Op::Trace, g_[operands[0]].level, kAnyType, 0, operands});
      }
    }
    return kNoNode;
  }

  NodeId number(const Syntax& s, Element element) {
    const auto constant = number_constant(g_, s.text, element);
    if (!constant) fail(s, fmt::format("{} is no {}", s.text, conversion_word(element)));
    return *constant;
  }

  /// A child; where it is a number without a kind, it becomes one of `element`.
  NodeId value(SyntaxId id, Element element) {
    if (nodes_[id] != kNoNode) return nodes_[id];
    const Syntax& s = syntax(id);
    if (s.kind != Kind::Number) fail(s, fmt::format("{} is declared here in vain", s.text));
    return number(s, element == Element::Bool || element == Element::Tuple ? names_ : element);
  }

  std::vector<NodeId> all(std::span<const SyntaxId> ids) {
    std::vector<NodeId> result;
    for (SyntaxId id : ids) result.push_back(value(id, names_));
    return result;
  }

  /// Children of one kind: numbers take that of the first child that has one.
  std::vector<NodeId> alike(std::span<const SyntaxId> ids) {
    Element element = names_;
    for (std::size_t i = ids.size(); i-- > 0;) {
      if (nodes_[ids[i]] != kNoNode) element = g_.element(nodes_[ids[i]]);
    }
    std::vector<NodeId> result;
    for (SyntaxId id : ids) result.push_back(value(id, element));
    return result;
  }

  NodeId make(const Syntax& s, const NodeShape& shape) {
    const std::string reason = complaint(g_, shape);
    if (!reason.empty()) fail(s, reason);
    return build(g_, shape);
  }

  NodeId apply(const Syntax& s) {
    const bool ordered = s.text == op_row(Op::Polygamma).spelling;
    const std::vector<NodeId> operands = ordered ? all(s.children) : alike(s.children);
    std::string reason;
    for (const OpRow& row : op_rows()) {
      if (row.spelling != s.text || static_cast<std::size_t>(row.operands) != operands.size()) {
        continue;
      }
      const NodeShape shape{row.op, 0, kAnyType, 0, operands};
      const std::string complained = complaint(g_, shape);
      if (complained.empty()) return build(g_, shape);
      if (reason.empty()) reason = complained;
    }
    fail(s, reason.empty() ? fmt::format("there is no {} of {} operands", s.text, operands.size())
                           : reason);
  }

  NodeId convert(const Syntax& s) {
    if (s.children.size() != 1) fail(s, fmt::format("{} takes one operand", s.text));
    const NodeId x = value(s.children[0], names_);
    for (Element e : {Element::Bool, Element::Index, Element::F32, Element::F64}) {
      if (conversion_word(e) != s.text) continue;
      if (g_.type_of(x) == Type{e, {}}) return x;
      return make(s, {Op::Convert, 0, scalar_type(e), 0, std::span(&x, 1)});
    }
    fail(s, "no conversion");
  }

  NodeId bound(const Syntax& s) {
    const SyntaxScope& scope = tree_.scopes[s.scope];
    const int level = level_of(scope);
    for (SyntaxId inner : s.children) {
      if (level_of(tree_.scopes[inner]) <= level) {
        fail(s, fmt::format("{} is not known to the fold that is traced", s.text));
      }
    }
    if (s.slot == 0) return g_.bound(level, 0, scalar_type(Element::Index));
    const auto state = static_cast<std::size_t>(s.slot) - 1;
    if (scope.fold == kNoSyntax) {
      return g_.bound(level, s.slot, g_[value(scope.inits.at(state), names_)].type);
    }
    const FoldParts parts = g_.fold_parts(nodes_[scope.fold]);
    if (state >= parts.inits.size()) fail(s, "the fold has fewer states");
    return g_.bound(level, s.slot, g_[parts.inits[state]].type);
  }

  int level_of(const SyntaxScope& scope) const {
    if (scope.fold == kNoSyntax) return scope.level;
    const NodeId fold = nodes_[scope.fold];
    if (fold == kNoNode || g_.op(fold) != Op::Fold) {
      fail(syntax(scope.fold), "only a fold is traced");
    }
    return g_[fold].level;
  }

  NodeId array(const Syntax& s) {
    const std::vector<NodeId> extents = all(std::span(s.children).first(s.split));
    const std::vector<NodeId> rest = s.kind == Kind::Pack
                                         ? alike(std::span(s.children).subspan(s.split))
                                         : all(std::span(s.children).subspan(s.split));
    for (NodeId extent : extents) {
      if (g_.type_of(extent) != Type{Element::Index, {}}) fail(s, "an extent is no Index");
    }
    const Element element = rest.empty() ? names_ : g_.element(rest.back());
    return make(s, {s.kind == Kind::Pack ? Op::Pack : Op::OneHot, 0, g_.intern({element, extents}),
                    0, rest});
  }

  // ---- loops

  NodeId loop(const Syntax& s) {
    const int level = tree_.scopes[s.scope].level;
    const NodeId step = s.children[2] == kNoSyntax ? g_.index(1) : value(s.children[2], names_);
    std::vector<NodeId> operands{value(s.children[0], names_), value(s.children[1], names_), step};
    const auto froms = std::span(s.children).subspan(3, s.split - 3);
    const auto bodies = std::span(s.children).subspan(s.split);
    if (s.text == "fold") {
      std::vector<NodeId> nexts;
      if (bodies.size() != froms.size()) fail(s, "a fold has one body for each state");
      for (std::size_t k = 0; k < froms.size(); ++k) {
        operands.push_back(value(froms[k], names_));
        nexts.push_back(value(bodies[k], g_.element(operands.back())));
      }
      operands.insert(operands.end(), nexts.begin(), nexts.end());
      return make(s,
                  {Op::Fold, level, kAnyType, static_cast<std::uint32_t>(froms.size()), operands});
    }
    if (s.text == "write") {
      if (froms.size() != 1) fail(s, "a write says what it writes to");
      operands.push_back(value(froms[0], names_));
      operands.push_back(value(bodies.back(), g_.element(operands.back())));
      for (SyntaxId i : bodies.first(bodies.size() - 1)) operands.push_back(value(i, names_));
      return make(s, {Op::Write, level, kAnyType, 0, operands});
    }
    if (bodies.size() != 1) fail(s, fmt::format("{} has one body", s.text));
    if (s.text == "map") {
      if (!g_.is_constant(operands[0], 0) || !g_.is_constant(step, 1) || !froms.empty()) {
        fail(s, "a map runs from 0 by 1");
      }
      const NodeId parts[] = {operands[1], value(bodies[0], names_)};
      return make(s, {Op::Map, level, kAnyType, 0, parts});
    }
    return reduction(s, level, std::move(operands), froms, bodies[0]);
  }

  NodeId reduction(const Syntax& s, int level, std::vector<NodeId> operands,
                   std::span<const SyntaxId> froms, SyntaxId body) {
    for (const ReducerWord& word : reducer_words()) {
      if (word.reduce != s.text && word.arg_reduce != s.text) continue;
      const auto op = static_cast<std::uint32_t>(word.op);
      if (froms.empty()) {
        if (!word.start || word.reduce != s.text) fail(s, "this needs a start: from");
        const NodeId v = value(body, names_);
        operands.push_back(g_.number(g_.element(v), *word.start));
        operands.push_back(v);
      } else {
        const SyntaxId both[] = {froms[0], body};
        for (NodeId id : alike(both)) operands.push_back(id);
      }
      return make(
          s, {word.reduce == s.text ? Op::Reduce : Op::ArgReduce, level, kAnyType, op, operands});
    }
    fail(s, "no loop");
  }

  Graph& g_;
  SyntaxTree tree_;
  Element names_;
  std::vector<NodeId> nodes_;
  std::vector<bool> bare_;  // must be an Index, so numbers need no suffix
};

}  // namespace

ParseError::ParseError(std::size_t position, const std::string& reason)
    : std::runtime_error(fmt::format("at {}: {}", position, reason)),
      position_(position),
      reason_(reason) {}

NodeId parse_infix(Graph& graph, std::string_view text, Element names) {
  return Elaborator(graph, read_infix(text), names).run();
}

}  // namespace gradsmith
