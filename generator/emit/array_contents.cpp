#include "emit/array_contents.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "ir/array_conflict.hpp"
#include "ir/arrays.hpp"

namespace gradsmith {
namespace {

// Comparisons of what a place holds with one version, path by path; beyond, it counts as another.
constexpr int kMostPaths = 2000;

/// A node that has brought an array to a version: a statement, and of a loop the state; a choice
/// between versions; what the place held before.
struct Maker {
  NodeId node = kNoNode;
  int slot = -1;
  bool operator==(const Maker&) const = default;
};

/// What a place holds: one version, or by a condition.
struct Contents {
  Maker version;
  NodeId condition = kNoNode;
  std::array<std::uint32_t, 2> sides{};  ///< where it holds, where not
};

using ContentsId = std::uint32_t;
using Places = std::map<NodeId, ContentsId>;  // by the first version; others hold that one

class Follower {
 public:
  Follower(const Placement& placement, const Forms& forms,
           const std::vector<std::vector<Unit>>& statements)
      : p_(placement),
        terms_(placement.terms()),
        g_(placement.terms().graph()),
        forms_(forms),
        statements_(statements),
        facts_(placement.terms()) {}

  void run() {
    const bool any = std::ranges::any_of(p_.instances(), [&](const Instance& i) {
      return !terms_.table().overwrites(i.node).empty();
    });
    if (!any) return;
    Places places;
    follow(kFunctionRegion, 0, places);
    for (const Store& s : terms_.stores()) read_value(s.value, kFunctionRegion, 0, places);
    for (NodeId array : terms_.effects()) {
      if (!is_buffer(array)) require(array, 0, places);
    }
  }

 private:
  /// Recursion follows the nesting of branches only.
  void follow(RegionId region, RegionId path, Places& places) {
    for (const Unit& unit : statements_[region]) {
      if (unit.group == kNowhere) {
        run_statement(unit.instance, path, places);
      } else {
        run_branch(p_.groups()[unit.group], path, places);
      }
    }
  }

  void run_statement(InstanceId i, RegionId path, Places& places) {
    read(i, path, places);
    const NodeId node = p_.instances()[i].node;
    if (terms_.kind(node) == TermKind::Assignment) {
      begin_with(node, g_.operand(node, 3), path, places);
      hold(node, {node, -1}, places);
    } else if (terms_.kind(node) == TermKind::Loop) {
      for (NodeId version : terms_.table().reads(node)) {
        require(version, path, places);
        reads_as_it_writes(node, version);
      }
      const FoldParts parts = g_.fold_parts(node);
      for (std::size_t k = 0; k < parts.inits.size(); ++k) {
        if (!g_.is_scalar(parts.inits[k])) begin_with(node, parts.inits[k], path, places);
      }
      for (std::size_t k = 0; k < parts.inits.size(); ++k) {
        if (!g_.is_scalar(parts.inits[k])) {
          hold(parts.inits[k], {node, static_cast<int>(k)}, places);
        }
      }
    }
  }

  /// A loop that reads what a place held before it cannot write there.
  void reads_as_it_writes(NodeId loop, NodeId version) const {
    const NodeId place = first_version(g_, version);
    for (NodeId init : g_.fold_parts(loop).inits) {
      if (g_.is_scalar(init) || first_version(g_, init) != place) continue;
      throw ArrayOrderRefusal({loop, init}, terms_.function().where);
    }
  }

  void run_branch(const Group& group, RegionId path, Places& places) {
    const NodeId condition = group.condition;
    if (!group.members.empty()) read_operand(group.members.front(), 0, path, places);
    std::array<Places, 2> after{places, places};
    for (const std::size_t side : {0, 1}) {
      const RegionId inside = enter(path, condition, side == 0);
      follow(group.sides[side], inside, after[side]);
      for (InstanceId member : group.members) {
        const NodeId value = p_.operand_node(member, side + 1);
        if (g_.is_scalar(value)) {
          read_operand(member, side + 1, inside, after[side]);
        } else {
          require(value, inside, after[side]);
        }
      }
    }
    for (const Places& one : after) {
      for (const auto& [place, contents] : one) {
        const ContentsId yes = contents_of(place, after[0]);
        const ContentsId no = contents_of(place, after[1]);
        if (yes == no) {
          places[place] = yes;
        } else if (&one == &after[0] || !after[0].contains(place)) {
          places[place] = joined(group, place, path, yes, no);
        }
      }
    }
  }

