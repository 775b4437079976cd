#include "emit/zero_fill.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"

namespace gradsmith {
namespace {

/// Stores to h[0], h[1], ...: of `x` where the count is divisible by `every`, else of zero.
Block stores(std::int64_t count, std::int64_t every) {
  Block block;
  for (std::int64_t k = 0; k < count; ++k) {
    const Expression value = k % every == 0 ? name(Element::F64, "x") : literal(Element::F64, 0.0);
    block.statements.push_back({Assign{{"h", {{"", k, -1}}}, value}});
  }
  return block;
}

std::string filled(Block block, const std::set<std::string>& taken = {}) {
  fill_zeros(block, taken);
  return cpp_block(block, {"void ", ""}, 0);
}

std::string unchanged(const Block& block) { return cpp_block(block, {"void ", ""}, 0); }

}  // namespace

TEST_CASE("an array that is mostly zeros is cleared by a loop") {
  CHECK(filled(stores(20, 10)) ==
        "for (int i = 0; i < 20; ++i) h[i] = 0.0;\nh[0] = x;\nh[10] = x;\n");
}

TEST_CASE("the loop's index is none of the names around it") {
  CHECK(filled(stores(20, 20), {"i"}).find("for (int i_ = 0; i_ < 20; ++i_)") == 0);
}

TEST_CASE("few zeros are stored one by one") {
  for (const Block& block : {stores(15, 15), stores(32, 2), stores(30, 2)}) {
    const bool half = block.statements.size() == 32;
    CHECK((filled(block) == unchanged(block)) == !half);
  }
}

TEST_CASE("an array that is not stored from its first element to its last is not cleared") {
  Block block = stores(40, 40);
  block.statements.erase(block.statements.begin() + 7);
  CHECK(filled(block) == unchanged(block));
}

TEST_CASE("an array that is read, as one of input and output is, is not cleared") {
  Block block = stores(20, 10);
  block.statements[10] = {Assign{{"h", {{"", 10, -1}}}, read(Element::F64, {"h", {{"", 10, -1}}})}};
  CHECK(filled(block) == unchanged(block));
}

TEST_CASE("negative zeros and integers are stored one by one") {
  Block block = stores(20, 10);
  block.statements[7] = {Assign{{"h", {{"", 7, -1}}}, literal(Element::F64, -0.0)}};
  CHECK(filled(block).find("h[7] = -0.0;") != std::string::npos);
  for (Statement& s : block.statements) {
    std::get<Assign>(s.is).value = literal(Element::Index, std::int64_t{5});
  }
  CHECK(filled(block) == unchanged(block));
}

TEST_CASE("members and nested arrays are stored one by one") {
  Block block;
  for (std::int64_t k = 0; k < 40; ++k) {
    block.statements.push_back(
        {Assign{{"d", {{"w", 0, -1}, {"", k, -1}}}, literal(Element::F64, 0.0)}});
  }
  CHECK(filled(block) == unchanged(block));
}

}  // namespace gradsmith
