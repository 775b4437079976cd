#include "ir/notation.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "ir/parse_numbers.hpp"
#include "unit/special_numbers.hpp"

using namespace gradsmith;
using namespace gradsmith::test;

TEST_CASE("the text of a constant reads back as its bits") {
  Graph g;
  std::mt19937_64 random(1);
  std::vector<NodeId> constants;
  for (double x : kSpecialNumbers) {
    constants.push_back(g.constant(x));
    constants.push_back(g.constant(x, Element::F32));
  }
  for (int i = 0; i < 20000; ++i) {
    constants.push_back(g.constant(std::bit_cast<double>(random())));
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    constants.push_back(g.constant(static_cast<double>(narrow), Element::F32));
    constants.push_back(g.index(static_cast<std::int64_t>(random())));
  }
  constants.push_back(g.index(INT64_MIN));
  constants.push_back(g.constant(std::bit_cast<double>(0xfff8000000000001u)));
  for (NodeId id : constants) {
    const std::string text = constant_text(g, id);
    INFO(text);
    REQUIRE(number_length(text) == text.size());
    REQUIRE(number_constant(g, text, number_suffix(text).value_or(Element::F64)) == id);
  }
}

TEST_CASE("a number ends where it must") {
  CHECK(number_length("0..n") == 1);
  CHECK(number_length("1.5..n") == 3);
  CHECK(number_length("1e5x") == 0);
  CHECK(number_length("1e") == 0);
  CHECK(number_length("12)") == 2);
  CHECK(number_length(".5") == 2);
  CHECK(number_length("2.") == 2);
  CHECK(number_length("-3i]") == 3);
  CHECK(number_length("-x") == 0);
  CHECK(number_length("infinite") == 0);
  CHECK(number_length("-inf") == 4);
  CHECK(number_length("nanf") == 4);
}

TEST_CASE("a number is of a kind only where it fits") {
  Graph g;
  CHECK(number_constant(g, "0.5", Element::Index) == std::nullopt);
  CHECK(number_constant(g, "1e999", Element::F64) == std::nullopt);
  CHECK(number_constant(g, "1e39", Element::F32) == std::nullopt);
  CHECK(number_constant(g, "9223372036854775808", Element::Index) == std::nullopt);
  CHECK(number_constant(g, "3", Element::F32) == g.constant(3, Element::F32));
}

TEST_CASE("plain names are words with members and subscripts") {
  for (const char* name : {"x", "_x1", "cam.pose.t", "a[]", "a[][]", "p[].x", "fold", "exp"}) {
    INFO(name);
    CHECK(is_plain_name(name));
  }
  for (const char* name :
       {"", "1x", "a.", ".a", "a[", "a[1]", "a b", "a[]b", "nan", "in", "true"}) {
    INFO(name);
    CHECK_FALSE(is_plain_name(name));
  }
}

TEST_CASE("every reduction has a word of its own") {
  std::vector<std::string_view> words;
  for (const ReducerWord& r : reducer_words()) {
    CHECK(reducer_word(r.op) == &r);
    words.push_back(r.reduce);
    if (!r.arg_reduce.empty()) words.push_back(r.arg_reduce);
  }
  std::ranges::sort(words);
  CHECK(std::ranges::adjacent_find(words) == words.end());
  CHECK(reducer_word(Op::Sub) == nullptr);
}

TEST_CASE("names of loops are recognised") {
  CHECK(bound_name(2, 0) == "i2");
  CHECK(bound_name(2, 3) == "s2_3");
  CHECK(is_bound_name("i12"));
  CHECK(is_bound_name("s1_1"));
  CHECK_FALSE(is_bound_name("index"));
  CHECK_FALSE(is_bound_name("i"));
}
