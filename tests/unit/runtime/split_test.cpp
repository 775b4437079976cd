#include "runtime/split.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace gradsmith::runtime;

TEST_CASE("every third row begins with the first, unless said otherwise") {
  Random random(1);
  CHECK(taken(*parse_share("every:3"), 8, random) == std::vector<std::size_t>{0, 3, 6});
  CHECK(taken(*parse_share("every:3:2"), 8, random) == std::vector<std::size_t>{2, 5});
}

TEST_CASE("a fraction takes so many rows, each at most once, the same for the same seed") {
  Random random(7);
  const std::vector<std::size_t> rows = taken(*parse_share("0.3"), 10, random);
  CHECK(rows.size() == 3);
  CHECK(std::is_sorted(rows.begin(), rows.end()));
  CHECK(std::adjacent_find(rows.begin(), rows.end()) == rows.end());
  Random again(7);
  CHECK(taken(*parse_share("0.3"), 10, again) == rows);
}

TEST_CASE("what is no share is not understood") {
  for (const char* text :
       {"", "every:", "every:0", "every:3:3", "every:3:x", "0", "1", "1.5", "x"}) {
    INFO(text);
    CHECK(!parse_share(text));
  }
}

TEST_CASE("a shuffle is a permutation") {
  Random random(3);
  std::vector<std::size_t> order = shuffled(100, random);
  CHECK(!std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::size_t k = 0; k < 100; ++k) CHECK(order[k] == k);
}
