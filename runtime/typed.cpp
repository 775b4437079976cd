#include "runtime/typed.hpp"

#include <algorithm>
#include <cstring>

#include "runtime/forms.hpp"

namespace gradsmith::runtime {

namespace {

// The struct's members are the parameters of fixed shape, in order; these come first.
ObjectLayout layout_of_partials(const Model& model, std::size_t size) {
  std::string form = "{";
  for (const Block& block : model.parameters()) {
    if (!block.at_run_time) form += form_of(block);
  }
  ObjectLayout layout = layout_of(form + "}");
  if (layout.size == size) return layout;
  throw ModelError("the struct of the parameters is another function's than " + model.name());
}

}  // namespace

void write_partials(const Model& model, std::span<const double> parameters,
                    std::span<std::byte> partials) {
  const ObjectLayout layout = layout_of_partials(model, partials.size());
  if (parameters.size() != model.parameter_count()) {
    throw ModelError("the parameters are another function's than " + model.name());
  }
  for (std::size_t k = 0; k < layout.numbers.size(); ++k) {
    std::byte* const to = partials.data() + layout.numbers[k].offset;
    const auto as_float = static_cast<float>(parameters[k]);
    if (layout.numbers[k].is_float) {
      std::memcpy(to, &as_float, sizeof as_float);
    } else {
      std::memcpy(to, &parameters[k], sizeof parameters[k]);
    }
  }
}

void read_partials(const Model& model, std::span<const std::byte> partials,
                   std::span<double> parameters) {
  const ObjectLayout layout = layout_of_partials(model, partials.size());
  for (std::size_t k = 0; k < layout.numbers.size(); ++k) {
    const std::byte* const from = partials.data() + layout.numbers[k].offset;
    if (!layout.numbers[k].is_float) {
      std::memcpy(&parameters[k], from, sizeof parameters[k]);
      continue;
    }
    float number = 0;
    std::memcpy(&number, from, sizeof number);
    parameters[k] = static_cast<double>(number);
  }
}

std::span<const double> numbers_of(const Model& model, std::span<const double> parameters,
                                   const std::string& name) {
  for (const Block& block : model.parameters()) {
    if (block.name == name) return parameters.subspan(block.offset, block.count);
  }
  throw ModelError("'" + name + "' is no parameter of " + model.name());
}

}  // namespace gradsmith::runtime
