#include "runtime/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "runtime/text.hpp"

namespace gradsmith::runtime {

std::optional<Share> parse_share(const std::string& text) {
  Share share;
  const std::string every = "every:";
  if (text.rfind(every, 0) == 0) {
    const std::size_t colon = text.find(':', every.size());
    const std::size_t length = colon == std::string::npos ? colon : colon - every.size();
    if (!read_number(text.substr(every.size(), length), share.every) || share.every == 0) return {};
    if (colon != std::string::npos && !read_number(text.substr(colon + 1), share.first)) return {};
    if (share.first >= share.every) return {};
    return share;
  }
  if (!read_number(text, share.fraction)) return {};
  if (!(share.fraction > 0 && share.fraction < 1)) return {};
  return share;
}

std::vector<std::size_t> taken(const Share& share, std::size_t rows, Random& random) {
  std::vector<std::size_t> places;
  if (share.every > 0) {
    for (std::size_t k = share.first; k < rows; k += share.every) places.push_back(k);
    return places;
  }
  places = shuffled(rows, random);
  places.resize(static_cast<std::size_t>(std::lround(share.fraction * static_cast<double>(rows))));
  std::sort(places.begin(), places.end());
  return places;
}

std::vector<std::size_t> shuffled(std::size_t count, Random& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t k = count; k > 1; --k) {
    const auto other = static_cast<std::size_t>(random.uniform(0, 1) * static_cast<double>(k));
    std::swap(order[k - 1], order[std::min(other, k - 1)]);
  }
  return order;
}

}  // namespace gradsmith::runtime
