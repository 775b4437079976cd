#pragma once

// Where nodes come from: the author's names, places in the spec, and what made a node. A side table
// outside equality: nodes that merge keep every origin.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
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

  bool operator==(const Origin&) const = default;
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
  std::vector<Origin> all(NodeId node, ScopeId scope = kFunctionScope) const;

  /// None so far, of nodes whose origins come from this one: it shares the memory of all names.
  Provenance emptied() const;

  /// Adds every origin that a node of `other`, which this one was emptied from, has in any scope.
  void take_from(const Provenance& other, NodeId node, NodeId to);

  /// Gives `to` the origins of `from`: what a pass calls when it replaces one by the other.
  void carry(NodeId from, NodeId to);

 private:
  using OriginId = std::uint32_t;

  /// Lists of origins, one behind another in memory, as millions of nodes have one or two.
  struct Lists {
    static constexpr std::uint32_t kNone = 0xffffffffu;
    struct Entry {
      OriginId origin = 0;
      std::uint32_t next = kNone;
    };
    struct List {
      std::uint32_t first = kNone;
      std::uint32_t last = kNone;
      std::uint32_t size = 0;
    };
    std::vector<Entry> entries;
    std::vector<List> lists;
    /// What the long lists hold: a value that the author gives many names stays quick.
    std::unordered_map<std::uint32_t, std::unordered_set<OriginId>> long_lists;

    void add(std::uint32_t list, OriginId origin);
    bool contains(std::uint32_t list, OriginId origin);
  };

  /// Every origin once. Copies of a Provenance share the pool: it only grows, and what another copy
  /// has added is never asked for.
  struct Pool {
    /// The hash tells most others apart without a look at them.
    struct Row {
      OriginId id = Lists::kNone;
      std::uint32_t hash = 0;
    };
    std::deque<Origin> origins;  // references stay
    std::vector<Row> rows;       // open addressing, a power of two

    OriginId id(Origin origin);
    void grow();
  };

  void add(NodeId node, OriginId origin, ScopeId scope);
  std::uint32_t list_of(NodeId node, ScopeId scope) const;
  template <class Visit>
  void for_each(NodeId node, ScopeId scope, const Visit& visit) const;

  std::shared_ptr<Pool> pool_ = std::make_shared<Pool>();
  Lists lists_;
  /// Most nodes are seen in the function's scope, and ids are dense there.
  std::vector<std::uint32_t> of_node_;
  std::unordered_map<std::uint64_t, std::uint32_t> inner_;   // by scope and node
  std::unordered_map<NodeId, std::vector<ScopeId>> scopes_;  // in which a node is seen
};

}  // namespace gradsmith
