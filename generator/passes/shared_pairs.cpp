#include "passes/shared_pairs.hpp"

#include <utility>

namespace gradsmith {
namespace {

constexpr Symbol kCancels = FlatMap::kNone - 1;

/// The pair stands where its first factor stood; with kCancels nothing does.
void replace(std::vector<Symbol>& factors, std::pair<Symbol, Symbol> p, Symbol by) {
  const auto a = std::find_if(factors.begin(), factors.end(),
                              [&](Symbol s) { return s == p.first || s == p.second; });
  const Symbol other = *a == p.first ? p.second : p.first;
  const auto b = std::find(a + 1, factors.end(), other);
  factors.erase(b);
  if (by == kCancels) {
    factors.erase(a);
  } else {
    *a = by;
  }
}

}  // namespace

std::size_t SharedPairs::add(std::vector<Symbol> factors) {
  products_.push_back(std::move(factors));
  return products_.size() - 1;
}

void SharedPairs::offer(Symbol a, Symbol b, Symbol pair) {
  offers_.emplace(key(ordered(a, b)), pair);
  for (const Symbol s : {a, b}) {
    if (s >= offered_.size()) offered_.resize(s + std::size_t{1}, false);
    offered_[s] = true;
  }
}

void SharedPairs::cancel(Symbol a, Symbol b) { offer(a, b, kCancels); }

void SharedPairs::take_offers(std::vector<Symbol>& product) const {
  const auto is_offered = [&](Symbol s) { return s < offered_.size() && offered_[s]; };
  const auto take_first = [&] {
    for (std::size_t i = 0; i < product.size(); ++i) {
      if (!is_offered(product[i])) continue;
      for (std::size_t j = i + 1; j < product.size(); ++j) {
        if (!is_offered(product[j])) continue;
        const Pair p = ordered(product[i], product[j]);
        const std::uint32_t offer = offers_.find(key(p));
        if (offer == FlatMap::kNone) continue;
        replace(product, p, offer);
        return true;
      }
    }
    return false;
  };
  while (take_first()) {
  }
}

/// The distinct factors of a product and how often each is there; until the next call.
const std::vector<SharedPairs::Multiplicity>& SharedPairs::multiplicities(ProductId product) {
  multiplicities_.clear();
  for (const Symbol s : products_[product]) {
    const auto known = std::ranges::find(multiplicities_, s, &Multiplicity::symbol);
    if (known == multiplicities_.end()) {
      multiplicities_.push_back({s, 1});
    } else {
      ++known->times;
    }
  }
  return multiplicities_;
}

/// How often the pair can be taken out.
std::uint32_t SharedPairs::times_in(ProductId product, Pair p) const {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  for (const Symbol s : products_[product]) {
    first += s == p.first ? 1 : 0;
    second += s == p.second ? 1 : 0;
  }
  return p.first == p.second ? first / 2 : std::min(first, second);
}

/// Visits each factor from `least` on with which `s`, a factor, makes a pair, and how often that
/// can be taken out.
template <class Visit>
void SharedPairs::for_partners(ProductId product, Symbol s, Symbol least, const Visit& visit) {
  if (distinct_[product]) {
    for (const Symbol other : products_[product]) {
      if (other >= least && other != s) visit(other, 1);
    }
    return;
  }
  const auto& in = multiplicities(product);
  const std::uint32_t own = std::ranges::find(in, s, &Multiplicity::symbol)->times;
  for (const Multiplicity& m : in) {
    const std::uint32_t times = m.symbol == s ? own / 2 : std::min(own, m.times);
    if (m.symbol >= least && times > 0) visit(m.symbol, times);
  }
}

void SharedPairs::count_given_pairs() {
  // The products by factor, one factor's behind another's.
  std::vector<std::size_t> end(next_ + std::size_t{1}, 0);
  for (ProductId p = 0; p < products_.size(); ++p) {
    const auto& in = multiplicities(p);
    distinct_.push_back(in.size() == products_[p].size());
    for (const Multiplicity& m : in) ++end[m.symbol + std::size_t{1}];
  }
  for (std::size_t s = 1; s < end.size(); ++s) end[s] += end[s - 1];
  std::vector<ProductId> with(end.back());
  std::vector<std::size_t> next(end.begin(), end.end() - 1);
  for (ProductId p = 0; p < products_.size(); ++p) {
    for (const Multiplicity& m : multiplicities(p)) with[next[m.symbol]++] = p;
  }
  for (Symbol s = 0; s < next_; ++s) {
    count_pairs_with(s, std::span(with).subspan(end[s], end[s + std::size_t{1}] - end[s]), s);
  }
}

/// Makes candidates of the pairs of `s` and a factor from `least` on that can be taken out of the
/// products twice, all of which have `s`. Other pairs never become more frequent than they are.
void SharedPairs::count_pairs_with(Symbol s, std::span<const ProductId> products, Symbol least) {
  if (tally_.size() < next_) {
    tally_.resize(next_ + next_ / 2, 0);
    id_of_.resize(tally_.size(), FlatMap::kNone);
    is_kept_up_.resize(tally_.size(), false);
  }
  std::vector<Symbol>& others = others_;
  others.clear();
  for (const ProductId p : products) {
    for_partners(p, s, least, [&](Symbol other, std::uint32_t times) {
      if (tally_[other] == 0) others.push_back(other);
      tally_[other] += times;
    });
  }
  bool any = false;
  for (const Symbol other : others) {
    const std::uint32_t count = tally_[other];
    if (count < 2) continue;
    id_of_[other] = static_cast<std::uint32_t>(counted_.size());
    counted_.push_back({ordered(s, other), count, 0, members_.size()});
    members_.resize(members_.size() + count);  // as many products at most
    any = true;
  }
  for (std::size_t k = 0; any && k < products.size(); ++k) {
    for_partners(products[k], s, least, [&](Symbol other, std::uint32_t) {
      if (id_of_[other] == FlatMap::kNone) return;
      Counted& of = counted_[id_of_[other]];
      members_[of.first + of.size++] = products[k];
    });
  }
  for (const Symbol other : others) {
    const std::uint32_t id = std::exchange(id_of_[other], FlatMap::kNone);
    tally_[other] = 0;
    if (id == FlatMap::kNone) continue;
    const Counted& of = counted_[id];
    candidates_.push({key(of.pair), of.count, id});
    if (of.size <= kManyProducts) continue;
    kept_up_.emplace(key(of.pair), id);
    is_kept_up_[s] = is_kept_up_[other] = true;
  }
}

std::uint32_t SharedPairs::count_now(Counted& of) {
  if (of.size > kManyProducts) return of.count;
  of.count = 0;
  for (std::uint32_t k = 0; k < of.size; ++k) of.count += times_in(members_[of.first + k], of.pair);
  return of.count;
}

void SharedPairs::lower_count(Symbol a, Symbol b, std::uint32_t by) {
  if (by == 0 || !is_kept_up_[a] || !is_kept_up_[b]) return;
  const std::uint32_t id = kept_up_.find(key(ordered(a, b)));
  if (id != FlatMap::kNone) counted_[id].count -= by;
}

/// The pair has been taken out of a product that had these factors: pairs of its factors with
/// others, and with themselves, are fewer.
void SharedPairs::lower_counts(const std::vector<Multiplicity>& in, Pair taken,
                               std::uint32_t times) {
  const auto [a, b] = taken;
  const std::uint32_t na = std::ranges::find(in, a, &Multiplicity::symbol)->times;
  const std::uint32_t nb = std::ranges::find(in, b, &Multiplicity::symbol)->times;
  const std::uint32_t left_of_a = a == b ? na - 2 * times : na - times;
  const std::uint32_t left_of_b = a == b ? left_of_a : nb - times;
  for (const Multiplicity& m : in) {
    if (m.symbol == a || m.symbol == b) continue;
    lower_count(a, m.symbol, std::min(na, m.times) - std::min(left_of_a, m.times));
    if (a != b) lower_count(b, m.symbol, std::min(nb, m.times) - std::min(left_of_b, m.times));
  }
  lower_count(a, a, na / 2 - left_of_a / 2);
  if (a == b) return;
  lower_count(b, b, nb / 2 - left_of_b / 2);
  lower_count(a, b, times);
}

/// Makes a symbol for a pair and puts it into the products.
void SharedPairs::make(std::uint32_t id) {
  const Pair pair = counted_[id].pair;
  const Symbol made = next_++;
  made_.push_back(pair);
  const bool kept_up = is_kept_up_[pair.first] || is_kept_up_[pair.second];
  std::vector<ProductId> with;
  for (std::uint32_t k = 0; k < counted_[id].size; ++k) {
    const ProductId p = members_[counted_[id].first + k];
    const std::uint32_t times = times_in(p, pair);
    if (times == 0) continue;
    if (kept_up) lower_counts(multiplicities(p), pair, times);
    for (std::uint32_t t = 0; t < times; ++t) replace(products_[p], pair, made);
    distinct_[p] = distinct_[p] && times == 1;
    with.push_back(p);
  }
  count_pairs_with(made, with, 0);
}

void SharedPairs::choose() {
  for (auto& product : products_) take_offers(product);
  first_made_ = next_;
  count_given_pairs();
  while (!candidates_.empty()) {
    const Candidate top = candidates_.top();
    candidates_.pop();
    const std::uint32_t now = count_now(counted_[top.id]);
    if (now < 2) continue;
    if (now < top.count) {
      candidates_.push({top.key, now, top.id});
    } else {
      make(top.id);
    }
  }
}

}  // namespace gradsmith
