#include "emit/order.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "support/check.hpp"

namespace gradsmith {
namespace {

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

  std::vector<std::vector<Unit>> run() {
    order_memory();
    for (const Store& s : p_.terms().stores()) run_from(s.value);
    for (NodeId array : p_.terms().effects()) run_from(array);
    return std::move(statements_);
  }

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
        if (alternatives.of(p_.instances()[w].node) != alternatives.of(first_writer)) refuse();
        for (InstanceId r : readers[version]) {
          if (r == w) refuse();
          const auto [first, second] = in_one_region(r, w);
          if (first.group == second.group && first.instance == second.instance) continue;
          before_[key(second)].push_back(first);
        }
      }
    }
    // The order in which hash tables are walked must not show.
    for (auto& [unit, list] : before_) {
      std::ranges::sort(list, {}, [](const Unit& u) { return std::pair(u.group, u.instance); });
    }
  }

  /// The statements of one region in which two instances are, or that they are.
  std::pair<Unit, Unit> in_one_region(InstanceId a, InstanceId b) const {
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

  [[noreturn]] void refuse() const {
    throw Refusal("gs-array-order",
                  "an array is changed while its former elements are still needed, and no copy is "
                  "made so far",
                  "work on an array of its own", p_.terms().function().where);
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
    if (state == State::Open && !before_.empty()) refuse();
    GRADSMITH_CHECK(state != State::Open, "statements need each other");
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
          visit(found->second[n - own]);
          return true;
        }
      }
    }
    if (unit.group == kNowhere) {
      if (n == p_.terms().operand_count(p_.instances()[unit.instance].node)) return false;
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
    return unit.group == kNowhere
               ? p_.terms().operand_count(p_.instances()[unit.instance].node)
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
  std::unordered_map<std::uint64_t, std::vector<Unit>> before_;  // statements that must come first
  std::vector<std::vector<Unit>> statements_;
};

}  // namespace

std::vector<std::vector<Unit>> order_statements(const Placement& placement, const Forms& forms) {
  return Orderer(placement, forms).run();
}

}  // namespace gradsmith
