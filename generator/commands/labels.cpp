#include "commands/labels.hpp"

namespace gradsmith {

std::string element_label(const std::string& root, const std::vector<Step>& steps,
                          std::span<const std::int64_t> extents, std::int64_t place) {
  std::vector<std::int64_t> subscripts(extents.size());
  for (std::size_t k = extents.size(); k-- > 0;) {
    subscripts[k] = place % extents[k];
    place /= extents[k];
  }
  std::string label = root;
  std::size_t next = 0;
  for (const Step& step : steps) {
    if (!step.is_subscript()) {
      label += "." + step.field;
    } else if (next < subscripts.size()) {
      label += "[" + std::to_string(subscripts[next++]) + "]";
    }
  }
  return label;
}

std::string returned_label(const Function& derived, const std::string& base) {
  return derived.value_outputs > 0 ? base : derived.name;
}

}  // namespace gradsmith
