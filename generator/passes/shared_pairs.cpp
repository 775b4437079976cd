#include "passes/shared_pairs.hpp"

#include <algorithm>

namespace gradsmith {

std::size_t SharedPairs::add(std::vector<Symbol> factors) {
  products_.push_back(std::move(factors));
  return products_.size() - 1;
}

void SharedPairs::offer(Symbol a, Symbol b, Symbol pair) {
  const Pair p = ordered(a, b);
  offers_.emplace(key(p), pair);
}

void SharedPairs::cancel(Symbol a, Symbol b) {
  offers_.emplace(key(ordered(a, b)), std::nullopt);
}

/// How often the pair can be taken out.
std::size_t SharedPairs::times_in(const std::vector<Symbol>& product, Pair p) {
  const auto first = static_cast<std::size_t>(std::count(product.begin(), product.end(), p.first));
  if (p.first == p.second) return first / 2;
  const auto second =
      static_cast<std::size_t>(std::count(product.begin(), product.end(), p.second));
  return std::min(first, second);
}

std::size_t SharedPairs::count(Pair p) {
  std::vector<std::size_t>& with = products_with_.at(key(p));
  std::sort(with.begin(), with.end());
  with.erase(std::unique(with.begin(), with.end()), with.end());
  std::size_t count = 0;
  for (std::size_t product : with) count += times_in(products_[product], p);
  return count;
}

/// The pair stands where its first factor stood.
void SharedPairs::replace(std::size_t product, Pair p, std::optional<Symbol> by) {
  std::vector<Symbol>& factors = products_[product];
  const auto a = std::find_if(factors.begin(), factors.end(),
                              [&](Symbol s) { return s == p.first || s == p.second; });
  const Symbol other = *a == p.first ? p.second : p.first;
  const auto b = std::find(a + 1, factors.end(), other);
  factors.erase(b);
  if (by) {
    *a = *by;
  } else {
    factors.erase(a);
  }
}

void SharedPairs::take_offers(std::size_t product) {
  const auto find = [&]() -> bool {
    const std::vector<Symbol>& factors = products_[product];
    for (std::size_t i = 0; i < factors.size(); ++i) {
      for (std::size_t j = i + 1; j < factors.size(); ++j) {
        const Pair p = ordered(factors[i], factors[j]);
        const auto offer = offers_.find(key(p));
        if (offer == offers_.end()) continue;
        replace(product, p, offer->second);
        return true;
      }
    }
    return false;
  };
  while (find()) {
  }
}

/// Records that the product has these pairs; where `made` is given, only those with it.
void SharedPairs::note(std::size_t product, std::optional<Symbol> made, std::vector<Pair>& found) {
  const std::vector<Symbol>& factors = products_[product];
  for (std::size_t i = 0; i < factors.size(); ++i) {
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      if (made && factors[i] != *made && factors[j] != *made) continue;
      const Pair p = ordered(factors[i], factors[j]);
      auto& with = products_with_[key(p)];
      if (with.empty()) found.push_back(p);
      if (with.empty() || with.back() != product) with.push_back(product);
    }
  }
}

void SharedPairs::push(const std::vector<Pair>& pairs) {
  for (const Pair& p : pairs) {
    const std::size_t now = count(p);
    if (now >= 2) candidates_.push({now, p});
  }
}

void SharedPairs::choose() {
  for (std::size_t i = 0; i < products_.size(); ++i) take_offers(i);
  std::vector<Pair> found;
  for (std::size_t i = 0; i < products_.size(); ++i) note(i, std::nullopt, found);
  push(found);
  while (!candidates_.empty()) {
    const Candidate top = candidates_.top();
    candidates_.pop();
    const std::size_t now = count(top.pair);
    if (now < 2) continue;
    if (now < top.count) {
      candidates_.push({now, top.pair});
      continue;
    }
    const Symbol made = next_++;
    pairs_.emplace(made, top.pair);
    const std::vector<std::size_t> with = products_with_.at(key(top.pair));
    found.clear();
    for (std::size_t product : with) {
      std::size_t times = times_in(products_[product], top.pair);
      if (times == 0) continue;
      for (; times > 0; --times) replace(product, top.pair, made);
      note(product, made, found);
    }
    push(found);
  }
}

}  // namespace gradsmith
