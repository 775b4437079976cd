#include "emit/names.hpp"

#include <algorithm>

#include "emit/description.hpp"
#include "emit/name_pool.hpp"
#include "emit/served.hpp"
#include "ir/growth.hpp"

namespace gradsmith {
namespace {

// Longer names of parts make names that are harder to read than a number.
constexpr std::size_t kLongestPart = 14;

class Namer {
 public:
  Namer(const Placement& placement, const Forms& forms,
        const std::vector<std::vector<Unit>>& statements, const std::set<std::string>& foreign)
      : p_(placement),
        terms_(placement.terms()),
        forms_(forms),
        statements_(statements),
        served_(placement, forms),
        pool_(foreign) {
    std::size_t lines = 0;
    for (const std::vector<Unit>& region : statements_) lines += region.size();
    pool_.reserve(lines);
    names_.of_instance.resize(p_.instances().size());
    of_node_.resize(terms_.size());
    stable_.resize(terms_.size(), false);
    exported_.resize(terms_.size(), false);
    if (terms_.loop() == kNoNode) {
      for (const Parameter& p : terms_.function().parameters) pool_.take_parameter(p.name);
    }
    for (const Instance& i : p_.instances()) {
      if (i.exported) exported_[i.node] = true;
    }
  }

  Names run() {
    for (InstanceId i = 0; i < p_.instances().size(); ++i) {
      const Origin* origin = terms_.origin(p_.instances()[i].node);
      if (forms_.of(i) != Form::Inline && origin && origin->meaning.empty()) {
        pool_.keep_for_author(to_identifier(origin->name));
      }
    }
    for (const Local& local : terms_.function().locals) {
      pool_.keep_for_author(to_identifier(local.name));
    }
    if (terms_.returns_object()) names_.result = pool_.ours("result");
    if (terms_.loop() == kNoNode) name_buffers();
    name_region(kFunctionRegion);
    return std::move(names_);
  }

 private:
  void name_buffers() {
    for (const Buffer& b : terms_.function().buffers) {
      names_.of_buffer.push_back(
          b.output < 0 ? pool_.ours(to_identifier(b.name.empty() ? "t" : b.name)) : "");
    }
  }

  /// What a loop carries is named after what becomes of it.
  void name_states(InstanceId i) {
    const NodeId loop = p_.instances()[i].node;
    const FoldParts parts = terms_.graph().fold_parts(loop);
    std::vector<std::string>& names = names_.of_states[i];
    for (std::size_t k = 0; k < parts.inits.size(); ++k) {
      names.emplace_back();
      if (!terms_.graph().is_scalar(parts.inits[k])) continue;
      const NodeId result = terms_.table().result_of(loop, k);
      const Origin* origin = result == kNoNode ? nullptr : terms_.origin(result);
      if (!origin) origin = terms_.origin(parts.nexts[k]);
      if (!origin) {
        // A truth of nobody's is whether a `break` or `return` has ended the loop.
        const Graph& g = terms_.graph();
        const bool ends = g.element(parts.inits[k]) == Element::Bool;
        const bool counts = result != kNoNode && loop_counted_by(g, result) == loop;
        const Served served = result == kNoNode ? served_.by(i) : served_.by_result(result);
        names.back() = pool_.ours(ends ? "stopped" : counts ? "trips" : served.base);
      } else {
        const std::string base = to_identifier(origin->name);
        names.back() = origin->meaning.empty() ? pool_.author(base) : pool_.ours(base);
      }
    }
  }

  /// Recursion follows the nesting of branches only.
  void name_region(RegionId region) {
    for (const Unit& unit : statements_[region]) {
      if (unit.group == kNowhere) {
        name_instance(unit.instance);
        continue;
      }
      const Group& group = p_.groups()[unit.group];
      for (InstanceId member : group.members) name_instance(member);
      // Names inside must not hide those that are declared out here.
      for (RegionId side : group.sides) {
        for (const Unit& inner : statements_[side]) name_exports(inner);
      }
      for (RegionId side : group.sides) name_region(side);
    }
  }

  void name_exports(const Unit& unit) {
    if (unit.group == kNowhere) {
      if (p_.instances()[unit.instance].exported) name_instance(unit.instance);
      return;
    }
    for (InstanceId member : p_.groups()[unit.group].members) {
      if (p_.instances()[member].exported) name_instance(member);
    }
  }

  void name_instance(InstanceId i) {
    if (forms_.of(i) == Form::Assigned && forms_.variable_of(i) != i &&
        terms_.graph().is_scalar(p_.instances()[i].node)) {
      names_.of_instance[i] = names_.of_instance[forms_.variable_of(i)];  // named before its sides
      return;
    }
    const NodeId node = p_.instances()[i].node;
    if (forms_.of(i) == Form::Statement) {
      if (terms_.kind(node) == TermKind::Loop && !names_.of_states.contains(i)) name_states(i);
      return;
    }
    if (!terms_.graph().is_scalar(node)) return;
    if (!names_.of_instance[i].empty()) return;
    if (of_node_[node].empty() || exported_[node]) of_node_[node] = chosen(i);
    names_.of_instance[i] = of_node_[node];
  }

