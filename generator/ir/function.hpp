#pragma once

// A Function: a graph with an interface. The frontend lowers one from a spec; a derivative is a
// Function too, with more parameters and other outputs; emission prints one.

#include <optional>
#include <string>
#include <vector>

#include "ir/graph.hpp"
#include "ir/provenance.hpp"
#include "support/refusal.hpp"

namespace gradsmith {

/// A type as C++ spells it around a name: {"const double ", "[9]"} declares `const double w[9]`.
struct Spelling {
  std::string before;  ///< up to the name, with the blank where one belongs: "double ", "const T& "
  std::string after;

  std::string declare(const std::string& name) const { return before + name + after; }
  bool operator==(const Spelling&) const = default;
};

/// One step from an aggregate to what lies inside it.
struct Step {
  std::string field;      ///< a member's name; empty: a subscript over one extent of the leaf
  bool of_class = false;  ///< a subscript that a class takes, as std::size_t
  bool is_subscript() const { return field.empty(); }
  bool operator==(const Step&) const = default;
};

/// A number, or an array of numbers, inside a parameter or result. The leaf's extents belong to its
/// subscript steps in order: `pts[i].pos[k]` has steps {[], .pos, []} and shape [n, 3].
struct Leaf {
  std::vector<Step> steps;
  TypeId type = scalar_type(Element::F64);
  NodeId input = kNoNode;    ///< the Input that stands for it; kNoNode where it is only written
  bool unsigned_64 = false;  ///< an integer that may be beyond the largest Index
  std::string integer_type = {};  ///< as C++ spells it, of an integer that is written; else empty
};

enum class Role : std::uint8_t {
  Param,   ///< differentiated with respect to
  Data,    ///< read only, not differentiated: data, integers, flags
  Output,  ///< written only
  InOut,   ///< read, then written; differentiated with respect to its value on entry
  Work,    ///< room for intermediate results: what it holds on entry and at the end is nobody's
};

/// One parameter of the C++ function, in the author's order. A tree of members whose leaves carry
/// the numbers.
struct Parameter {
  std::string name;
  Spelling spelling;        ///< in a signature, as the spec spells it
  Spelling value_spelling;  ///< of an object of its value type: `double w[9]`, `Camera cam`
  Role role = Role::Param;
  std::vector<Leaf> leaves;  ///< in declaration order
  bool class_type = false;   ///< a class (std::array among them): passed on by reference
  /// A floating member of it that is const, `s.a`: no partial can be written there. Mostly empty.
  std::string const_member = {};
  SourceLocation where = {};

  bool is_input() const { return role != Role::Output && role != Role::Work; }
  bool is_differentiated() const { return role == Role::Param || role == Role::InOut; }
  bool is_written() const { return role == Role::Output || role == Role::InOut; }
};

/// Whether a parameter is a single integer.
bool is_integer(const Graph& graph, const Parameter& p);

/// How an object that holds all elements of a parameter is declared: `double x[2]` where a pointer
/// has a constant length, else `value_spelling`.
Spelling object_spelling(const Graph& graph, const Parameter& p);

/// The name by which Function's graph knows a leaf: root and members, `cam.pose.t`, subscripts as
/// `[]`: `pts[].x`.
std::string leaf_name(const std::string& root, const std::vector<Step>& steps);

/// One number or array that the function computes, and where it goes.
struct Output {
  std::string root;         ///< a parameter's name; empty: the return value
  std::vector<Step> steps;  ///< inside the root; subscripts as in Leaf
  NodeId value = kNoNode;   ///< a scalar, or an array of the leaf's shape
};

/// A variable of the author's that can be differentiated, or differentiated by.
struct Local {
  std::string name;
  NodeId value = kNoNode;
  int assignments = 0;  ///< in the source; more than one, or any in a loop: no derivative by it
  bool conditional = false;  ///< declared under a branch or in a loop: it may not exist
  bool cut = false;          ///< lowered as an Input of its name; `value` is what it stands for
  SourceLocation where;
};

/// The length of an array that comes as a pointer: what its type's outermost extent stands for. The
/// input has no parameter of its own; only types mention it.
struct Length {
  NodeId input = kNoNode;  ///< the Index Input that is the extent, called `x[#]`
  /// The same number over the integer parameters: the accesses to the array all lie below it, and
  /// its last element is one of them wherever the loops run that make them. kNoNode: not known.
  NodeId value = kNoNode;
  /// Where `value` was said by the user, what would be there else: so many elements the accesses
  /// may need. kNoNode: they do not tell, or nothing was said.
  NodeId needed = kNoNode;
};

/// What the author wrote where several parameters are emitted for one of his: a span or vector is a
/// pointer and a length.
struct SpecParameter {
  std::string name;
  Spelling spelling;
  std::vector<std::string> arguments;  ///< for the emitted parameters, in order: `x.data()`
  std::string include;                 ///< what defines its type: `<vector>`
};

/// A plain struct that emitted code defines: `loss_partials`.
struct StructDefinition {
  struct Member {
    std::string name;
    Spelling spelling;
  };
  std::string name;
  std::vector<Member> members;
  std::string comment;
};

/// An integer constant that emitted code defines: `residual_rows`.
struct NamedConstant {
  std::string name;
  std::int64_t value = 0;
  std::string comment;
};

/// Memory for an array that a function with loops goes through (passes/materialise.hpp).
struct Buffer {
  NodeId input = kNoNode;  ///< the Input that stands for what it holds before it is written
  int output = -1;         ///< the output that it is the memory of; -1: the function's own
  std::string name;        ///< a name for it, where it is the function's own; may be empty
};

/// What the author calls the index of loops over a range.
struct IndexName {
  Range range;
  std::string name;
};

/// A row of integer constants that emitted code defines: where the nonzeros of a sparse matrix
/// stand.
struct NamedTable {
  std::string name;
  std::vector<std::int64_t>
      values;  ///< none: the table gets a single 0, as C++ has no empty arrays
  std::string comment;
};

/// How exactly the value is kept; section 5 of the design.
enum class FpPolicy : std::uint8_t { Strict, Finite, Fast };

/// What passes/simplify.hpp has brought to its normal form: graphs only grow, so what these roots
/// reach is what it was.
struct NormalForm {
  std::vector<NodeId> outputs;
  std::vector<NodeId> locals;
  std::size_t value_outputs = 0;
  FpPolicy policy = FpPolicy::Finite;
  bool operator==(const NormalForm&) const = default;
};

struct Function {
  Graph graph;
  Provenance provenance;

