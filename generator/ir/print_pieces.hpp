#pragma once

// Writing a tree of nodes as text without recursion: a node is expanded into words and nodes, and
// those are expanded in turn.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ir/type.hpp"

namespace gradsmith {

/// `Context` is what a node's place says about how to write it.
template <class Context>
class Pieces {
 public:
  void put(std::string words) { fresh_.emplace_back(std::move(words)); }
  void put(NodeId id, Context context) { fresh_.emplace_back(std::pair(id, context)); }

  /// The text of what has been put; `expand(id, context)` puts the pieces of a node.
  template <class Expand>
  std::string text(Expand expand) {
    std::string text;
    std::vector<Piece> stack;
    const auto take = [&] {
      std::move(fresh_.rbegin(), fresh_.rend(), std::back_inserter(stack));
      fresh_.clear();
    };
    for (take(); !stack.empty();) {
      const Piece piece = std::move(stack.back());
      stack.pop_back();
      if (const auto* words = std::get_if<std::string>(&piece)) {
        text += *words;
        continue;
      }
      const auto [id, context] = std::get<std::pair<NodeId, Context>>(piece);
      expand(id, context);
      take();
    }
    return text;
  }

 private:
  using Piece = std::variant<std::string, std::pair<NodeId, Context>>;
  std::vector<Piece> fresh_;
};

}  // namespace gradsmith
