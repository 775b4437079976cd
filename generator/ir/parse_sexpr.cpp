#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>

#include "ir/notation.hpp"
#include "ir/parse.hpp"
#include "ir/parse_numbers.hpp"
#include "ir/well_formed.hpp"

namespace gradsmith {
namespace {

/// The printer nests much less.
constexpr int kDeepest = 200;

class SexprParser {
 public:
  SexprParser(Graph& graph, std::string_view text) : g_(graph), text_(text) {}

  NodeId graph() {
    open("graph");
    definitions();
    const NodeId root = node();
    end();
    return root;
  }

  std::vector<NodeId> function() {
    open("function");
    string();
    definitions();
    std::vector<NodeId> outputs;
    while (peek() == '(') {
      open("output");
      string();
      outputs.push_back(node());
      expect(')');
    }
    end();
    return outputs;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const { throw ParseError(at_, reason); }

  char peek() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void expect(char c) {
    if (peek() != c) fail(fmt::format("'{}' is missing", c));
    ++at_;
  }

  void end() {
    expect(')');
    if (peek() != '\0') fail("there is more text");
  }

  std::string_view word() {
    peek();
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n()", at_), text_.size());
    if (end == at_) fail("a word is missing");
    const std::string_view found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  void open(std::string_view wanted) {
    expect('(');
    if (word() != wanted) fail(fmt::format("({} is missing", wanted));
  }

  std::string_view string() {
    expect('"');
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) fail("a string is not closed");
    const std::string_view found = text_.substr(at_, end - at_);
    at_ = end + 1;
    return found;
  }

  int integer() {
    const std::string_view digits = word();
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 0) {
      fail(fmt::format("'{}' is no count", digits));
    }
    return value;
  }

  Element element() {
    const std::string_view name = word();
    for (Element e : {Element::Bool, Element::Index, Element::F32, Element::F64, Element::Tuple}) {
      if (element_word(e) == name) return e;
    }
    fail(fmt::format("'{}' is no type", name));
  }

  TypeId type() {
    if (peek() != '(') return scalar_type(element());
    ++at_;
    Type t{element(), {}};
    t.extents = nodes();
    for (NodeId extent : t.extents) {
      if (g_.type_of(extent) != Type{Element::Index, {}}) fail("an extent is no Index");
    }
    return g_.intern(t);
  }

  void definitions() {
    while (peek() == '(' && text_.substr(at_).starts_with("(let ")) {
      open("let");
      const std::string_view name = word();
      const NodeId id = node();
      if (!name.starts_with('%') || !named_.emplace(name, id).second) {
        fail(fmt::format("'{}' cannot be defined here", name));
      }
      expect(')');
    }
  }

  /// Nodes up to and with the closing parenthesis.
  std::vector<NodeId> nodes() {
    std::vector<NodeId> found;
    while (peek() != ')') found.push_back(node());
    ++at_;
    return found;
  }

  std::vector<NodeId> list() {
    expect('(');
    return nodes();
  }

  NodeId node() {
    if (peek() == '(') {
      if (++depth_ > kDeepest) fail("this nests too deep; name parts of it by let");
      ++at_;
      const NodeId id = application();
      --depth_;
      return id;
    }
    if (const std::size_t n = number_length(text_.substr(at_)); n > 0) {
      const std::string_view number = text_.substr(at_, n);
      const auto id = number_constant(g_, number, number_suffix(number).value_or(Element::F64));
      if (!id) fail(fmt::format("'{}' is out of range", number));
      at_ += n;
      return *id;
    }
    const std::string_view name = word();
    if (name == "true" || name == "false") return g_.boolean(name == "true");
    const auto found = named_.find(std::string(name));
    if (found == named_.end()) fail(fmt::format("'{}' is not defined", name));
    return found->second;
  }

  Op op(std::string_view name) {
    const auto found = op_named(name);
    if (!found) fail(fmt::format("'{}' is no kind of node", name));
    return *found;
  }

  NodeId application() {
    NodeShape s;
    s.op = op(word());
    s.type = kAnyType;
    std::vector<NodeId> operands;
    const auto append = [&](const std::vector<NodeId>& more) {
      operands.insert(operands.end(), more.begin(), more.end());
    };
    switch (s.op) {
      case Op::Constant:
        fail("a constant is written as a number");
      case Op::Input:
        return input();
      case Op::Bound:
        s.level = integer();
        s.payload = static_cast<std::uint32_t>(integer());
        s.type = type();
        break;
      case Op::Convert:
      case Op::OneHot:
      case Op::Pack:
        s.type = type();
        break;
      case Op::Final:
        s.payload = static_cast<std::uint32_t>(integer());
        break;
      case Op::Reduce:
      case Op::ArgReduce:
        s.payload = static_cast<std::uint32_t>(op(word()));
        [[fallthrough]];
      case Op::Map:
      case Op::Trace:
      case Op::Write:
      case Op::Fold:
        s.level = integer();
        if (s.op != Op::Map && s.op != Op::Trace) append(list());
        if (s.op == Op::Fold) {
          append(list());
          s.payload = static_cast<std::uint32_t>(std::max<std::size_t>(operands.size(), 3) - 3);
          append(list());
        }
        break;
      default:
        break;
    }
    append(nodes());
    s.operands = operands;
    const std::string reason = complaint(g_, s);
    if (!reason.empty()) fail(reason);
    if (s.op == Op::Bound) return g_.bound(s.level, static_cast<int>(s.payload), s.type);
    return build(g_, s);
  }

  NodeId input() {
    const std::string_view name = string();
    const TypeId wanted = type();
    expect(')');
    const NodeId known = g_.find_input(name);
    if (known != kNoNode && g_[known].type != wanted) {
      fail(fmt::format("input {} has two types", name));
    }
    return g_.input(name, wanted);
  }

  Graph& g_;
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::unordered_map<std::string, NodeId> named_;
};

}  // namespace

NodeId parse_sexpr(Graph& graph, std::string_view text) { return SexprParser(graph, text).graph(); }

std::vector<NodeId> parse_sexpr_outputs(Graph& graph, std::string_view text) {
  return SexprParser(graph, text).function();
}

}  // namespace gradsmith
