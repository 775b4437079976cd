#include "emit/zero_fill.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace gradsmith {
namespace {

constexpr std::int64_t kFewestZeros = 16;

/// The stores of one array.
struct Stores {
  std::size_t first = 0;  ///< the first of them, a position in the block
  std::set<std::int64_t> elements;
  std::int64_t zeros = 0;

  bool pays() const {
    const auto count = static_cast<std::int64_t>(elements.size());
    const bool all = count > 0 && *elements.begin() == 0 && *elements.rbegin() == count - 1;
    return all && zeros >= kFewestZeros && 2 * zeros >= count;
  }
};

/// The store of one element of a flat array that a statement is; null for others.
const Assign* flat_store(const Statement& s) {
  const auto* assign = std::get_if<Assign>(&s.is);
  if (!assign || assign->place.path.size() != 1) return nullptr;
  const Access& access = assign->place.path[0];
  return access.field.empty() && access.operand < 0 ? assign : nullptr;
}

bool is_zero(const Expression& e) {
  return e.kind == Expression::Kind::Literal && is_floating(e.element) && e.value == 0 &&
         !std::signbit(e.value);
}

bool reads(const Block& block, const std::string& root) {
  bool found = false;
  for_each_expression(block, [&](const Expression& e) {
    visit_roots(e, [&](const std::string& read) { found = found || read == root; });
  });
  return found;
}

}  // namespace

void fill_zeros(Block& block, std::set<std::string> taken) {
  std::map<std::string, Stores> arrays;
  for (std::size_t k = 0; k < block.statements.size(); ++k) {
    const Assign* store = flat_store(block.statements[k]);
    if (!store) continue;
    const auto [array, is_new] = arrays.try_emplace(store->place.root);
    if (is_new) array->second.first = k;
    array->second.elements.insert(store->place.path[0].index);
    if (is_zero(store->value)) ++array->second.zeros;
  }
  std::erase_if(
      arrays, [&](const auto& array) { return !array.second.pays() || reads(block, array.first); });
  if (arrays.empty()) return;
  taken.merge(mentioned_roots(block));
  std::string index = "i";
  while (taken.contains(index)) index += "_";
  std::vector<Statement> statements;
  for (std::size_t k = 0; k < block.statements.size(); ++k) {
    Statement& s = block.statements[k];
    const Assign* store = flat_store(s);
    const auto array = store ? arrays.find(store->place.root) : arrays.end();
    if (array != arrays.end() && array->second.first == k) {
      const auto count = static_cast<std::int64_t>(array->second.elements.size());
      statements.push_back({Clear{array->first, count, index}});
    }
    if (array == arrays.end() || !is_zero(store->value)) statements.push_back(std::move(s));
  }
  block.statements = std::move(statements);
}

}  // namespace gradsmith
