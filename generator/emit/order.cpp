#include "emit/order.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "ir/array_conflict.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

// More calls than these stay where they are needed: the results of all calls would live at once.
constexpr std::size_t kMostCalls = 64;

/// Whether an operator is a call that takes time, and costs everything in registers.
bool is_library_call(Op op) {
  return is_operator(op) && is_call(op) && op_row(op).cost >= op_row(Op::Exp).cost;
}

class Orderer {
 public:
  Orderer(const Placement& placement, const Forms& forms)
      : p_(placement),
        forms_(forms),
        instances_(placement.instances().size(), State::New),
        groups_(placement.groups().size(), State::New),
        statements_(placement.regions().size()) {
    for (InstanceId i = 0; i < instances_.size(); ++i) {
      if (partner_of(op(i)) != Op::Constant) calls_[call_key(op(i), i)] = i;
    }
  }

  /// The statements, where these groups of calls come first, each with what it needs.
  std::vector<std::vector<Unit>> run(const std::vector<std::vector<InstanceId>>& groups) {
    order_memory();
    for (const std::vector<InstanceId>& calls : groups) {
      for (InstanceId call : calls) {
        for (std::size_t k = 0; k < operand_count(call); ++k) {
          visit_operand(call, k);
          while (!stack_.empty()) step();
        }
      }
      for (InstanceId call : calls) {
        visit(call, kFunctionRegion);
        while (!stack_.empty()) step();
      }
    }
    for (const Store& s : p_.terms().stores()) run_from(s.value);
    for (NodeId array : p_.terms().effects()) run_from(array);
    return std::move(statements_);
  }

  /// The calls outside branches: the last ones are those that no call needs, the ones before them
  /// those that only these need, and so on. None where they are too many.
  std::vector<std::vector<InstanceId>> groups_of_calls() const {
    std::vector<std::vector<InstanceId>> groups;
    std::vector<std::size_t> above(instances_.size(), 0);  // the longest chain of calls
    std::size_t count = 0;
    for (InstanceId i = static_cast<InstanceId>(instances_.size()); i-- > 0;) {
      const bool call = is_library_call(op(i));
      if (call && p_.instances()[i].region == kFunctionRegion) {
        if (++count > kMostCalls) return {};
        if (groups.size() <= above[i]) groups.resize(above[i] + 1);
        groups[above[i]].push_back(i);
      }
      for (std::size_t k = 0; k < operand_count(i); ++k) {
        const InstanceId o = p_.operand(i, k);
        if (o != kNowhere) above[o] = std::max(above[o], above[i] + (call ? 1 : 0));
      }
    }
    std::reverse(groups.begin(), groups.end());
    std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
    return groups;
  }

  /// The calls in the order in which `run` has come to them.
  const std::vector<InstanceId>& calls_met() const { return calls_met_; }

 private:
  void run_from(NodeId value) {
    visit(p_.seen_from(value, kFunctionRegion), kFunctionRegion);
    while (!stack_.empty()) step();
  }

  /// Whoever reads a version of an array comes before the statement that writes over it.
  void order_memory() {
    const TermTable& table = p_.terms().table();
    std::unordered_map<NodeId, std::vector<InstanceId>> readers;
    std::unordered_map<NodeId, std::vector<InstanceId>> writers;
    std::vector<NodeId> nodes;
    for (const Instance& i : p_.instances()) nodes.push_back(i.node);
    const Alternatives alternatives(p_.terms().graph(), nodes);
    for (InstanceId i = 0; i < p_.instances().size(); ++i) {
      const NodeId node = p_.instances()[i].node;
      if (p_.terms().kind(node) == TermKind::Load) {
        std::vector<NodeId> indices;
        readers[table.subscripts(node, indices)].push_back(i);
      }
      if (p_.terms().kind(node) == TermKind::Loop) {
        for (NodeId version : table.reads(node)) readers[version].push_back(i);
      }
      for (NodeId version : table.overwrites(node)) writers[version].push_back(i);
    }
    for (const auto& [version, by] : writers) {
      if (table.buffer(version) >= 0) continue;  // it holds nothing yet
      for (InstanceId w : by) {
        const NodeId first_writer = p_.instances()[by.front()].node;
        const ArrayConflict conflict{p_.instances()[w].node, version};
        if (alternatives.of(conflict.statement) != alternatives.of(first_writer)) {
          refuse(p_.terms().ends_trip(conflict) ? ArrayConflict{first_writer, version} : conflict);
        }
        for (InstanceId r : readers[version]) {
          if (r == w) refuse(conflict);
          const auto [first, second] = in_one_region(r, w);
          if (first.group == second.group && first.instance == second.instance) continue;
          before_[key(second)].push_back({first, conflict});
        }
      }
    }
    // The order in which hash tables are walked must not show.
    for (auto& [unit, list] : before_) {
      std::ranges::sort(list, {}, [](const Before& b) {
        return std::tuple(b.unit.group, b.unit.instance, b.conflict.statement, b.conflict.version);
      });
    }
  }

