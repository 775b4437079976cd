#pragma once

// Columns of arrays whose rows loops fill one after the other.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ir/polynomial.hpp"

namespace gradsmith {

/// How subscripts of one array say which column an element is in: of a flat array the place within
/// rows of that length, of others all subscripts but the first.
struct Rows {
  std::int64_t length = 0;  ///< of a flat array
};
using Column = std::vector<std::int64_t>;

class Columns {
 public:
  explicit Columns(const Graph& g) : g_(g), polynomials_(g) {}

  /// The longest rows that tell those places of a flat array apart by numbers alone, or any of an
  /// array of arrays; nothing where there are none of two elements at least.
  std::optional<Rows> rows(std::span<const std::vector<NodeId>> places);

  /// The column of an element; nothing where its subscripts do not say.
  std::optional<Column> column(const Rows& rows, const std::vector<NodeId>& place);

 private:
  const Graph& g_;
  Polynomials polynomials_;
};

}  // namespace gradsmith
