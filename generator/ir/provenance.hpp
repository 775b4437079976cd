#pragma once

// Where nodes come from: the author's names, places in the spec, and what made a node. A side table
// outside equality: nodes that merge keep every origin.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/type.hpp"
#include "support/refusal.hpp"

namespace gradsmith {

/// A use of a loop or branch: the binder or If node under which a node is seen; 0 is the function's
/// own scope. A body shared by two loops keeps each loop's names.
using ScopeId = NodeId;
inline constexpr ScopeId kFunctionScope = 0;

/// One origin of a node.
struct Origin {
  std::string name;      ///< the author's variable, or a derived name such as `d_z1`; may be empty
  std::string meaning;   ///< for people, where the name does not say it: "d loss / d z1"
  SourceLocation where;  ///< in the spec, where known
};

class Provenance {
 public:
  /// Records one more origin of a node.
  void add(NodeId node, Origin origin, ScopeId scope = kFunctionScope);

  /// The origin for printing: the first in source order that has a name, derived names after the
  /// author's; null where there is none.
  const Origin* named(NodeId node, ScopeId scope = kFunctionScope) const;

  /// The first known place in source order.
  SourceLocation where(NodeId node, ScopeId scope = kFunctionScope) const;

  /// Every origin, in the order in which they were recorded.
  const std::vector<Origin>& all(NodeId node, ScopeId scope = kFunctionScope) const;

  /// Every origin that a node has in any scope, the function's first.
  std::vector<Origin> everywhere(NodeId node) const;

  /// Gives `to` the origins of `from`: what a pass calls when it replaces one by the other.
  void carry(NodeId from, NodeId to);

 private:
  /// The nodes of one scope that have origins.
  struct Table {
    std::vector<std::uint32_t> row_of;  ///< by node: 1 + its place in `rows`; 0 for none
    std::vector<std::vector<Origin>> rows;
    /// What the long rows hold, as text: a value that the author gives many names stays quick.
    std::unordered_map<NodeId, std::unordered_set<std::string>> long_rows;
  };
  /// Most nodes are seen in the function's scope, and ids are dense there.
  Table function_;
  std::unordered_map<std::uint64_t, std::vector<Origin>> inner_;  // by scope and node
  std::unordered_map<NodeId, std::vector<ScopeId>> scopes_;       // in which a node is seen
  std::vector<Origin> none_;
};

}  // namespace gradsmith
