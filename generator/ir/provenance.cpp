#include "ir/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gradsmith {
namespace {

// Longer rows are searched by a hash.
constexpr std::size_t kLongRow = 16;

bool same(const Origin& a, const Origin& b) {
  return a.name == b.name && a.meaning == b.meaning && a.where == b.where;
}

bool contains(const std::vector<Origin>& list, const Origin& origin) {
  return std::any_of(list.begin(), list.end(), [&](const Origin& o) { return same(o, origin); });
}

/// Different for different origins.
std::string text(const Origin& o) {
  return fmt::format("{}\n{}\n{}:{}:{}", o.name, o.meaning, o.where.file, o.where.line,
                     o.where.column);
}

std::uint64_t key(NodeId node, ScopeId scope) { return (std::uint64_t{scope} << 32) | node; }

/// Authors' names have a place and no meaning; derived ones come after them.
bool prints_before(const Origin& a, const Origin& b) {
  if (a.meaning.empty() != b.meaning.empty()) return a.meaning.empty();
  if (a.where.known() != b.where.known()) return a.where.known();
  return a.where < b.where;
}

}  // namespace

void Provenance::add(NodeId node, Origin origin, ScopeId scope) {
  if (scope != kFunctionScope) {
    auto& list = inner_[key(node, scope)];
    if (list.empty()) scopes_[node].push_back(scope);
    if (!contains(list, origin)) list.push_back(std::move(origin));
    return;
  }
  Table& table = function_;
  if (node >= table.row_of.size()) table.row_of.resize(node + std::size_t{1}, 0);
  std::uint32_t& row = table.row_of[node];
  if (row == 0) {
    table.rows.emplace_back();
    row = static_cast<std::uint32_t>(table.rows.size());
  }
  auto& list = table.rows[row - 1];
  if (list.size() < kLongRow) {
    if (!contains(list, origin)) list.push_back(std::move(origin));
    return;
  }
  auto& texts = table.long_rows[node];
  if (texts.empty()) {
    for (const Origin& o : list) texts.insert(text(o));
  }
  if (texts.insert(text(origin)).second) list.push_back(std::move(origin));
}

const Origin* Provenance::named(NodeId node, ScopeId scope) const {
  const Origin* best = nullptr;
  for (const Origin& o : all(node, scope)) {
    if (!o.name.empty() && (!best || prints_before(o, *best))) best = &o;
  }
  return best;
}

SourceLocation Provenance::where(NodeId node, ScopeId scope) const {
  SourceLocation best;
  for (const Origin& o : all(node, scope)) {
    if (o.where.known() && (!best.known() || o.where < best)) best = o.where;
  }
  return best;
}

const std::vector<Origin>& Provenance::all(NodeId node, ScopeId scope) const {
  if (scope == kFunctionScope) {
    const std::uint32_t row = node < function_.row_of.size() ? function_.row_of[node] : 0;
    return row == 0 ? none_ : function_.rows[row - 1];
  }
  const auto found = inner_.find(key(node, scope));
  return found == inner_.end() ? none_ : found->second;
}

std::vector<Origin> Provenance::everywhere(NodeId node) const {
  std::vector<Origin> found = all(node);
  const auto scopes = scopes_.find(node);
  if (scopes == scopes_.end()) return found;
  for (ScopeId scope : scopes->second) {
    const std::vector<Origin>& more = all(node, scope);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

void Provenance::carry(NodeId from, NodeId to) {
  if (from == to) return;
  const std::vector<Origin> origins = all(from);
  for (const Origin& o : origins) add(to, o);
}

}  // namespace gradsmith