  /// The statements of one region in which two instances are, or that they are.
  std::pair<Unit, Unit> in_one_region(InstanceId a, InstanceId b) const {
    // What stands in a side of `c ? a : b` is read where that is.
    a = forms_.choice_around(a);
    b = forms_.choice_around(b);
    RegionId region = p_.instances()[a].region;
    while (!p_.is_inside(p_.instances()[b].region, region)) region = p_.regions()[region].parent;
    return {unit_in(a, region), unit_in(b, region)};
  }
  Unit unit_in(InstanceId i, RegionId region) const {
    RegionId at = p_.instances()[i].region;
    if (at == region) {
      return forms_.of(i) == Form::Assigned ? Unit{kNowhere, p_.instances()[i].group}
                                            : Unit{i, kNowhere};
    }
    while (p_.regions()[at].parent != region) at = p_.regions()[at].parent;
    return {kNowhere, p_.regions()[at].group};
  }
  static std::uint64_t key(const Unit& unit) {
    return (std::uint64_t{unit.group} << 32) | unit.instance;
  }

  [[noreturn]] void refuse(const ArrayConflict& conflict) const {
    throw ArrayOrderRefusal(conflict, p_.terms().function().where);
  }

  /// A unit is needed that is not done because it needs itself: some of the needs on the way are
  /// those of who writes over a version for somebody who reads it.
  [[noreturn]] void refuse_cycle(const Unit& needed) const {
    std::optional<ArrayConflict> found;
    for (std::size_t k = stack_.size(); k-- > 0;) {
      const Frame& frame = stack_[k];
      const std::size_t own = own_needs(frame.unit);
      const auto before = before_.find(key(frame.unit));
      if (before != before_.end() && frame.next > own) {
        const ArrayConflict& conflict = before->second[frame.next - 1 - own].conflict;
        if (!found || p_.terms().ends_trip(*found)) found = conflict;
      }
      if (key(frame.unit) == key(needed)) break;
    }
    GRADSMITH_CHECK(found, "statements need each other");
    refuse(*found);
  }

  enum class State : std::uint8_t { New, Open, Done };
  struct Frame {
    Unit unit;
    std::size_t next = 0;
  };

  Op op(InstanceId i) const {
    const NodeId node = p_.instances()[i].node;
    return p_.terms().kind(node) == TermKind::Operator ? p_.terms().op(node) : Op::Constant;
  }

  std::size_t operand_count(InstanceId i) const { return p_.operand_count(i); }

  std::uint64_t call_key(Op operation, InstanceId i) const {
    return (static_cast<std::uint64_t>(operation) << 32) |
           p_.terms().operand(p_.instances()[i].node, 0);
  }

  /// What computes an instance that is seen from a region: its own statement, its `if`, or the
  /// earlier `if` in which it is computed.
  Unit unit_of(InstanceId i, RegionId from) const {
    const Instance& instance = p_.instances()[i];
    if (instance.exported && !p_.is_inside(from, instance.region)) {
      return {kNowhere, p_.regions()[instance.region].group};
    }
    return forms_.of(i) == Form::Assigned ? Unit{kNowhere, instance.group} : Unit{i, kNowhere};
  }