  /// The choice that the branch makes for that place, or one by its condition.
  ContentsId joined(const Group& group, NodeId place, RegionId path, ContentsId yes,
                    ContentsId no) {
    const ContentsId both = add({{}, group.condition, {yes, no}});
    for (InstanceId member : group.members) {
      const NodeId choice = p_.instances()[member].node;
      if (g_.is_scalar(choice) || first_version(g_, choice) != place) continue;
      int paths = 0;
      if (!difference(both, choice, path, paths)) return add({{choice, -1}, kNoNode, {}});
    }
    return both;
  }

  /// What an instance is spelled with is read where it stands.
  void read(InstanceId i, RegionId path, const Places& places) {
    const NodeId node = p_.instances()[i].node;
    if (terms_.kind(node) == TermKind::Load && g_.op(node) == Op::At) {
      std::vector<NodeId> indices;
      require(terms_.table().subscripts(node, indices), path, places);
    }
    const GroupId group = p_.instances()[i].group;
    for (std::size_t k = 0; k < p_.operand_count(i); ++k) {
      const bool side = group != kNowhere && k > 0;
      const RegionId inside = side ? enter(path, p_.groups()[group].condition, k == 1) : path;
      read_operand(i, k, inside, places);
    }
  }

  void read_operand(InstanceId i, std::size_t k, RegionId path, const Places& places) {
    const InstanceId o = p_.operand(i, k);
    if (o != kNowhere && forms_.of(o) == Form::Inline) read(o, path, places);
  }

  void read_value(NodeId value, RegionId region, RegionId path, const Places& places) {
    const InstanceId i = p_.seen_from(value, region);
    if (i != kNowhere && forms_.of(i) == Form::Inline) read(i, path, places);
  }

  /// What a statement begins with: a version, or a buffer, which holds nothing.
  void begin_with(NodeId statement, NodeId version, RegionId path, const Places& places) {
    if (is_buffer(version)) return;
    if (scope_of(g_, first_version(g_, version)) != terms_.level()) {
      // The next trip begins with it again.
      throw ArrayOrderRefusal({statement, version}, terms_.function().where);
    }
    require(version, path, places);
  }

  /// A buffer of the function, or of the body of a loop: a state that stays as it is.
  bool is_buffer(NodeId version) const {
    if (g_.op(version) == Op::Input) return terms_.table().buffer(version) >= 0;
    if (g_.op(version) != Op::Bound || terms_.loop() == kNoNode) return false;
    const FoldParts parts = g_.fold_parts(terms_.loop());
    const auto state = static_cast<std::size_t>(g_.slot(version)) - 1;
    return g_[version].level == parts.level && parts.nexts[state] == version;
  }

  void hold(NodeId in, const Maker& version, Places& places) {
    places[first_version(g_, in)] = add({version, kNoNode, {}});
  }

  /// Makes sure that the version is in its place, where that is one of this scope.
  void require(NodeId version, RegionId path, const Places& places) {
    const NodeId place = first_version(g_, version);
    if (scope_of(g_, place) != terms_.level()) return;  // no statement of this scope changes it
    int paths = 0;
    if (const auto found = difference(contents_of(place, places), version, path, paths)) {
      throw ArrayOrderRefusal(*found, terms_.function().where);
    }
  }

  ContentsId contents_of(NodeId place, const Places& places) {
    const auto found = places.find(place);
    if (found != places.end()) return found->second;
    const auto [initial, added] = initial_.try_emplace(place, 0);
    if (added) initial->second = add({{place, -1}, kNoNode, {}});
    return initial->second;
  }

  ContentsId add(const Contents& contents) {
    contents_.push_back(contents);
    return static_cast<ContentsId>(contents_.size() - 1);
  }

