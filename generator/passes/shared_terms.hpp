#pragma once

// Which pairs of terms many sums have in common: the greedy choice behind passes/share_sums.hpp, on
// plain numbers for terms. The counterpart of passes/shared_pairs.hpp, where signs matter.

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "support/flat_map.hpp"

namespace gradsmith {

/// A term: a given number, or a pair of others, added or subtracted.
struct SignedTerm {
  std::uint32_t symbol = 0;
  bool minus = false;
  bool operator==(const SignedTerm&) const = default;
};

/// first + second, or first - second.
struct TermPair {
  std::uint32_t first = 0;  ///< the smaller symbol
  std::uint32_t second = 0;
  bool difference = false;
  auto operator<=>(const TermPair&) const = default;
};

class SharedTerms {
 public:
  /// Symbols from here on are made by `choose`.
  explicit SharedTerms(std::uint32_t given) : occurrences_(given, 0), given_(given), next_(given) {}

  /// Adds a sum, of distinct symbols, and returns its number.
  std::size_t add(std::vector<SignedTerm> terms);

  /// From here on `by` stands for the pair wherever it occurs: there is such a sum already.
  void offer(const TermPair& pair, SignedTerm by);

  /// Replaces offered pairs, then, most frequent first, those that at least two sums have.
  void choose();

  const std::vector<SignedTerm>& terms(std::size_t sum) const { return sums_[sum]; }
  /// The pair that a symbol stands for; null: it was given, or there is none.
  const TermPair* pair(std::uint32_t symbol) const;

  static TermPair pair_of(const SignedTerm& a, const SignedTerm& b);

 private:
  struct Candidate {
    std::size_t count;
    TermPair pair;
    /// The most frequent on top of a heap; of equally frequent ones the first.
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : pair > other.pair;
    }
  };
  static bool has(const std::vector<SignedTerm>& sum, const TermPair& pair);
  void replace(std::size_t sum, const TermPair& pair, SignedTerm by);
  std::size_t count(const TermPair& pair);
  void note(std::size_t sum, std::optional<std::uint32_t> made, std::vector<TermPair>& found);
  void take(const TermPair& pair, SignedTerm by);
  void push(const std::vector<TermPair>& pairs);

  static std::uint64_t key(const TermPair& p) {
    return (std::uint64_t{p.first} << 32) | (std::uint64_t{p.second} << 1) | (p.difference ? 1 : 0);
  }

  std::vector<std::vector<SignedTerm>> sums_;
  std::vector<std::pair<TermPair, SignedTerm>> offers_;
  FlatMap offer_of_;                                   ///< by pair: the place in `offers_`
  FlatMap pair_ids_;                                   ///< by pair: the place in `sums_with_`
  std::vector<std::vector<std::uint32_t>> sums_with_;  ///< or once had
  std::vector<std::size_t> occurrences_;               ///< by symbol
  std::vector<TermPair> pairs_;                        ///< that `choose` made
  std::uint32_t given_;
  std::priority_queue<Candidate> candidates_;
  std::uint32_t next_;
};

}  // namespace gradsmith
