#pragma once

// Which pairs many products have in common: the greedy choice behind passes/binarise.hpp, on plain
// numbers for factors.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "support/flat_map.hpp"

namespace gradsmith {

/// A factor: given, or a pair of others.
using Symbol = std::uint32_t;

/// Products as lists of symbols, in which pairs are replaced by symbols that stand for them. For
/// products of bounded length the time grows as n log n.
class SharedPairs {
 public:
  /// Makes the numbers up to `s` given ones. Before `choose`.
  void reserve(Symbol s) { next_ = std::max(next_, s + 1); }

  /// Adds a product and returns its number.
  std::size_t add(std::vector<Symbol> factors);

  /// From here on `pair` stands for a * b, wherever both are: there is such a product already.
  void offer(Symbol a, Symbol b, Symbol pair);

  /// From here on a * b is one, wherever both are.
  void cancel(Symbol a, Symbol b);

  /// Replaces offered pairs, then, most frequent first, those that occur at least twice.
  void choose();

  const std::vector<Symbol>& factors(std::size_t product) const { return products_[product]; }
  bool is_pair(Symbol s) const { return s >= first_made_; }
  std::size_t pairs() const { return made_.size(); }
  /// The factors of a symbol that `choose` made.
  std::pair<Symbol, Symbol> pair(Symbol s) const { return made_[s - first_made_]; }

 private:
  using Pair = std::pair<Symbol, Symbol>;  // the smaller first
  using ProductId = std::uint32_t;
  /// A pair that has occurred twice.
  struct Counted {
    Pair pair;
    /// How often it can be taken out of all products. Of the pairs of many products it is kept up;
    /// of others it is counted again when they are next.
    std::uint32_t count = 0;
    /// The products that have it, or once had: a part of `members_`.
    std::uint32_t size = 0;
    std::size_t first = 0;
  };
  struct Candidate {
    std::uint64_t key;
    std::uint32_t count;  ///< when it was pushed: never less than now
    std::uint32_t id;     ///< in `counted_`
    /// The most frequent on top of a heap; of equally frequent ones the first.
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : key > other.key;
    }
  };
  static constexpr std::uint32_t kManyProducts = 64;
  struct Multiplicity {
    Symbol symbol;
    std::uint32_t times;
  };

  static std::uint64_t key(Pair p) { return (std::uint64_t{p.first} << 32) | p.second; }
  static Pair ordered(Symbol a, Symbol b) { return a < b ? Pair{a, b} : Pair{b, a}; }
  void take_offers(std::vector<Symbol>& product) const;
  const std::vector<Multiplicity>& multiplicities(ProductId product);
  template <class Visit>
  void for_partners(ProductId product, Symbol s, Symbol least, const Visit& visit);
  std::uint32_t times_in(ProductId product, Pair p) const;
  std::uint32_t count_now(Counted& of);
  void count_given_pairs();
  void count_pairs_with(Symbol s, std::span<const ProductId> products, Symbol least);
  void make(std::uint32_t id);
  void lower_counts(const std::vector<Multiplicity>& in, Pair taken, std::uint32_t times);
  void lower_count(Symbol a, Symbol b, std::uint32_t by);

  std::vector<std::vector<Symbol>> products_;
  std::vector<bool> distinct_;  // by product: no factor twice
  FlatMap offers_;              // by pair: the symbol, or kCancels
  std::vector<bool> offered_;   // by symbol: whether it is in an offer
  Symbol next_ = 0;
  Symbol first_made_ = FlatMap::kNone;
  std::vector<Pair> made_;

  std::vector<Counted> counted_;
  FlatMap kept_up_;               // by pair: those of many products, in `counted_`
  std::vector<bool> is_kept_up_;  // by symbol: whether it is in such a pair
  std::vector<ProductId> members_;
  std::priority_queue<Candidate> candidates_;
  // Of count_pairs_with, by the other symbol: zero between two calls.
  std::vector<std::uint32_t> tally_;
  std::vector<std::uint32_t> id_of_;
  std::vector<Symbol> others_;
  std::vector<Multiplicity> multiplicities_;
};

}  // namespace gradsmith
