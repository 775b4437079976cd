#include "commands/module_text.hpp"

#include <algorithm>

#include "passes/compact.hpp"
#include "passes/simplify.hpp"

namespace gradsmith {
namespace {

/// Parameters and results alone. A pointer whose length is constant is an array.
Function interface_of(Function f) {
  f.outputs.clear();
  f.value_outputs = 0;
  f = simplify(compact(std::move(f)));
  for (Parameter& p : f.parameters) p.value_spelling = object_spelling(f.graph, p);
  return f;
}

}  // namespace

ModuleRequest module_request(const std::string& project_path, const LoweredSpec& spec,
                             const std::vector<HeaderItem>& items) {
  ModuleRequest request;
  request.spec = project_path;
  for (const LoweredFunction& lowered : spec.functions) {
    const Function& primal = lowered.function;
    const auto emitted = [&](const std::string& suffix) -> const Function* {
      for (const HeaderItem& item : items) {
        const auto* f = std::get_if<Function>(&item.what);
        const bool named = f && f->name == primal.name + suffix;
        if (named && item.namespaces == primal.namespaces) return f;
      }
      return nullptr;
    };
    ModuleFunction described{{},
                             emitted("_value"),
                             emitted("_gradient"),
                             emitted("_value_work"),
                             emitted("_gradient_work")};
    if (!described.value && !described.gradient) continue;
    described.primal = interface_of(primal);
    request.functions.push_back(std::move(described));
  }
  return request;
}

}  // namespace gradsmith
