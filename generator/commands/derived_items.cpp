#include "commands/derived_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "commands/lay_out.hpp"
#include "commands/step_aside.hpp"

namespace gradsmith {
namespace {

const std::string& name_of(const Item& item) {
  return std::visit([](const auto& x) -> const std::string& { return x.name; }, item);
}

std::vector<Item> items_of(const LoweredSpec& spec, const LoweredFunction& function,
                           const PassObserver& observer) {
  if (function.words.empty()) return {};
  std::map<std::vector<std::string>, Function> prepared;  // by the locals that are cut
  prepared.emplace(std::vector<std::string>{}, prepare(function.function, observer));
  std::vector<Item> items = shared_items(prepared.at({}), function.words);
  std::set<std::string> names;
  for (const Word& word : function.words) {
    const std::vector<std::string> cuts = word.cuts(function.function);
    if (!prepared.contains(cuts)) {
      prepared.emplace(cuts, prepare(spec.lower_for(function, word), observer));
    }
    for (Item& item : laid_out(derive(prepared.at(cuts), word, observer), observer)) {
      if (names.insert(name_of(item)).second) items.push_back(std::move(item));
    }
  }
  const bool overloads = std::ranges::any_of(
      function.words, [](const Word& w) { return w.kind == WordKind::Overloads; });
  for (Item& item : items) {
    if (auto* f = std::get_if<Function>(&item)) f->overloads = overloads;
  }
  return items;
}

}  // namespace

std::vector<HeaderItem> derived_items(LoweredSpec& spec, const PassObserver& observer) {
  std::vector<HeaderItem> all;
  std::map<std::string, const Function*> owners;
  for (const LoweredFunction& function : spec.functions) {
    const Function& f = function.function;
    try {
      std::vector<Item> items = items_of(spec, function, observer);
      step_aside(items, spec.functions);
      for (const Item& item : items) {
        const std::string name = qualified_name(f.namespaces, name_of(item));
        const auto [owner, added] = owners.emplace(name, &f);
        if (added) continue;
        throw Refusal("gs-name-clash",
                      fmt::format("'{}' would be written both for '{}' and for '{}'", name,
                                  owner->second->name, f.name),
                      "rename one of the functions, or ask for other words", f.where);
      }
      for (Item& item : items) all.push_back({f.namespaces, std::move(item)});
    } catch (const Refusal& refusal) {
      spec.spec->report(refusal);
      spec.refused = true;
      spec.left_out.push_back(f.name);
    }
  }
  return all;
}

}  // namespace gradsmith