  RegionId enter(RegionId path, NodeId condition, bool holds) {
    facts_.enter(path, condition, holds);
    return ++last_path_;
  }

  Maker maker_of(NodeId version) const {
    if (g_.op(version) == Op::Final) return {g_.operand(version, 0), g_.slot(version)};
    return {version, -1};
  }

  /// The side of a choice between versions that is taken on the path; kNoNode where it is open or
  /// the version is no choice.
  NodeId side_taken(NodeId version, RegionId path) const {
    if (g_.op(version) != Op::If) return kNoNode;
    const Guard guard = guard_of(terms_, version);
    const auto holds = facts_.known(guard.condition, path);
    return holds ? guard.sides[*holds ? 0 : 1] : kNoNode;
  }

  /// Where the place does not hold the version: what writes over which version, so that it would if
  /// that worked on a copy. Recursion follows conditions that are open on the path.
  std::optional<ArrayConflict> difference(ContentsId held, NodeId wanted, RegionId path,
                                          int& paths) {
    if (++paths > kMostPaths) return conflict(contents_[held].version, wanted);
    for (NodeId side = side_taken(wanted, path); side != kNoNode; side = side_taken(wanted, path)) {
      wanted = side;
    }
    for (;;) {
      const Contents& c = contents_[held];
      if (c.condition != kNoNode) {
        const auto holds = facts_.known(c.condition, path);
        if (!holds) return on_both(c.condition, held, wanted, path, paths);
        held = c.sides[*holds ? 0 : 1];
      } else {
        const NodeId side = side_taken(c.version.node, path);
        if (side == kNoNode) break;
        held = add({maker_of(side), kNoNode, {}});
      }
    }
    const Maker version = contents_[held].version;
    if (version == maker_of(wanted)) return {};
    for (NodeId choice : {version.node, wanted}) {
      if (g_.op(choice) != Op::If) continue;
      return on_both(guard_of(terms_, choice).condition, held, wanted, path, paths);
    }
    return conflict(version, wanted);
  }

  std::optional<ArrayConflict> on_both(NodeId condition, ContentsId held, NodeId wanted,
                                       RegionId path, int& paths) {
    for (const bool holds : {true, false}) {
      const RegionId inside = enter(path, condition, holds);
      if (const auto found = difference(held, wanted, inside, paths)) return found;
    }
    return {};
  }

  /// The statements that may have gone into a version.
  std::vector<Overwriting> history(const Maker& version) const {
    if (version.node == kNoNode) return {};
    if (version.slot < 0) return statements_before(g_, version.node);
    const NodeId init = g_.fold_parts(version.node).inits[static_cast<std::size_t>(version.slot)];
    std::vector<Overwriting> found = statements_before(g_, init);
    found.insert(found.begin(), {version.node, init});
    return found;
  }

  ArrayConflict conflict(const Maker& held, NodeId wanted) const {
    const Maker maker = maker_of(wanted);
    const std::vector<Overwriting> made = history(maker);
    for (const Overwriting& o : history(held)) {
      if (maker_of(o.version) == maker) return {o.statement, o.version};
    }
    for (const Overwriting& o : made) {
      if (maker_of(o.version) == held) return {o.statement, o.version};
    }
    // Each began anew with what the place held.
    const std::vector<Overwriting> other = history(held);
    for (const std::vector<Overwriting>& begun : {made, other}) {
      if (begun.empty()) continue;
      const ArrayConflict found{begun.back().statement, begun.back().version};
      if (!terms_.ends_trip(found)) return found;
    }
    return made.empty() ? ArrayConflict{}
                        : ArrayConflict{made.back().statement, made.back().version};
  }

  const Placement& p_;
  const Terms& terms_;
  const Graph& g_;
  const Forms& forms_;
  const std::vector<std::vector<Unit>>& statements_;
  Facts facts_;
  RegionId last_path_ = 0;
  std::vector<Contents> contents_;
  std::unordered_map<NodeId, ContentsId> initial_;
};

}  // namespace

void require_contents(const Placement& placement, const Forms& forms,
                      const std::vector<std::vector<Unit>>& statements) {
  Follower(placement, forms, statements).run();
}

}  // namespace gradsmith
