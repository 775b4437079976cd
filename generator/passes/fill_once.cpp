#include "passes/fill_once.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/regions.hpp"
#include "ir/substitute.hpp"
#include "passes/rebuild.hpp"

namespace gradsmith {
namespace {

using Nodes = std::vector<NodeId>;

/// The statements by which a trip changes an array that it has from outside, one upon the other.
struct Chain {
  NodeId begin = kNoNode;  ///< the array
  Nodes writes;
};

class Fills {
 public:
  explicit Fills(Function& f) : f_(f), g_(f.graph) {}

  /// The loop with such arrays among its states; the loop itself where it has none.
  NodeId with_states(NodeId fold) {
    const FoldParts parts = g_.fold_parts(fold);
    level_ = parts.level;
    const Range range = parts.range;
    Nodes inits(parts.inits.begin(), parts.inits.end());
    Nodes nexts(parts.nexts.begin(), parts.nexts.end());
    const std::vector<Chain> chains = chains_in(nexts);
    if (chains.empty()) return fold;
    std::unordered_map<NodeId, NodeId> states;  // by the statement that begins with one
    for (const Chain& chain : chains) {
      states[chain.writes.front()] = loop_state(g_, level_, inits.size(), g_[chain.begin].type);
      inits.push_back(chain.begin);
      nexts.push_back(chain.writes.back());
    }
    renew(nexts, rebuilt_nodes(f_, computed_in(g_, nexts, level_), [&](NodeId id, NodeId fresh) {
            const auto state = states.find(id);
            if (state == states.end()) return fresh;
            const auto view = g_.operands(fresh);
            Nodes o(view.begin(), view.end());
            o[3] = state->second;
            return g_.with_operands(fresh, o);
          }));
    return g_.fold(level_, range, inits, nexts);
  }

 private:
  std::vector<Chain> chains_in(const Nodes& nexts) {
    const Nodes body = computed_in(g_, nexts, level_);
    find_uses(body);
    Nodes begins;
    for (NodeId id : body) {
      if (sets_the_same(id) && !changes(g_.operand(id, 3))) begins.push_back(id);
    }
    if (begins.empty()) return {};
    const Regions regions(g_, nexts, reachable(g_, nexts));
    std::vector<Chain> found;
    for (NodeId id : begins) {
      if (!regions.around(id).empty()) continue;  // not in each trip
      Chain chain{g_.operand(id, 3), {id}};
      for (NodeId next = next_in_chain(id); next != kNoNode; next = next_in_chain(next)) {
        chain.writes.push_back(next);
      }
      const bool kept = std::ranges::find(nexts, chain.writes.back()) != nexts.end();
      if (!is_uninitialised(g_, chain.begin) && !kept && only_read(chain)) found.push_back(chain);
    }
    return found;
  }

  void find_uses(const Nodes& body) {
    users_.clear();
    for (NodeId id : body) {
      for (NodeId o : g_.operands(id)) users_[o].push_back(id);
    }
  }

  bool changes(NodeId id) const { return (g_.free(id) & Graph::bit(level_)) != 0; }

  /// A statement of the trip itself that sets elements at places that are those of every trip.
  bool sets_the_same(NodeId id) const {
    if (g_.op(id) != Op::Write || scope_of(g_, id) != level_) return false;
    const auto o = g_.operands(id);
    for (std::size_t k = 0; k < o.size(); ++k) {
      if (k != 3 && k != 4 && changes(o[k])) return false;
    }
    return true;
  }

  NodeId next_in_chain(NodeId write) {
    const Nodes& users = users_[write];
    if (users.size() != 1 || !sets_the_same(users[0])) return kNoNode;
    return g_.operand(users[0], 3) == write && g_.operand(users[0], 4) != write ? users[0]
                                                                                : kNoNode;
  }

  /// Whether the trip does no more with the array than to read elements of it.
  bool only_read(const Chain& chain) {
    return std::ranges::all_of(users_[chain.writes.back()],
                               [&](NodeId user) { return g_.op(user) == Op::At; });
  }

  Function& f_;
  Graph& g_;
  int level_ = 0;
  std::unordered_map<NodeId, Nodes> users_;
};

}  // namespace

Function fill_once(Function f) {
  Graph& g = f.graph;
  const std::unordered_set<NodeId> traced = traced_folds(g, reachable(g, roots_of(f)));
  Fills fills(f);
  rebuild(f, [&](NodeId id, NodeId fresh) {
    return g.op(fresh) == Op::Fold && !traced.contains(id) ? fills.with_states(fresh) : fresh;
  });
  return f;
}

}  // namespace gradsmith
