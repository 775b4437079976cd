#include "passes/element_columns.hpp"

#include <cstdlib>
#include <numeric>

namespace gradsmith {

std::optional<Rows> Columns::rows(std::span<const std::vector<NodeId>> places) {
  std::int64_t length = 0;
  for (const std::vector<NodeId>& place : places) {
    if (place.size() > 1) return Rows{};
    try {
      for (const auto& [product, factor] : polynomials_.of(place[0]).terms()) {
        if (factor.denominator != 1) return {};
        if (!product.empty()) length = std::gcd(length, factor.numerator);
      }
    } catch (const PolynomialTooLarge&) {
      return {};
    }
  }
  if (length < 2) return {};
  return Rows{length};
}

std::optional<Column> Columns::column(const Rows& rows, const std::vector<NodeId>& place) {
  Column found;
  if (rows.length == 0) {
    for (std::size_t d = 1; d < place.size(); ++d) {
      if (!g_.is_constant(place[d])) return {};
      found.push_back(g_.index_value(place[d]));
    }
    return found;
  }
  try {
    std::int64_t rest = 0;
    for (const auto& [product, factor] : polynomials_.of(place[0]).terms()) {
      if (factor.denominator != 1) return {};
      if (product.empty()) {
        rest = factor.numerator;
      } else if (factor.numerator % rows.length != 0) {
        return {};
      }
    }
    return Column{((rest % rows.length) + rows.length) % rows.length};
  } catch (const PolynomialTooLarge&) {
    return {};
  }
}

}  // namespace gradsmith
