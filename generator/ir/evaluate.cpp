#include "ir/evaluate.hpp"

#include <type_traits>

#include "ir/evaluate_machine.hpp"
#include "support/check.hpp"

namespace gradsmith {

Value::Value(Element kind, std::vector<std::int64_t> shape, std::vector<long double> elements)
    : element(kind), extents(std::move(shape)), numbers(std::move(elements)) {
  std::int64_t count = 1;
  for (std::int64_t extent : extents) count *= extent;
  GRADSMITH_CHECK_EQ(static_cast<std::size_t>(count), numbers.size());
}

Value Value::vector(std::vector<long double> elements) {
  const auto n = static_cast<std::int64_t>(elements.size());
  return {Element::F64, {n}, std::move(elements)};
}

Value Value::matrix(std::int64_t rows, std::int64_t columns, std::vector<long double> elements) {
  return {Element::F64, {rows, columns}, std::move(elements)};
}

Value Value::index(std::int64_t value) { return {Element::Index, static_cast<long double>(value)}; }

long double Value::number() const {
  GRADSMITH_CHECK(is_scalar(), "an array is no number");
  return numbers[0];
}

long double Value::at(std::initializer_list<std::int64_t> indices) const {
  GRADSMITH_CHECK_EQ(indices.size(), extents.size());
  std::int64_t place = 0;
  std::size_t d = 0;
  for (std::int64_t i : indices) {
    GRADSMITH_CHECK(i >= 0 && i < extents[d], "subscript {} of extent {}", i, extents[d]);
    place = place * extents[d] + i;
    ++d;
  }
  return numbers[static_cast<std::size_t>(place)];
}

template <class T>
std::vector<Value> evaluate(const Graph& graph, std::span<const NodeId> roots,
                            const Environment& environment) {
  static_assert(std::is_same_v<T, double> || std::is_same_v<T, long double>);
  Machine machine(graph, roots, environment,
                  std::is_same_v<T, double> ? Precision::AsCompiled : Precision::Extended);
  std::vector<Value> values;
  for (NodeId root : roots) values.push_back(machine.value_of(root));
  return values;
}

template <class T>
Value evaluate(const Graph& graph, NodeId root, const Environment& environment) {
  return std::move(evaluate<T>(graph, std::span(&root, 1), environment).front());
}

template std::vector<Value> evaluate<double>(const Graph&, std::span<const NodeId>,
                                             const Environment&);
template std::vector<Value> evaluate<long double>(const Graph&, std::span<const NodeId>,
                                                  const Environment&);
template Value evaluate<double>(const Graph&, NodeId, const Environment&);
template Value evaluate<long double>(const Graph&, NodeId, const Environment&);

}  // namespace gradsmith
