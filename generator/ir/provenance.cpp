#include "ir/provenance.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "support/check.hpp"

namespace gradsmith {
namespace {

// Longer lists are searched by a hash.
constexpr std::uint32_t kLongList = 16;

std::uint64_t key(NodeId node, ScopeId scope) { return (std::uint64_t{scope} << 32) | node; }

std::uint32_t hash_of(const Origin& o) {
  const std::hash<std::string> of;
  std::size_t hash = of(o.name);
  for (const std::size_t part : {of(o.meaning), std::size_t{o.where.file},
                                 std::size_t{o.where.line}, std::size_t{o.where.column}}) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

/// Authors' names have a place and no meaning; derived ones come after them.
bool prints_before(const Origin& a, const Origin& b) {
  if (a.meaning.empty() != b.meaning.empty()) return a.meaning.empty();
  if (a.where.known() != b.where.known()) return a.where.known();
  return a.where < b.where;
}

}  // namespace

Provenance::OriginId Provenance::Pool::id(Origin origin) {
  if (2 * (origins.size() + 1) > rows.size()) grow();
  const std::uint32_t hash = hash_of(origin);
  std::size_t at = hash & (rows.size() - 1);
  for (; rows[at].id != Lists::kNone; at = (at + 1) & (rows.size() - 1)) {
    if (rows[at].hash == hash && origins[rows[at].id] == origin) return rows[at].id;
  }
  rows[at] = {static_cast<OriginId>(origins.size()), hash};
  origins.push_back(std::move(origin));
  return rows[at].id;
}

void Provenance::Pool::grow() {
  std::vector<Row> old(std::max<std::size_t>(64, 2 * rows.size()));
  old.swap(rows);
  for (const Row& row : old) {
    if (row.id == Lists::kNone) continue;
    std::size_t at = row.hash & (rows.size() - 1);
    while (rows[at].id != Lists::kNone) at = (at + 1) & (rows.size() - 1);
    rows[at] = row;
  }
}

bool Provenance::Lists::contains(std::uint32_t list, OriginId origin) {
  const List& l = lists[list];
  if (l.size >= kLongList) {
    auto& known = long_lists[list];
    if (known.empty()) {
      for (std::uint32_t e = l.first; e != kNone; e = entries[e].next) {
        known.insert(entries[e].origin);
      }
    }
    return known.contains(origin);
  }
  for (std::uint32_t e = l.first; e != kNone; e = entries[e].next) {
    if (entries[e].origin == origin) return true;
  }
  return false;
}

void Provenance::Lists::add(std::uint32_t list, OriginId origin) {
  if (contains(list, origin)) return;
  List& l = lists[list];
  const auto made = static_cast<std::uint32_t>(entries.size());
  entries.push_back({origin, kNone});
  (l.last == kNone ? l.first : entries[l.last].next) = made;
  l.last = made;
  if (l.size++ >= kLongList) long_lists[list].insert(origin);
}

std::uint32_t Provenance::list_of(NodeId node, ScopeId scope) const {
  if (scope == kFunctionScope) return node < of_node_.size() ? of_node_[node] : Lists::kNone;
  const auto found = inner_.find(key(node, scope));
  return found == inner_.end() ? Lists::kNone : found->second;
}

template <class Visit>
void Provenance::for_each(NodeId node, ScopeId scope, const Visit& visit) const {
  const std::uint32_t list = list_of(node, scope);
  if (list == Lists::kNone) return;
  for (std::uint32_t e = lists_.lists[list].first; e != Lists::kNone; e = lists_.entries[e].next) {
    visit(pool_->origins[lists_.entries[e].origin]);
  }
}

void Provenance::add(NodeId node, Origin origin, ScopeId scope) {
  add(node, pool_->id(std::move(origin)), scope);
}

void Provenance::add(NodeId node, OriginId origin, ScopeId scope) {
  std::uint32_t list = list_of(node, scope);
  if (list == Lists::kNone) {
    list = static_cast<std::uint32_t>(lists_.lists.size());
    lists_.lists.emplace_back();
    if (scope == kFunctionScope) {
      if (node >= of_node_.size()) of_node_.resize(node + std::size_t{1}, Lists::kNone);
      of_node_[node] = list;
    } else {
      inner_.emplace(key(node, scope), list);
      scopes_[node].push_back(scope);
    }
  }
  lists_.add(list, origin);
}

const Origin* Provenance::named(NodeId node, ScopeId scope) const {
  const Origin* best = nullptr;
  for_each(node, scope, [&](const Origin& o) {
    if (!o.name.empty() && (!best || prints_before(o, *best))) best = &o;
  });
  return best;
}

SourceLocation Provenance::where(NodeId node, ScopeId scope) const {
  SourceLocation best;
  for_each(node, scope, [&](const Origin& o) {
    if (o.where.known() && (!best.known() || o.where < best)) best = o.where;
  });
  return best;
}

std::vector<Origin> Provenance::all(NodeId node, ScopeId scope) const {
  std::vector<Origin> found;
  for_each(node, scope, [&](const Origin& o) { found.push_back(o); });
  return found;
}

Provenance Provenance::emptied() const {
  Provenance none;
  none.pool_ = pool_;
  return none;
}

void Provenance::take_from(const Provenance& other, NodeId node, NodeId to) {
  GRADSMITH_CHECK(pool_ == other.pool_, "origins of another function");
  const auto take = [&](ScopeId scope) {
    const std::uint32_t list = other.list_of(node, scope);
    if (list == Lists::kNone) return;
    for (std::uint32_t e = other.lists_.lists[list].first; e != Lists::kNone;
         e = other.lists_.entries[e].next) {
      add(to, other.lists_.entries[e].origin, kFunctionScope);
    }
  };
  take(kFunctionScope);
  const auto scopes = other.scopes_.find(node);
  if (scopes == other.scopes_.end()) return;
  for (ScopeId scope : scopes->second) take(scope);
}

void Provenance::carry(NodeId from, NodeId to) {
  const std::uint32_t list = from == to ? Lists::kNone : list_of(from, kFunctionScope);
  if (list == Lists::kNone) return;
  // Adding may move the entries, but never puts one on the list that is walked.
  for (std::uint32_t e = lists_.lists[list].first; e != Lists::kNone;) {
    const Lists::Entry entry = lists_.entries[e];
    add(to, entry.origin, kFunctionScope);
    e = entry.next;
  }
}

}  // namespace gradsmith
