#include "ir/provenance.hpp"

#include <algorithm>

namespace gradsmith {
namespace {

bool same(const Origin& a, const Origin& b) {
  return a.name == b.name && a.meaning == b.meaning && a.where == b.where;
}

/// Authors' names have a place and no meaning; derived ones come after them.
bool prints_before(const Origin& a, const Origin& b) {
  if (a.meaning.empty() != b.meaning.empty()) return a.meaning.empty();
  if (a.where.known() != b.where.known()) return a.where.known();
  return a.where < b.where;
}

}  // namespace

void Provenance::add(NodeId node, Origin origin, ScopeId scope) {
  auto& list = origins_[key(node, scope)];
  if (std::none_of(list.begin(), list.end(), [&](const Origin& o) { return same(o, origin); })) {
    list.push_back(std::move(origin));
  }
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
  const auto found = origins_.find(key(node, scope));
  return found == origins_.end() ? none_ : found->second;
}

void Provenance::carry(NodeId from, NodeId to) {
  if (from == to) return;
  const std::vector<Origin> origins = all(from);
  for (const Origin& o : origins) add(to, o);
}

}  // namespace gradsmith
