#include "ir/infix_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

#include "ir/graph.hpp"
#include "ir/infix_call.hpp"
#include "ir/notation.hpp"
#include "ir/parse_numbers.hpp"

namespace gradsmith {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Binary tokens, longer ones first.
constexpr std::array kTokens = {"&&", "||", "<=", ">=", "==", "!=", "+",
                                "-",  "*",  "/",  "%",  "<",  ">"};

int binary_precedence(std::string_view token) {
  for (const OpRow& row : op_rows()) {
    if (row.spelling == token && row.operands == 2) return row.precedence;
  }
  return 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  SyntaxTree read() {
    bool wanted = true;  // an operand; else an operator
    for (skip(); at_ < text_.size(); skip()) wanted = wanted ? read_operand() : read_operator();
    if (wanted) fail("an operand is missing");
    reduce(0);
    if (!open_.empty()) fail("this is not closed", open_.back().position);
    return std::move(tree_);
  }

 private:
  struct Open {
    enum class Kind : std::uint8_t { Unary, Binary, Question, Colon, Paren, Call, Subscript };
    Kind kind;
    std::string_view word;
    std::size_t position;
    int precedence = 0;
    std::size_t first = 0;  // of a group's arguments among operands_
    std::string separators;
    std::uint32_t scope = kNoSyntax;
    bool is_group() const { return kind >= Kind::Paren; }
  };

  [[noreturn]] void fail(const std::string& reason) const { throw ParseError(at_, reason); }
  [[noreturn]] void fail(const std::string& reason, std::size_t at) const {
    throw ParseError(at, reason);
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  std::string_view rest() const { return text_.substr(at_); }

  /// The word that begins at a place after blanks; empty where there is none.
  std::string_view word_at(std::size_t at) const {
    while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at])) != 0) ++at;
    std::size_t end = at;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at, end - at);
  }

  SyntaxId add(Syntax node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<SyntaxId>(tree_.nodes.size() - 1);
  }

  void operand(Syntax node) { operands_.push_back(add(std::move(node))); }

  void open(Open::Kind kind, std::string_view word, int precedence = 0) {
    Open o{kind, word, at_, precedence, operands_.size(), "", kNoSyntax};
    open_.push_back(std::move(o));
  }

  // ---- where an operand is wanted

  bool read_operand() {
    const char c = text_[at_];
    if (c == '(') {
      open(Open::Kind::Paren, "(");
      ++at_;
      return true;
    }
    if (const std::size_t n = number_length(rest()); n > 0) {
      operand({Syntax::Kind::Number, rest().substr(0, n), at_, {}});
      at_ += n;
      return false;
    }
    if (c == '-' || c == '!') {
      open(Open::Kind::Unary, rest().substr(0, 1), op_row(Op::Neg).precedence);
      ++at_;
      return true;
    }
    if (c == ')' && !open_.empty() && open_.back().word == "pack" &&
        open_.back().separators.ends_with(':')) {
      return close(')');
    }
    if (c == '`' || is_word(c)) return read_name();
    fail(fmt::format("'{}' is no operand", c));
  }

  bool read_name() {
    const std::size_t start = at_;
    std::string_view name;
    if (text_[at_] == '`') {
      const std::size_t end = text_.find('`', at_ + 1);
      if (end == std::string_view::npos) fail("a backquote is not closed");
      name = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      operand({Syntax::Kind::Name, name, start, {}});
      return false;
    }
    // The longest text that is one name.
    std::size_t end = at_ + word_at(at_).size();
    for (bool more = true; more;) {
      more = false;
      if (text_.substr(end).starts_with("[]")) {
        end += 2;
        more = true;
      } else if (end + 1 < text_.size() && text_[end] == '.' && is_word(text_[end + 1]) &&
                 std::isdigit(static_cast<unsigned char>(text_[end + 1])) == 0) {
        end += 1 + word_at(end + 1).size();
        more = true;
      }
    }
    name = text_.substr(at_, end - at_);
    at_ = end;
    if (name == "true" || name == "false") {
      operand({Syntax::Kind::Truth, name, start, {}});
      return false;
    }
    skip();
    if (rest().starts_with('(')) {
      at_ = start;
      open(Open::Kind::Call, name);
      at_ = text_.find('(', end) + 1;
      return true;
    }
    if (!is_plain_name(name)) fail(fmt::format("'{}' is no name", name), start);
    operand(declares() ? Syntax{Syntax::Kind::Declaration, name, start, {}}
                       : resolved(name, start));
    return false;
  }

  /// Whether a name that has just been read is a loop's own.
  bool declares() const {
    if (open_.empty() || open_.back().kind != Open::Kind::Call) return false;
    const Open& group = open_.back();
    const std::size_t argument = operands_.size() - group.first;
    if (is_loop_word(group.word) && argument == 0) return word_at(at_) == "in";
    if (group.word == "fold") {
      return group.separators.ends_with(',') && group.separators.find(':') == std::string::npos;
    }
    return group.word == "trace" && argument > 0 && group.separators.find(':') == std::string::npos;
  }

  Syntax resolved(std::string_view name, std::size_t position) const {
    for (std::size_t i = scopes_.size(); i-- > 0;) {
      const auto& names = tree_.scopes[scopes_[i]].names;
      const auto found = std::ranges::find(names, name);
      if (found == names.end()) continue;
      Syntax bound{Syntax::Kind::Bound, name, position, {}};
      bound.slot = static_cast<int>(found - names.begin());
      bound.scope = scopes_[i];
      // A body that is traced may mention its own Fold's level and lower ones.
      for (std::size_t k = i + 1; k < scopes_.size(); ++k) {
        if (tree_.scopes[scopes_[k]].fold != kNoSyntax) bound.children.push_back(scopes_[k]);
      }
      return bound;
    }
    return {Syntax::Kind::Name, name, position, {}};
  }

  // ---- where an operator is wanted

  bool read_operator() {
    const char c = text_[at_];
    if (c == ')' || c == ']') return close(c);
    if (c == '[') {
      open(Open::Kind::Subscript, "[");
      --open_.back().first;  // the array is the first of its operands
      ++at_;
      return true;
    }
    if (c == '?') {
      reduce(1);
      open(Open::Kind::Question, "?");
      ++at_;
      return true;
    }
    if (c == ':') return colon();
    if (rest().starts_with("..")) return separate('.', 2);
    if (c == '.') return final_state();
    if (c == ',') return separate(',', 1);
    const std::string_view word = word_at(at_);
    if (word == "in") return separate('i', 2);
    if (word == "by") return separate('b', 2);
    if (word == "from") return separate('f', 4);
    for (const std::string_view token : kTokens) {
      if (!rest().starts_with(token)) continue;
      const int precedence = binary_precedence(token);
      reduce(precedence);
      open(Open::Kind::Binary, token, precedence);
      at_ += token.size();
      return true;
    }
    fail(fmt::format("'{}' is no operator", c));
  }

  bool final_state() {
    const std::string_view digits = word_at(at_ + 1);
    Syntax node{Syntax::Kind::Final, ".", at_, {operands_.back()}};
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), node.slot);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      fail("a state's number is missing");
    }
    operands_.back() = add(std::move(node));
    at_ += 1 + digits.size();
    return false;
  }

  // ---- operators and groups

  void apply_top() {
    const Open& top = open_.back();
    const std::size_t n = top.kind == Open::Kind::Unary    ? 1
                          : top.kind == Open::Kind::Binary ? 2
                                                           : 3;
    Syntax node{n == 3 ? Syntax::Kind::If : Syntax::Kind::Operator, top.word, top.position,
                take(operands_.size() - n)};
    open_.pop_back();
    operand(std::move(node));
  }

  /// Makes nodes of the pending operators that bind at least as tightly. A `?` still waits for its
  /// colon; with its colon, it binds least.
  void reduce(int precedence) {
    while (!open_.empty() && !open_.back().is_group() &&
           open_.back().kind != Open::Kind::Question && open_.back().precedence >= precedence) {
      apply_top();
    }
  }

  /// The group that what comes next belongs to.
  Open& group() {
    if (open_.empty()) fail("this stands in no parentheses");
    if (open_.back().kind == Open::Kind::Question) fail("a '?' has no ':'", open_.back().position);
    return open_.back();
  }

  std::vector<SyntaxId> take(std::size_t first) {
    const auto begin = operands_.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<SyntaxId> taken(begin, operands_.end());
    operands_.erase(begin, operands_.end());
    return taken;
  }

  bool colon() {
    reduce(0);
    if (open_.empty() || open_.back().kind != Open::Kind::Question) return separate(':', 1);
    open_.back().kind = Open::Kind::Colon;
    ++at_;
    return true;
  }

  bool separate(char separator, std::size_t length) {
    reduce(0);
    Open& g = group();
    if (g.kind == Open::Kind::Paren || (g.kind == Open::Kind::Subscript && separator != ',')) {
      fail(fmt::format("'{}' does not belong here", rest().substr(0, length)));
    }
    g.separators += separator;
    at_ += length;
    if (separator == ':' && (is_loop_word(g.word) || g.word == "trace")) open_scope(g);
    return true;
  }

  void open_scope(Open& g) {
    SyntaxScope scope;
    for (std::size_t i = g.first; i < operands_.size(); ++i) {
      const Syntax& node = tree_.nodes[operands_[i]];
      if (node.kind == Syntax::Kind::Declaration) scope.names.push_back(node.text);
      if (i > g.first && g.separators[i - g.first - 1] == 'f') scope.inits.push_back(operands_[i]);
    }
    if (g.word == "trace") scope.fold = operands_[g.first];
    scope.level = static_cast<int>(scopes_.size()) + 1;
    if (scope.level > kMaxLevel) fail("loops nest too deep");
    g.scope = static_cast<std::uint32_t>(tree_.scopes.size());
    scopes_.push_back(g.scope);
    tree_.scopes.push_back(std::move(scope));
  }

  bool close(char bracket) {
    reduce(0);
    Open g = std::move(group());
    open_.pop_back();
    if ((g.kind == Open::Kind::Subscript) != (bracket == ']')) {
      fail(fmt::format("'{}' closes what it did not open", bracket));
    }
    ++at_;
    if (g.scope != kNoSyntax) scopes_.pop_back();
    if (g.kind == Open::Kind::Paren) return false;
    std::vector<SyntaxId> arguments = take(g.first);
    if (g.kind == Open::Kind::Subscript) {
      operand({Syntax::Kind::At, "[", g.position, std::move(arguments)});
    } else {
      operand(call_syntax({g.word, g.position, g.separators, g.scope}, std::move(arguments)));
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  SyntaxTree tree_;
  std::vector<SyntaxId> operands_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> scopes_;  // those of the loops that are open
};

}  // namespace

SyntaxTree read_infix(std::string_view text) { return Reader(text).read(); }

}  // namespace gradsmith
