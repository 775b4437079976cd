#pragma once

// The pieces of derived functions' interfaces: which numbers there are to differentiate by, and the
// parameters and outputs that derivatives add to the author's.

#include <string>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

/// The scalar nodes of a leaf, row-major: the Input itself, or At(Input, constants).
std::vector<NodeId> elements(Graph& graph, NodeId input);

/// One number inside an object: which of its leaves, and where in that.
struct LeafElement {
  std::size_t leaf = 0;
  std::int64_t flat = 0;                 ///< row-major within the leaf
  std::vector<std::int64_t> subscripts;  ///< the same, one per extent
};

/// The floating numbers of an object in the order in which they lie in memory: an array of
/// aggregates element by element, each member by member.
std::vector<LeafElement> memory_order(const Graph& graph, const std::vector<Leaf>& leaves);

/// One value per leaf, a scalar or a Pack, from numbers in memory order; kNoNode for leaves that
/// hold no floating numbers.
std::vector<NodeId> by_leaf(Graph& graph, const std::vector<Leaf>& leaves,
                            std::span<const NodeId> numbers);

/// Outputs that go to one place: a returned value, or an output parameter.
struct OutputGroup {
  std::string root;
  std::vector<Leaf> leaves;     ///< one per output, in order
  std::vector<NodeId> numbers;  ///< the floating ones, in memory order
};
std::vector<OutputGroup> output_groups(const Function& f);

/// The floating scalars of an input parameter, in memory order.
std::vector<NodeId> elements(Function& f, const Parameter& p);

/// The floating scalars of all differentiated parameters, in order: the columns of a Jacobian.
std::vector<NodeId> differentiated_elements(Function& f);

/// The floating scalars of all outputs, in order: the rows of a Jacobian.
std::vector<NodeId> output_elements(const Function& f);

/// The element kind of a flat array that holds derivatives of `f`: F64 unless all numbers are F32.
Element common_element(const Function& f);
std::string element_spelling(Element element);

/// `name`, with trailing underscores until no parameter of `f` is called so.
std::string free_name(const Function& f, std::string name);

/// The spelling with const in front, where it is not there yet.
Spelling as_const(const Spelling& spelling);

/// A pointer by which alone its array is written: compilers need not read others again.
Spelling unshared(Spelling spelling);

/// An object of that value type by reference, or, for a C array, as a parameter.
Spelling by_reference(const Spelling& value, bool is_const);

/// The author's function under another name, without outputs and output parameters; parameters that
/// it would write are taken as const.
Function inputs_only(Function f, const std::string& name);

/// Appends `<base>_partials& name` (or const for an input); gives the scalar nodes of its members
/// as an input, nothing as an output.
std::vector<NodeId> add_partials_parameter(Function& f, const std::string& base,
                                           const std::string& name, bool input);

/// Appends outputs into the members of a partials parameter: one node per differentiated element.
void add_partials_outputs(Function& f, const std::string& root, const std::vector<NodeId>& values);

/// Appends a flat array parameter `double* name` (of that element kind) and its output, row-major;
/// without values the parameter alone.
void add_flat_output(Function& f, const std::string& name, Element element,
                     const std::vector<NodeId>& values);

/// Gives the output that add_flat_output made last other numbers, of the same element kind.
void replace_flat_output(Function& f, const std::vector<NodeId>& values);

}  // namespace gradsmith
