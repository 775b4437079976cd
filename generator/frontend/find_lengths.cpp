#include "frontend/find_lengths.hpp"

#include <algorithm>
#include <optional>

#include "frontend/array_accesses.hpp"
#include "frontend/likely_length.hpp"
#include "frontend/subscript_bound.hpp"
#include "ir/fold_constant.hpp"

namespace gradsmith::frontend {
namespace {

// A length that is the largest of more than this is nobody's idea of a length.
constexpr std::size_t kMostLengths = 3;

/// An access and the number of elements that it needs.
struct Need {
  const ArrayAccess* access;
  std::optional<Polynomial> length;  ///< nothing: another access has to tell, and cover it
  std::vector<Polynomial> at_most;   ///< it is no longer than any of these
  bool settles;                      ///< the array may be said to be as long as that
  bool perhaps;                      ///< where the data lets the access be made
  const LoopNest* nest;              ///< what is known where the element must be there
};

/// The inputs that a polynomial over sizes is made of; nothing where it is made of something else.
std::optional<std::vector<NodeId>> inputs_of(const Graph& g, const std::vector<NodeId>& unknowns) {
  std::vector<NodeId> inputs;
  for (NodeId u : unknowns) {
    const auto sizes = sizes_in(g, u);
    if (!sizes) return std::nullopt;
    inputs.insert(inputs.end(), sizes->begin(), sizes->end());
  }
  std::ranges::sort(inputs);
  inputs.erase(std::ranges::unique(inputs).begin(), inputs.end());
  return inputs;
}

/// Whether the access is made for all sizes for which its loops run. A condition on those sizes,
/// such as an early return for n == 0, does not count.
bool is_certain(const Graph& g, const ArrayAccess& access, const Polynomial& length) {
  std::vector<NodeId> unknowns = length.unknowns();
  const std::vector<NodeId> of_loops = access.running.sizes();
  unknowns.insert(unknowns.end(), of_loops.begin(), of_loops.end());
  const auto inputs = inputs_of(g, unknowns);
  return inputs && std::ranges::includes(*inputs, access.guards.sizes);
}

/// Who compares a subscript made of several indices with a length says what that is, unless the
/// loops end before, or another such comparison: the least of all. Nothing where a comparison does
/// not tell.
std::optional<std::vector<Polynomial>> limited(const Graph& g, const ArrayAccess& access,
                                               const std::vector<Polynomial>& by_loops) {
  std::vector<Polynomial> lengths = by_loops;
  for (const Polynomial& limit : access.limits) {
    const Polynomial length = limit + Polynomial(1);
    if (!inputs_of(g, length.unknowns()) || !length.is_whole()) return std::nullopt;
    const auto is_no_more = [&](const Polynomial& other) {
      return access.running.never_negative(length - other);
    };
    if (std::ranges::any_of(lengths, is_no_more)) continue;
    std::erase_if(lengths, [&](const Polynomial& other) {
      return access.running.never_negative(other - length);
    });
    lengths.push_back(length);
  }
  return lengths;
}

Polynomial least_of(Graph& g, const std::vector<Polynomial>& lengths) {
  if (lengths.size() == 1) return lengths[0];
  NodeId least = node_of(g, lengths[0]);
  for (std::size_t k = 1; k < lengths.size(); ++k) {
    least = g.apply(Op::Min, {least, node_of(g, lengths[k])});
  }
  return Polynomial::unknown(least);
}

std::optional<Need> need_of(Graph& g, const ArrayAccess& access) {
  const auto largest = access.running.largest_subscript(access.place);
  if (!largest) return std::nullopt;
  std::vector<Polynomial> by_loops;
  for (const Polynomial& value : largest->values) {
    by_loops.push_back(value + Polynomial(1));
    if (!inputs_of(g, value.unknowns()) || !by_loops.back().is_whole()) return std::nullopt;
  }
  const auto lengths = limited(g, access, by_loops);
  const LoopNest* nest = &access.running;
  if (lengths && *lengths != by_loops) {
    return Need{&access, least_of(g, *lengths), *lengths, true, true, nest};
  }
  const Polynomial length = least_of(g, by_loops);
  const bool settles = largest->attained && access.guards.data.empty();
  const bool perhaps = access.perhaps || !is_certain(g, access, length);
  return Need{&access, length, by_loops, settles, perhaps, nest};
}

/// Whether a Write's value is made of the element that it replaces, `y[k[i]] += x`, which was
/// written before.
bool adds_to_element(const Graph& g, NodeId write) {
  const auto o = g.operands(write);
  if (g.op(write) != Op::Write || o.size() != 6) return false;
  for (NodeId id : reachable(g, o.subspan(4, 1))) {
    if (g.op(id) != Op::At || g.operands(id).size() != 2) continue;
    if (g.operand(id, 0) == o[3] && g.operand(id, 1) == o[5]) return true;
  }
  return false;
}

/// What the accesses of an array need; fewer than there are where one does not tell, which is then
/// kept in `finding`.
std::vector<Need> needs_of(Graph& g, Polynomials& polynomials,
                           const std::vector<ArrayAccess>& accesses, NodeId extent, bool is_work,
                           LengthFinding& finding) {
  std::vector<Need> needs;
  for (const ArrayAccess& access : accesses) {
    if (g.type_of(access.array).extents.front() != extent) continue;
    const bool writes = g.op(access.node) == Op::Write;
    auto need = need_of(g, access);
    if (!need && SubscriptBound(g, polynomials, access.running).is_made_of_pieces(access.place)) {
      need = Need{&access, std::nullopt, {}, false, false, &access.running};
    }
    if (is_work) {
      // What is read was written, so reads may be silent; a length that no write reaches is room
      // that nobody misses. Emitted code may write before a loop for which the write is made, even
      // if that then makes no trip.
      if (!writes && (!need || !need->settles)) continue;
      if (!need && adds_to_element(g, access.node)) continue;
      if (need && need->length) {
        need->settles = true;
        need->perhaps = false;
        need->nest = &access.nest;
      }
    }
    if (!need) {
      finding.access = access.node;
      return {};
    }
    needs.push_back(std::move(*need));
  }
  return needs;
}

bool is_work(const Function& f, NodeId extent) {
  return std::ranges::any_of(f.parameters, [&](const Parameter& p) {
    return p.role == Role::Work && std::ranges::any_of(p.leaves, [&](const Leaf& leaf) {
             const auto& extents = f.graph.type(leaf.type).extents;
             return !extents.empty() && extents.front() == extent;
           });
  });
}

/// The lengths that certain accesses tell, or those that are made for some data.
std::vector<Polynomial> lengths_of(const std::vector<Need>& needs, bool perhaps) {
  std::vector<Polynomial> lengths;
  for (const Need& need : needs) {
    if (!need.settles || need.perhaps != perhaps) continue;
    if (std::ranges::find(lengths, *need.length) == lengths.end()) lengths.push_back(*need.length);
  }
  return lengths;
}

/// The needs that no other one covers; `covers` is asked where a certain one may stand for another.
LengthFinding settle(Graph& g, Polynomials& polynomials, const std::vector<Need>& needs) {
  const auto covered = [&](const Need& need, const Polynomial& by) {
    if (!need.length) {
      return SubscriptBound(g, polynomials, *need.nest).is_below(need.access->place, by);
    }
    if (*need.length == by) return true;
    return std::ranges::any_of(
        need.at_most, [&](const Polynomial& most) { return need.nest->never_negative(by - most); });
  };
  std::vector<Polynomial> lengths = lengths_of(needs, false);
  const bool enough = std::ranges::all_of(needs, [&](const Need& need) {
    return std::ranges::any_of(lengths, [&](const Polynomial& by) { return covered(need, by); });
  });
  if (!enough) {
    // What only some data needs tells where it is all of one mind.
    const std::vector<Polynomial> more = lengths_of(needs, true);
    if (more.size() == 1) lengths.push_back(more[0]);
  }
  std::ranges::stable_partition(lengths, [](const Polynomial& p) { return !p.constant(); });
  // A length that another one covers in all accesses that need it is not among the largest.
  for (std::size_t k = 0; k < lengths.size();) {
    const bool dropped = std::ranges::any_of(lengths, [&](const Polynomial& other) {
      return !(other == lengths[k]) && std::ranges::all_of(needs, [&](const Need& need) {
        return (need.length && !(*need.length == lengths[k])) || covered(need, other);
      });
    });
    if (dropped) {
      lengths.erase(lengths.begin() + static_cast<std::ptrdiff_t>(k));
    } else {
      ++k;
    }
  }
  for (const Need& need : needs) {
    const bool is_covered = std::ranges::any_of(
        lengths, [&](const Polynomial& length) { return covered(need, length); });
    if (!is_covered) return {kNoNode, need.access->node, {}};
  }
  if (lengths.empty() || lengths.size() > kMostLengths) {
    return {kNoNode, needs.empty() ? kNoNode : needs.front().access->node, {}};
  }
  NodeId value = kNoNode;
  for (const Polynomial& length : lengths) {
    const NodeId one = node_of(g, length);
    value = value == kNoNode ? one : g.apply(Op::Max, {value, one});
  }
  return {fold_constant(g, value).value_or(value), kNoNode, {}};
}

}  // namespace

std::vector<LengthFinding> find_lengths(Function& f, const std::unordered_set<NodeId>& straight) {
  Graph& g = f.graph;
  Polynomials polynomials(g);
  std::vector<LengthFinding> findings(f.lengths.size());
  const auto accesses = array_accesses(f, polynomials, straight);
  if (!accesses) return findings;
  for (std::size_t k = 0; k < f.lengths.size(); ++k) {
    const NodeId extent = f.lengths[k].input;
    const auto needs = needs_of(g, polynomials, *accesses, extent, is_work(f, extent), findings[k]);
    if (findings[k].access == kNoNode) findings[k] = settle(g, polynomials, needs);
    const auto unknown = std::ranges::find(*accesses, findings[k].access, &ArrayAccess::node);
    if (findings[k].access != kNoNode && unknown != accesses->end()) {
      findings[k].likely = likely_length(g, polynomials, *unknown);
    }
  }
  return findings;
}

}  // namespace gradsmith::frontend