  std::string chosen(InstanceId i) {
    const NodeId node = p_.instances()[i].node;
    if (const Origin* origin = terms_.origin(p_.instances()[i].node)) {
      stable_[node] = true;
      const std::string base = to_identifier(origin->name);
      return origin->meaning.empty() ? pool_.author(base) : pool_.ours(base);
    }
    const std::string described = description(i);
    if (!described.empty()) {
      stable_[node] = true;
      return pool_.ours(described);
    }
    if (terms_.graph().element(node) == Element::Index) return pool_.numbered(place_word(node));
    const Served& served = served_.by(i);
    return served.is_itself ? pool_.ours(served.base) : pool_.numbered(served.base);
  }

  /// What a number that makes up a subscript or a bound is likely to be.
  std::string place_word(NodeId node) const {
    if (terms_.kind(node) != TermKind::Operator) return "count";
    const Op op = terms_.op(node);
    if (terms_.loop() == kNoNode) return "count";
    if (op == Op::Mul) return "row";
    return op == Op::Add || op == Op::Sub ? "at" : "count";
  }

  /// The name of an operand where it does not hang on numbers that neighbours share; else empty.
  std::string part(InstanceId user, std::size_t k) const {
    const NodeId node = p_.operand_node(user, k);
    std::string text;
    if (terms_.kind(node) == TermKind::Parameter) {
      text = terms_.place(node).root;
    } else if (terms_.kind(node) == TermKind::Variable) {
      text = terms_.state_name(node);
    } else if (terms_.is_outside(node)) {
      text = "";
    } else if (terms_.kind(node) == TermKind::Load && of_node_[node].empty()) {
      text = element_name(node);
    } else if (stable_[node]) {
      text = of_node_[node];
    } else if (terms_.kind(node) == TermKind::Operator && terms_.op(node) == Op::Neg) {
      const std::string inner = part(p_.operand(user, k), 0);
      text = inner.empty() ? "" : "neg_" + inner;
    }
    while (text.size() > 1 && text.back() == '_') text.pop_back();
    return text.size() <= kLongestPart ? text : "";
  }

  std::string element_name(NodeId load) const {
    const Place place = terms_.place(load);
    if (place.root.starts_with('#')) return "";  // a buffer
    std::string text = place.root;
    for (const Access& a : place.path) {
      if (a.operand >= 0) return "";
      text = joined(text, a.field.empty() ? std::to_string(a.index) : a.field);
    }
    return place.path.empty() ? joined(text, "") : text;
  }

  /// As `part`, but numbers are spelled, and a numbered name will do where `any` says so.
  std::string word(InstanceId i, std::size_t k, bool any) const {
    const NodeId node = p_.operand_node(i, k);
    if (terms_.kind(node) == TermKind::Literal) {
      return number_word(terms_.graph().constant_value(node));
    }
    std::string text = part(i, k);
    if (!text.empty() || !any) return text;
    return of_node_[node].size() <= kLongestPart ? of_node_[node] : "";
  }

  std::string description(InstanceId i) const {
    const NodeId node = p_.instances()[i].node;
    if (terms_.kind(node) == TermKind::Load) return element_name(node);
    if (terms_.kind(node) != TermKind::Operator) return "";
    const Op op = terms_.op(node);
    if (op == Op::Convert) {
      return describe_conversion(terms_.graph().element(node), word(i, 0, false));
    }
    const bool comparison = op_row(op).signature == Signature::Compare;
    const std::string x = word(i, 0, comparison);
    const std::string y = terms_.operand_count(node) > 1 ? word(i, 1, comparison) : "";
    return comparison ? describe_comparison(op, x, y) : describe(op, x, y);
  }

  const Placement& p_;
  const Terms& terms_;
  const Forms& forms_;
  const std::vector<std::vector<Unit>>& statements_;
  const ServedQuantities served_;
  NamePool pool_;
  Names names_;
  std::vector<std::string> of_node_;
  std::vector<bool> stable_;  // by node: its name does not hang on numbers
  std::vector<bool>
      exported_;  // by node: visible outside their region: clones need names of their own
};

}  // namespace

void Names::collect(std::set<std::string>& names) const {
  names.insert(of_instance.begin(), of_instance.end());
  names.insert(of_buffer.begin(), of_buffer.end());
  for (const auto& [loop, states] : of_states) names.insert(states.begin(), states.end());
  names.insert(result);
}

Names choose_names(const Placement& placement, const Forms& forms,
                   const std::vector<std::vector<Unit>>& statements,
                   const std::set<std::string>& foreign) {
  return Namer(placement, forms, statements, foreign).run();
}

}  // namespace gradsmith
