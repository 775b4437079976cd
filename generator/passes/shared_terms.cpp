#include "passes/shared_terms.hpp"

#include <algorithm>

namespace gradsmith {

TermPair SharedTerms::pair_of(const SignedTerm& a, const SignedTerm& b) {
  return {std::min(a.symbol, b.symbol), std::max(a.symbol, b.symbol), a.minus != b.minus};
}

const TermPair* SharedTerms::pair(std::uint32_t symbol) const {
  const bool made = symbol >= given_ && symbol - given_ < pairs_.size();
  return made ? &pairs_[symbol - given_] : nullptr;
}

void SharedTerms::offer(const TermPair& pair, SignedTerm by) {
  const auto place = static_cast<std::uint32_t>(offers_.size());
  if (offer_of_.emplace(key(pair), place) == place) offers_.emplace_back(pair, by);
}

std::size_t SharedTerms::add(std::vector<SignedTerm> terms) {
  for (const SignedTerm& t : terms) ++occurrences_[t.symbol];
  sums_.push_back(std::move(terms));
  return sums_.size() - 1;
}

bool SharedTerms::has(const std::vector<SignedTerm>& sum, const TermPair& pair) {
  const auto place = [&](std::uint32_t symbol) {
    return std::find_if(sum.begin(), sum.end(),
                        [&](const SignedTerm& t) { return t.symbol == symbol; });
  };
  const auto first = place(pair.first);
  const auto second = place(pair.second);
  return first != sum.end() && second != sum.end() &&
         (first->minus != second->minus) == pair.difference;
}

/// What stands for the pair stands where its first term stood.
void SharedTerms::replace(std::size_t sum, const TermPair& pair, SignedTerm by) {
  std::vector<SignedTerm>& terms = sums_[sum];
  const auto is_part = [&](const SignedTerm& t) {
    return t.symbol == pair.first || t.symbol == pair.second;
  };
  const auto a = std::find_if(terms.begin(), terms.end(), is_part);
  const auto b = std::find_if(a + 1, terms.end(), is_part);
  const bool minus = (a->symbol == pair.first ? *a : *b).minus;
  *a = {by.symbol, by.minus != minus};
  terms.erase(b);
}

std::size_t SharedTerms::count(const TermPair& pair) {
  const std::vector<std::uint32_t>& with = sums_with_[pair_ids_.find(key(pair))];
  return static_cast<std::size_t>(std::count_if(
      with.begin(), with.end(), [&](std::uint32_t sum) { return has(sums_[sum], pair); }));
}

/// Records that a sum has these pairs; where `made` is given, only those with it. A term of one sum
/// alone is in no pair that matters, unless it is in one that is offered.
void SharedTerms::note(std::size_t sum, std::optional<std::uint32_t> made,
                       std::vector<TermPair>& found) {
  const std::vector<SignedTerm>& terms = sums_[sum];
  for (std::size_t i = 0; i < terms.size(); ++i) {
    for (std::size_t j = i + 1; j < terms.size(); ++j) {
      if (made && terms[i].symbol != *made && terms[j].symbol != *made) continue;
      if (occurrences_[terms[i].symbol] < 2 || occurrences_[terms[j].symbol] < 2) continue;
      const TermPair pair = pair_of(terms[i], terms[j]);
      const auto next = static_cast<std::uint32_t>(sums_with_.size());
      const std::uint32_t id = pair_ids_.emplace(key(pair), next);
      if (id == next) {
        sums_with_.emplace_back();
        found.push_back(pair);
      }
      auto& with = sums_with_[id];
      if (with.empty() || with.back() != sum) with.push_back(static_cast<std::uint32_t>(sum));
    }
  }
}

void SharedTerms::push(const std::vector<TermPair>& pairs) {
  for (const TermPair& p : pairs) {
    const bool offered = offer_of_.find(key(p)) != FlatMap::kNone;
    const std::size_t now = offered ? 2 : count(p);
    if (now >= 2) candidates_.push({now, p});
  }
}

void SharedTerms::take(const TermPair& pair, SignedTerm by) {
  std::vector<std::size_t> with;
  for (std::uint32_t sum : sums_with_[pair_ids_.find(key(pair))]) {
    if (has(sums_[sum], pair)) with.push_back(sum);
  }
  for (std::size_t sum : with) replace(sum, pair, by);
  occurrences_[pair.first] -= with.size();
  occurrences_[pair.second] -= with.size();
  occurrences_[by.symbol] += with.size();
  std::vector<TermPair> found;
  for (std::size_t sum : with) {
    // A term that the sum has already is no pair's part twice.
    note(sum, by.symbol, found);
  }
  push(found);
}

void SharedTerms::choose() {
  for (const auto& [pair, by] : offers_) {
    ++occurrences_[pair.first];
    ++occurrences_[pair.second];
  }
  std::vector<TermPair> found;
  for (std::size_t i = 0; i < sums_.size(); ++i) note(i, std::nullopt, found);
  push(found);
  while (!candidates_.empty()) {
    const Candidate top = candidates_.top();
    candidates_.pop();
    const std::size_t now = count(top.pair);
    const std::uint32_t offer = offer_of_.find(key(top.pair));
    if (offer != FlatMap::kNone) {
      if (now > 0) take(top.pair, offers_[offer].second);
      continue;
    }
    if (now < 2) continue;
    if (now < top.count) {
      candidates_.push({now, top.pair});
      continue;
    }
    const std::uint32_t made = next_++;
    pairs_.push_back(top.pair);
    occurrences_.push_back(0);
    take(top.pair, {made, false});
  }
}

}  // namespace gradsmith
