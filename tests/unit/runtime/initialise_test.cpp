#include "runtime/initialise.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "runtime/name_pattern.hpp"

using namespace gradsmith::runtime;

namespace {

std::vector<double> drawn(const std::vector<Block>& blocks, const std::vector<std::string>& how,
                          std::uint64_t seed = 1) {
  std::vector<Initialiser> initialisers;
  for (const std::string& text : how) initialisers.push_back(*parse_initialiser(text));
  Random random(seed);
  return draw_parameters(blocks, initialisers, random);
}

const Block kMatrix{"W", {20, 30}, 0, 600};
const Block kBias{"b", {20}, 600, 20};

}  // namespace

TEST_CASE("without a word, names with b and c start at zero and others by Glorot") {
  const std::vector<double> p = drawn({kMatrix, kBias}, {});
  const double end = std::sqrt(6.0 / 50);
  double largest = 0;
  for (std::size_t k = 0; k < 600; ++k) largest = std::max(largest, std::fabs(p[k]));
  CHECK(largest <= end);
  CHECK(largest > 0.95 * end);
  for (std::size_t k = 600; k < 620; ++k) CHECK(p[k] == 0);
}

TEST_CASE("a number of no name's kind starts as in the course, in +-sqrt(6/4)") {
  const Block number{"w11", {}, 0, 1};
  Random random(5);
  const double end = std::sqrt(6.0 / 4);
  CHECK(drawn({number}, {}, 5)[0] == random.uniform(-end, end));
}

TEST_CASE("the first pattern that matches counts") {
  CHECK(drawn({kBias}, {"b*=constant:2", "*=zero"})[7] == 2);
  CHECK(drawn({kBias}, {"*=zero", "b*=constant:2"})[7] == 0);
  const std::vector<double> p = drawn({kMatrix}, {"W=uniform:3:4"});
  for (const double x : p) CHECK((x >= 3 && x < 4));
}

TEST_CASE("He's variance is 2 / in") {
  double squares = 0;
  for (const double x : drawn({kMatrix}, {"W=he"})) squares += x * x;
  CHECK(squares / 600 == Approx(2.0 / 30).epsilon(0.15));  // 600 draws: 6 % is one deviation
}

TEST_CASE("what is no initialiser is not understood") {
  for (const char* text : {"", "zero", "=zero", "w=", "w=one", "w=constant", "w=constant:x",
                           "w=uniform:1", "w=zero:1", "w=normal:0:inf"}) {
    INFO(text);
    CHECK(!parse_initialiser(text));
  }
}

TEST_CASE("a star stands for any characters, a question mark for one") {
  CHECK(matches("W*", "W1"));
  CHECK(matches("*", ""));
  CHECK(matches("?1*x", "a1bcx"));
  CHECK(matches("*a*b", "xaab"));
  CHECK(!matches("W?", "W"));
  CHECK(!matches("W", "W1"));
}
