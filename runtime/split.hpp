#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runtime/random.hpp"

namespace gradsmith::runtime {

// `every:3`: each third row, beginning with the first; `every:3:1`: beginning with the second;
// `0.2`: that fraction of the rows, at random. Nothing where the text is none of these.
struct Share {
  std::size_t every = 0;
  std::size_t first = 0;
  double fraction = 0;
};
std::optional<Share> parse_share(const std::string& text);

// The places in `rows` that belong to a share, ascending. At random, the fraction is rounded to the
// nearest count.
std::vector<std::size_t> taken(const Share& share, std::size_t rows, Random& random);

// 0, ..., count - 1 in random order; Fisher and Yates.
std::vector<std::size_t> shuffled(std::size_t count, Random& random);

}  // namespace gradsmith::runtime
