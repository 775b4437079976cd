#include "passes/read_in_place.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "ir/arrays.hpp"
#include "ir/polynomial.hpp"
#include "ir/substitute.hpp"
#include "passes/compact.hpp"
#include "passes/rebuild.hpp"
#include "passes/trips_apart.hpp"
#include "passes/written_rows.hpp"

namespace gradsmith {
namespace {

class InPlaceReader {
 public:
  explicit InPlaceReader(Function& f) : f_(f), g_(f.graph), polynomials_(f.graph) {}

  void run() {
    std::unordered_map<NodeId, NodeId> now;
    const std::vector<NodeId> live = reachable(g_, roots_of(f_));
    for (NodeId id : live) {
      const auto view = g_.operands(id);
      std::vector<NodeId> operands(view.begin(), view.end());
      for (NodeId& o : operands) o = now.at(o);
      NodeId made = operands.empty() ? id : rebuilt(g_, id, operands);
      if (g_.op(made) == Op::Fold) made = reading_in_place(made);
      now[id] = made;
    }
    rename(f_, live, [&](NodeId id) { return now.at(id); });
  }

 private:
  NodeId reading_in_place(NodeId fold) {
    const FoldParts view = g_.fold_parts(fold);
    const int level = view.level;
    const int scope = scope_of(g_, fold);
    const Range range = view.range;
    const std::vector<NodeId> inits(view.inits.begin(), view.inits.end());
    std::vector<NodeId> nexts(view.nexts.begin(), view.nexts.end());
    std::unordered_map<NodeId, NodeId> instead;  // by element: the array as it is
    const std::vector<NodeId> body = computed_in(g_, nexts, level);
    for (std::size_t k = 0; k < inits.size(); ++k) {
      // A part of an array is a place of its own.
      const bool whole = !g_.is_scalar(inits[k]) && g_.op(first_version(g_, inits[k])) != Op::At;
      if (!whole) continue;
      read_unwritten(fold, view, k, body, instead);
      const Rows inside = rows_in(g_, view, k, scope);
      if (!inside) continue;
      std::vector<NodeId> versions;  // of the same place, before the loop
      for (NodeId v = inits[k]; v != kNoNode; v = version_before(g_, v)) versions.push_back(v);
      for (NodeId id : body) {
        if (g_.op(id) != Op::At || !g_.is_scalar(id)) continue;
        std::vector<NodeId> indices;
        const NodeId array = array_under(g_, id, indices);
        if (g_.op(array) == Op::Input || scope_of(g_, indices[0]) > scope) continue;
        if (std::ranges::find(versions, array) == versions.end()) continue;
        const Rows before = rows_between(g_, inits[k], array, scope);
        const bool unwritten = before && all_differ(polynomials_, *inside, indices[0]) &&
                               all_differ(polynomials_, *before, indices[0]);
        if (!unwritten) continue;
        instead[id] = loop_state(g_, level, k, g_[inits[k]].type);
      }
    }
    if (instead.empty()) return fold;
    renew(nexts, reading_instead(f_, body, instead));
    return g_.fold(level, range, inits, nexts);
  }

  /// Elements of what a state begins with that are not written before the trip which reads them.
  void read_unwritten(NodeId fold, const FoldParts& view, std::size_t k,
                      const std::vector<NodeId>& body,
                      std::unordered_map<NodeId, NodeId>& instead) {
    std::vector<NodeId> reads;
    for (NodeId id : body) {
      if (g_.op(id) != Op::At || !g_.is_scalar(id)) continue;
      std::vector<NodeId> indices;
      if (array_under(g_, id, indices) == view.inits[k]) reads.push_back(id);
    }
    if (reads.empty()) return;
    TripsApart apart(g_, reachable(g_, std::span(&fold, 1)));
    const TypeId index_type = scalar_type(Element::Index);
    const Polynomial index = Polynomial::unknown(g_.bound(view.level, 0, index_type));
    const NodeId state = loop_state(g_, view.level, k, g_[view.inits[k]].type);
    for (NodeId id : reads) {
      std::vector<NodeId> indices;
      array_under(g_, id, indices);
      const auto before = TripsApart::When::Before;
      if (!apart.is_unwritten(view, k, index, before, id, indices)) continue;
      instead[id] = state;
    }
  }

  Function& f_;
  Graph& g_;
  Polynomials polynomials_;
};

}  // namespace

Function read_in_place(Function f) {
  InPlaceReader(f).run();
  return compact(std::move(f));
}

}  // namespace gradsmith
