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
  for (std::size_t s = terms.stores().size(); s-- > 0;) {
    offer(placement.seen_from(terms.stores()[s].value, kFunctionRegion),
          {0, kNowhere, static_cast<std::uint32_t>(s)});
  }
  for (InstanceId i = static_cast<InstanceId>(targets_.size()); i-- > 0;) {
    const NodeId node = placement.instances()[i].node;
    const bool named = forms.of(i) != Form::Inline && terms.origin(node);
    Target target = named ? Target{0, i, kNowhere} : targets_[i];
    ++target.distance;
    for (std::size_t k = 0; k < placement.operand_count(i); ++k)
      offer(placement.operand(i, k), target);
  }
}

Served ServedQuantities::by(InstanceId i) const {
  const Terms& terms = placement_.terms();
  const Target& target = targets_[i];
  if (target.instance == kNowhere && target.store == kNowhere) return {"t", false};  // of memory
  if (target.instance != kNowhere) {
    const NodeId node = placement_.instances()[target.instance].node;
    return {to_identifier(terms.origin(node)->name), false};
  }
  return {store_name(terms.function(), terms.stores()[target.store]), target.distance == 0};
}

}  // namespace gradsmith
