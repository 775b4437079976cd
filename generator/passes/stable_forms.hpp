#pragma once

// Stable forms: derivatives of shapes that, differentiated operator by operator, would lose
// accuracy or become infinite or NaN where the true derivative is finite. Differentiation asks here
// first and falls back on the rows of ir/ops.def; docs/adr/0004-stable-forms.md says why.

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ir/expr.hpp"
#include "passes/stable_sums.hpp"

namespace gradsmith {

/// What a stable form's derivative is made of: the nodes that matched.
struct StableShape {
  Expr x;
  Expr y;  ///< as x where the shape has no y
  Expr r;  ///< the whole

  /// A power of two for double, another for float, whose ranges differ.
  double power(int of_double, int of_float) const;
};

/// A partial derivative, and where there is none.
struct StablePartial {
  Expr value;
  std::optional<Expr> unless;  ///< nothing is received where this holds
};

/// One line of the table: `shape`, in the syntax of rewrite rules, has these partials by its
/// variables x and y (null: zero).
struct StableRow {
  std::string_view name;
  std::string_view shape;
  StablePartial (*by_x)(const StableShape&);
  StablePartial (*by_y)(const StableShape&);
};

/// The table of shapes of fixed size. Sums of any length are in passes/stable_sums.hpp.
std::span<const StableRow> stable_rows();

/// What a node passes on when it is differentiated: the change of a node is the sum over these of
/// `partial` times the change of `of`, or of its logarithm.
struct DifferentialTerm {
  enum class Quantity : std::uint8_t {
    Value,
    Logarithm,  ///< of a sum of exponentials
    Unshifted,  ///< its logarithm, were nothing subtracted from the exponents (ExponentialSum)
  };
  NodeId of = kNoNode;
  Quantity quantity = Quantity::Value;
  NodeId partial = kNoNode;  ///< kNoNode: one
  bool negative = false;
  std::optional<NodeId> unless = std::nullopt;  ///< nothing where this holds
};
using Differential = std::vector<DifferentialTerm>;

class StableForms {
 public:
  /// For differentiating `roots`. `independent` tells which nodes are held as quantities of their
  /// own: no form reaches through them.
  StableForms(Graph& graph, std::span<const NodeId> roots, std::function<bool(NodeId)> independent);

  /// The differential of a node that has a stable form.
  std::optional<Differential> differential(NodeId id);

  /// The differential of a node's logarithm: of those that `differential` mentions.
  Differential of_logarithm(NodeId id, DifferentialTerm::Quantity quantity);

 private:
  std::optional<Differential> by_table(NodeId id);
  std::optional<Differential> of_quotient(NodeId id);
  Differential of_share_of_two(const ExponentialSum& sum, std::size_t place);
  std::optional<Differential> of_norm(NodeId id);
  bool has_logarithm(NodeId id);

  Graph& g_;
  std::function<bool(NodeId)> independent_;
  StableSums sums_;
};

}  // namespace gradsmith
