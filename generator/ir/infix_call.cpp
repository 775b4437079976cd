#include "ir/infix_call.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ir/notation.hpp"

namespace gradsmith {
namespace {

[[noreturn]] void fail(const SyntaxCall& g, const std::string& reason) {
  throw ParseError(g.position, reason);
}

bool is_conversion(std::string_view word) {
  return word == "bool" || word == "index" || word == "float" || word == "double";
}

/// The separators of a loop read `i.`, `b` with a step, `f` with a start (a fold's states each
/// `,f`), then the colon and the bodies.
Syntax loop(const SyntaxCall& g, const std::vector<SyntaxId>& arguments) {
  const std::string& s = g.separators;
  const auto require = [&](bool holds) {
    if (!holds) fail(g, fmt::format("this is not how a {} is written", g.word));
  };
  require(is_loop_word(g.word) && s.starts_with("i."));
  Syntax node{Syntax::Kind::Loop, g.word, g.position, {arguments[1], arguments[2], kNoSyntax}};
  std::size_t at = 2;
  if (at < s.size() && s[at] == 'b') node.children[2] = arguments[++at];
  if (g.word == "fold") {
    for (; s.substr(at).starts_with(",f"); at += 2) node.children.push_back(arguments[at + 2]);
    require(node.children.size() > 3);
  } else if (at < s.size() && s[at] == 'f') {
    node.children.push_back(arguments[++at]);
  }
  node.split = node.children.size();
  require(at < s.size() && s[at] == ':' && s.find_first_not_of(',', at + 1) == std::string::npos);
  node.children.insert(node.children.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                       arguments.end());
  node.scope = g.scope;
  return node;
}

}  // namespace

bool is_loop_word(std::string_view word) {
  return word == "map" || word == "write" || word == "fold" ||
         std::ranges::any_of(reducer_words(), [&](const ReducerWord& r) {
           return word == r.reduce || (word == r.arg_reduce && !word.empty());
         });
}

Syntax call_syntax(const SyntaxCall& g, std::vector<SyntaxId> arguments) {
  if (g.separators.starts_with('i')) return loop(g, arguments);
  const std::size_t colon = g.separators.find(':');
  Syntax node{Syntax::Kind::Operator, g.word, g.position, std::move(arguments)};
  if (std::ranges::count_if(g.separators, [](char c) { return c != ','; }) >
      (colon == std::string::npos ? 0 : 1)) {
    fail(g, fmt::format("the arguments of {} are not separated by commas", g.word));
  }
  if (g.word == "onehot" || g.word == "pack" || g.word == "trace") {
    if (colon == std::string::npos) fail(g, fmt::format("{} lacks its ':'", g.word));
    node.kind = g.word == "onehot" ? Syntax::Kind::OneHot
                : g.word == "pack" ? Syntax::Kind::Pack
                                   : Syntax::Kind::Trace;
    node.split = colon + 1;
    if (g.word == "trace") {
      node.children = {node.children.front(), node.children.back()};
      node.scope = g.scope;
      if (g.separators.size() != colon + 1) fail(g, "trace has one body");
    }
    return node;
  }
  if (colon != std::string::npos) fail(g, fmt::format("{} takes no ':'", g.word));
  if (is_conversion(g.word)) node.kind = Syntax::Kind::Convert;
  return node;
}

}  // namespace gradsmith
