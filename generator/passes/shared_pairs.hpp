#pragma once

// Which pairs many products have in common: the greedy choice behind passes/binarise.hpp, on plain
// numbers for factors.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gradsmith {

/// A factor: given, or a pair of others.
using Symbol = std::uint32_t;

/// Products as lists of symbols, in which pairs are replaced by symbols that stand for them.
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
  bool is_pair(Symbol s) const { return pairs_.contains(s); }
  /// The factors of a symbol that `choose` made.
  std::pair<Symbol, Symbol> pair(Symbol s) const { return pairs_.at(s); }

 private:
  using Pair = std::pair<Symbol, Symbol>;  // the smaller first
  struct Candidate {
    std::size_t count;
    Pair pair;
    /// The most frequent on top of a heap; of equally frequent ones the first.
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : pair > other.pair;
    }
  };

  static std::uint64_t key(Pair p) { return (std::uint64_t{p.first} << 32) | p.second; }
  static Pair ordered(Symbol a, Symbol b) { return a < b ? Pair{a, b} : Pair{b, a}; }
  static std::size_t times_in(const std::vector<Symbol>& product, Pair p);
  std::size_t count(Pair p);
  void take_offers(std::size_t product);
  void note(std::size_t product, std::optional<Symbol> made, std::vector<Pair>& found);
  void push(const std::vector<Pair>& pairs);
  void replace(std::size_t product, Pair p, std::optional<Symbol> by);

  std::vector<std::vector<Symbol>> products_;
  std::unordered_map<std::uint64_t, std::optional<Symbol>> offers_;  ///< none: the pair cancels
  std::unordered_map<Symbol, Pair> pairs_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> products_with_;  // or once had
  std::priority_queue<Candidate> candidates_;
  Symbol next_ = 0;
};

}  // namespace gradsmith
