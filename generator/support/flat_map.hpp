#pragma once

// A map from 64-bit keys to 32-bit values in one piece of memory, for tables of millions of rows.
// Nothing is ever erased, and there is no order to depend on.

#include <cstdint>
#include <vector>

namespace gradsmith {

class FlatMap {
 public:
  /// The value that no row has.
  static constexpr std::uint32_t kNone = 0xffffffffu;

  std::size_t size() const { return size_; }

  /// kNone where there is no row with that key.
  std::uint32_t find(std::uint64_t key) const {
    return rows_.empty() ? kNone : rows_[place(key)].value;
  }

  /// Adds a row where there is none with that key; gives the value that stands there now.
  std::uint32_t emplace(std::uint64_t key, std::uint32_t value) {
    if (2 * (size_ + 1) > rows_.size()) grow();
    Row& row = rows_[place(key)];
    if (row.value != kNone) return row.value;
    row = {key, value};
    ++size_;
    return value;
  }

 private:
  struct Row {
    std::uint64_t key = 0;
    std::uint32_t value = kNone;
  };

  /// Of the key's row, or of the empty one where it would stand.
  std::size_t place(std::uint64_t key) const {
    const std::size_t mask = rows_.size() - 1;
    std::uint64_t hash = key * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
    auto at = static_cast<std::size_t>(hash) & mask;
    while (rows_[at].value != kNone && rows_[at].key != key) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Row> old(rows_.empty() ? 16 : 2 * rows_.size());
    old.swap(rows_);
    for (const Row& row : old) {
      if (row.value != kNone) rows_[place(row.key)] = row;
    }
  }

  std::vector<Row> rows_;  // as many as a power of two
  std::size_t size_ = 0;
};

}  // namespace gradsmith
