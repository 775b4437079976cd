#include "emit/served.hpp"

#include <algorithm>

#include "emit/name_pool.hpp"

namespace gradsmith {

std::string store_name(const Function& f, const Store& store) {
  std::string name = store.place.root;
  if (store.returned) {
    name = f.name;
    for (const std::string_view word :
         {"_value", "_gradient", "_jacobian", "_hessian", "_jvp", "_vjp", "_hvp"}) {
      if (name.ends_with(word) && name.size() > word.size()) {
        name.resize(name.size() - word.size());
        break;
      }
    }
    const std::size_t partial = name.find("_d_");
    if (partial != std::string::npos) name.erase(0, partial + 1);
  }
  for (const Access& a : store.place.path) {
    name = joined(name, a.field.empty() ? std::to_string(a.index) : a.field);
  }
  return to_identifier(name);
}

ServedQuantities::ServedQuantities(const Placement& placement, const Forms& forms)
    : placement_(placement), targets_(placement.instances().size()) {
  const Terms& terms = placement.terms();
  const auto offer = [&](InstanceId i, const Target& target) {
    if (i != kNowhere && target.distance <= targets_[i].distance) targets_[i] = target;
  };
  const auto offer_result = [&](NodeId node, const Target& target) {
    if (terms.kind(node) != TermKind::Result) return;
    Target& known = results_[node];
    if (target.distance <= known.distance) known = target;
  };
  for (std::size_t s = terms.stores().size(); s-- > 0;) {
    const Target target{0, kNowhere, static_cast<std::uint32_t>(s)};
    offer(placement.seen_from(terms.stores()[s].value, kFunctionRegion), target);
    offer_result(terms.stores()[s].value, target);
  }
  for (InstanceId i = static_cast<InstanceId>(targets_.size()); i-- > 0;) {
    const NodeId node = placement.instances()[i].node;
    const bool named = forms.of(i) != Form::Inline && terms.origin(node);
    Target target = named ? Target{0, i, kNowhere} : targets_[i];
    ++target.distance;
    for (std::size_t k = 0; k < placement.operand_count(i); ++k) {
      offer(placement.operand(i, k), target);
      offer_result(placement.operand_node(i, k), target);
    }
  }
}

Served ServedQuantities::by(InstanceId i) const { return named(targets_[i]); }

Served ServedQuantities::by_result(NodeId result) const {
  const auto found = results_.find(result);
  return named(found == results_.end() ? Target{} : found->second);
}

Served ServedQuantities::named(const Target& target) const {
  const Terms& terms = placement_.terms();
  if (target.instance == kNowhere && target.store == kNowhere) return {"t", false};  // of memory
  if (target.instance != kNowhere) {
    const NodeId node = placement_.instances()[target.instance].node;
    return {to_identifier(terms.origin(node)->name), false};
  }
  return {store_name(terms.function(), terms.stores()[target.store]), target.distance == 0};
}

}  // namespace gradsmith