  void visit(InstanceId i, RegionId from) {
    if (i == kNowhere) return;
    visit(unit_of(i, from));
  }

  void visit(const Unit& unit) {
    State& state = unit.group != kNowhere ? groups_[unit.group] : instances_[unit.instance];
    if (state == State::Open) refuse_cycle(unit);
    if (state == State::Done) return;
    state = State::Open;
    stack_.push_back({unit, 0});
  }

  void visit_operand(InstanceId i, std::size_t k) {
    visit(p_.operand(i, k), p_.region_of_operand(i, k));
  }

  /// The n-th thing that a unit needs: an instance's operands; a group's condition, the values of
  /// one side, then those of the other. False when there are no more.
  bool visit_next(const Unit& unit, std::size_t n) {
    if (!before_.empty()) {
      const auto found = before_.find(key(unit));
      if (found != before_.end()) {
        const std::size_t own = own_needs(unit);
        if (n >= own) {
          if (n - own >= found->second.size()) return false;
          visit(found->second[n - own].unit);
          return true;
        }
      }
    }
    if (unit.group == kNowhere) {
      if (n == operand_count(unit.instance)) return false;
      visit_operand(unit.instance, n);
      return true;
    }
    const auto& members = p_.groups()[unit.group].members;
    if (n == 0) {
      visit_operand(members.front(), 0);
      return true;
    }
    if (n > 2 * members.size()) return false;
    const std::size_t side = (n - 1) / members.size();
    visit_operand(members[(n - 1) % members.size()], side + 1);
    return true;
  }

  std::size_t own_needs(const Unit& unit) const {
    return unit.group == kNowhere ? p_.operand_count(unit.instance)
                                  : 1 + 2 * p_.groups()[unit.group].members.size();
  }

  void step() {
    const Unit unit = stack_.back().unit;
    if (visit_next(unit, stack_.back().next++)) return;  // may have moved the stack
    stack_.pop_back();
    if (unit.group != kNowhere) {
      groups_[unit.group] = State::Done;
      statements_[p_.groups()[unit.group].region].push_back(unit);
      return;
    }
    instances_[unit.instance] = State::Done;
    if (is_library_call(op(unit.instance))) calls_met_.push_back(unit.instance);
    if (forms_.of(unit.instance) == Form::Inline) return;
    statements_[p_.instances()[unit.instance].region].push_back(unit);
    visit_partner(unit.instance);
  }

  void visit_partner(InstanceId i) {
    const Op partner = partner_of(op(i));
    if (partner == Op::Constant) return;
    const auto found = calls_.find(call_key(partner, i));
    if (found == calls_.end() || instances_[found->second] != State::New) return;
    if (p_.instances()[found->second].region != p_.instances()[i].region) return;
    const RegionId region = p_.instances()[i].region;
    if (forms_.of(found->second) != Form::Inline) visit(found->second, region);
  }

  const Placement& p_;
  const Forms& forms_;
  std::vector<State> instances_;
  std::vector<State> groups_;
  std::unordered_map<std::uint64_t, InstanceId> calls_;
  std::vector<Frame> stack_;
  /// A statement that must come first, because it reads what another one writes over.
  struct Before {
    Unit unit;
    ArrayConflict conflict;
  };
  std::unordered_map<std::uint64_t, std::vector<Before>> before_;  // by who writes
  std::vector<std::vector<Unit>> statements_;
  std::vector<InstanceId> calls_met_;
};

}  // namespace

std::vector<std::vector<Unit>> order_statements(const Placement& placement, const Forms& forms) {
  Orderer by_need(placement, forms);
  std::vector<std::vector<InstanceId>> groups = by_need.groups_of_calls();
  std::vector<std::vector<Unit>> statements = by_need.run({});
  if (groups.empty()) return statements;
  std::unordered_map<InstanceId, std::size_t> place;
  for (InstanceId call : by_need.calls_met()) place.emplace(call, place.size());
  for (std::vector<InstanceId>& group : groups) {
    std::ranges::sort(group, {}, [&](InstanceId call) { return place[call]; });
  }
  return Orderer(placement, forms).run(groups);
}

}  // namespace gradsmith