  std::string name;                     ///< `loss`, `loss_gradient`
  std::vector<std::string> namespaces;  ///< outermost first; inline ones marked by a leading '!'
  Spelling result;                      ///< of the return type; before is "void " for none
  std::vector<Leaf> result_leaves;      ///< of a return value; empty for void
  std::vector<Parameter> parameters;
  std::vector<Output> outputs;
  std::vector<Local> locals;
  std::vector<Buffer> buffers;
  std::vector<IndexName> index_names;  ///< in source order
  /// The Folds that the author wrote inside no other loop. They know of it no more once a pass has
  /// renamed nodes: guard_trips (passes/guard_trips.hpp), which asks, comes first.
  std::vector<NodeId> outermost_loops;
  bool overloads = false;   ///< an overload is written that allocates (emit/overloads.hpp)
  bool keep_loops = false;  ///< loops stay loops, also those of constant length
  std::string
      workspace;  ///< the parameter in which buffers lie that need a workspace; may be empty
  std::vector<Length> lengths;  ///< of arrays that come as pointers
  /// The author's parameters, where they are not `parameters` one by one; else empty.
  std::vector<SpecParameter> spec_parameters;
  std::vector<std::string> files;     ///< the spec first, as the user named it
  std::vector<std::string> includes;  ///< for the signature's types: `<array>`, `"camera.hpp"`
  std::string comment;                ///< one line above the emitted function: what it gives
  std::string accumulation;           ///< how its derivatives were found, where there was a choice
  SourceLocation where;
  FpPolicy policy = FpPolicy::Finite;
  /// Whether the author computes integers at run time in a type that holds more than int does:
  /// emitted code then computes all of them in `long long`.
  bool wide_integers = false;
  /// Outputs before this one are values that the author's function gives; the rest are derivatives.
  std::size_t value_outputs = 0;
  /// Nodes before this one were there before differentiation: the author's, prepared for it.
  NodeId first_derived = 0;
  std::optional<NormalForm> simplified;  ///< as `simplify` left it last

  const Parameter* parameter(const std::string& wanted) const;
  const Local* local(const std::string& wanted) const;
  /// The length that an extent stands for; null where the extent is something else.
  const Length* length(NodeId extent) const;
};

/// The ids reachable from the roots, ascending (so operands come first); bodies of loops included.
/// Roots that are kNoNode are left out.
std::vector<NodeId> reachable(const Graph& graph, std::span<const NodeId> roots);

/// Whether an expression has no array in it.
bool is_of_scalars(const Graph& graph, NodeId root);

/// The ids that depend on Bound(level, .) and are reached from the roots through such nodes alone,
/// ascending: what one use of a body computes. Loops inside that do not depend on the level, and so
/// may bind its number again, are not entered.
std::vector<NodeId> reachable_at(const Graph& graph, std::span<const NodeId> roots, int level);

/// The ids of all outputs' values.
std::vector<NodeId> output_values(const Function& f);

/// Whether outputs need a Fold: after `materialise`, whether the function has a loop.
bool has_folds(const Function& f);

/// The Input of the parameter's array that an output is written over, where it changes a parameter;
/// kNoNode for others.
NodeId written_over(const Function& f, const Output& output);

/// side[id] is true where a value output or a condition needs the node (section 5: "pinned").
/// Sized by the graph.
std::vector<bool> pinned_nodes(const Function& f);

}  // namespace gradsmith
