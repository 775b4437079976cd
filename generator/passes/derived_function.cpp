#include "passes/derived_function.hpp"

#include <fmt/format.h>

#include "passes/differentiate.hpp"
#include "passes/interface.hpp"

namespace gradsmith {

NodeId scalar_output(const Function& primal, const Word& word) {
  const std::vector<NodeId> outputs = output_elements(primal);
  if (outputs.size() == 1) return outputs[0];
  throw Refusal("gs-not-scalar",
                fmt::format("`{}` has {} results, and `{}` is of a single one", primal.name,
                            outputs.size(), word.text),
                "ask for jacobian, jvp or vjp", primal.where);
}

std::vector<NodeId> gradient_of(Function& f, NodeId output, const std::string& of) {
  const Seed seed{output, f.graph.number(f.graph.element(output), 1)};
  const std::vector<NodeId> wrt = differentiated_elements(f);
  return reverse(f.graph, &f.provenance, of, std::span(&seed, 1), wrt);
}

Function with_value(const Function& primal, const std::string& suffix, std::string comment) {
  Function f = primal;
  f.name = primal.name + "_" + suffix;
  f.comment = std::move(comment);
  return f;
}

Function gradient(const Function& primal, const Word& word) {
  Function f = with_value(primal, word.text,
                          fmt::format("The value of {} and, in d, its gradient.", primal.name));
  const std::vector<NodeId> partials = gradient_of(f, scalar_output(primal, word), primal.name);
  const std::string d = free_name(f, "d");
  add_partials_parameter(f, primal.name, d, false);
  add_partials_outputs(f, d, partials);
  return f;
}

Function simplified_gradient(const Function& primal, const Word& word, std::string comment,
                             const PassObserver& observer) {
  Function f = gradient(primal, word);
  f.comment = std::move(comment);
  return run_passes(finishing(), std::move(f), observer);
}

std::vector<NodeId> derivative_outputs(const Function& f) {
  std::vector<NodeId> all = output_elements(f);
  std::size_t values = 0;
  for (std::size_t i = 0; i < f.value_outputs; ++i) {
    if (!is_floating(f.graph.element(f.outputs[i].value))) continue;
    values += static_cast<std::size_t>(f.graph.element_count(f.graph[f.outputs[i].value].type));
  }
  return {all.begin() + static_cast<std::ptrdiff_t>(values), all.end()};
}

}  // namespace gradsmith
