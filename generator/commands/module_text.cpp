#include "commands/module_text.hpp"

#include <algorithm>

namespace gradsmith {

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
    const ModuleFunction described{&primal, emitted("_value"), emitted("_gradient"),
                                   emitted("_value_work"), emitted("_gradient_work")};
    if (described.value || described.gradient) request.functions.push_back(described);
  }
  return request;
}

}  // namespace gradsmith
