#include "emit/early_stores.hpp"

#include <catch2/catch.hpp>

#include "emit/print_cpp.hpp"

namespace gradsmith {
namespace {

std::string at(int i) { return "[" + std::to_string(i) + "]"; }

Expression element(const char* array, int i) { return read(Element::F64, {array, {{"", i, -1}}}); }

Expression local(const std::string& s) { return name(Element::F64, s); }

Statement define(const std::string& s, Expression value) {
  return {Define{s, std::move(value), ""}};
}

Statement store(int i, Expression value) {
  return {Assign{{"out", {{"", i, -1}}}, std::move(value)}};
}

/// x_i is read, s_i sums the x up to there, y_i is the square of x_i and stored at the end.
Block squares(int count) {
  Block block;
  std::vector<Statement> stores;
  std::string sum;
  for (int i = 0; i < count; ++i) {
    const std::string k = std::to_string(i);
    block.statements.push_back(define("x" + k, element("p", i)));
    block.statements.push_back(define("y" + k, apply(Op::Mul, {local("x" + k), local("x" + k)})));
    block.statements.push_back(
        define("s" + k, sum.empty() ? local("y0") : apply(Op::Add, {local(sum), local("y" + k)})));
    sum = "s" + k;
    stores.push_back(store(i, apply(Op::Neg, {local("y" + k)})));
  }
  for (Statement& s : stores) block.statements.push_back(std::move(s));
  block.statements.push_back({Return{local(sum)}});
  return block;
}

std::string shown(const Block& block) { return cpp_block(block, {"double ", ""}, 0); }

std::string early(Block block) {
  store_early(block);
  return shown(block);
}

}  // namespace

TEST_CASE("all memory is read first, then each output is written as soon as it is known") {
  const std::string text = early(squares(3));
  const auto place = [&](const std::string& s) {
    const std::size_t found = text.find(s);
    CAPTURE(s, text);
    CHECK(found != std::string::npos);
    return found;
  };
  for (int i = 0; i < 3; ++i) CHECK(place("p" + at(i)) < place("out" + at(0)));
  for (int i = 0; i < 2; ++i) CHECK(place("out" + at(i)) < place("out" + at(i + 1)));
  CHECK(place("out" + at(0)) < place("y1 ="));
  CHECK(place("out" + at(2)) < place("s2 ="));
  CHECK(place("s2 =") < place("return s2;"));
}

TEST_CASE("more locals than registers hold are not read in advance") {
  CHECK(early(squares(32)) != shown(squares(32)));
  CHECK(early(squares(33)) == shown(squares(33)));
}

TEST_CASE("blocks with a branch, a call, or a store that reads keep their order") {
  Block branch = squares(4);
  branch.statements.insert(branch.statements.begin(),
                           {Branch{apply(Op::Lt, {local("a"), local("b")}), {}, {}}});
  Block call = squares(4);
  call.statements.insert(call.statements.begin(), define("e", apply(Op::Exp, {local("a")})));
  Block reading = squares(4);
  reading.statements.insert(reading.statements.end() - 1, store(9, element("p", 9)));
  for (const Block& block : {branch, call, reading}) CHECK(early(block) == shown(block));
}

}  // namespace gradsmith
