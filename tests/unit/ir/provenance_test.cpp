#include "ir/provenance.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith;

namespace {

SourceLocation line(std::uint32_t n) { return {0, 1, n}; }

TEST_CASE("a value with very many names keeps them all") {
  Provenance p;
  constexpr std::uint32_t kNames = 200'000;
  for (std::uint32_t i = 1; i <= kNames; ++i) p.add(5, {"n" + std::to_string(i), "", {0, 1, i}});
  for (std::uint32_t i = 1; i <= kNames; ++i) p.add(5, {"n" + std::to_string(i), "", {0, 1, i}});
  CHECK(p.all(5).size() == kNames);
  CHECK(p.named(5)->name == "n1");
}

}  // namespace

TEST_CASE("of several names, the first in source order is printed") {
  Provenance p;
  p.add(7, {"b", "", line(9)});
  p.add(7, {"a", "", line(3)});
  p.add(7, {"c", "", line(12)});
  REQUIRE(p.named(7));
  CHECK(p.named(7)->name == "a");
  CHECK(p.where(7) == line(3));
  CHECK(p.all(7).size() == 3);
}

TEST_CASE("the author's names come before derived ones") {
  Provenance p;
  p.add(7, {"d_z1", "d loss / d z1", {}});
  CHECK(p.named(7)->name == "d_z1");
  p.add(7, {"slope", "", line(20)});
  CHECK(p.named(7)->name == "slope");
}

TEST_CASE("an origin without a name gives the place only") {
  Provenance p;
  p.add(7, {"", "", line(5)});
  CHECK(p.named(7) == nullptr);
  CHECK(p.where(7) == line(5));
}

TEST_CASE("the same origin is kept once") {
  Provenance p;
  p.add(7, {"a", "", line(3)});
  p.add(7, {"a", "", line(3)});
  CHECK(p.all(7).size() == 1);
}

TEST_CASE("a body shared by two loops keeps each loop's names") {
  Provenance p;
  p.add(7, {"row", "", line(4)}, 100);
  p.add(7, {"column", "", line(8)}, 200);
  CHECK(p.named(7, 100)->name == "row");
  CHECK(p.named(7, 200)->name == "column");
  CHECK(p.named(7) == nullptr);
}

TEST_CASE("a node that replaces another takes over its origins") {
  Provenance p;
  p.add(1, {"a", "", line(3)});
  p.add(2, {"b", "", line(1)});
  p.carry(1, 2);
  CHECK(p.all(2).size() == 2);
  CHECK(p.named(2)->name == "b");
  p.carry(2, 2);
  CHECK(p.all(2).size() == 2);
  CHECK(p.all(9).empty());
}

TEST_CASE("origins taken over from another function's are the same, whatever their scope") {
  Provenance p;
  p.add(7, {"a", "", line(3)});
  p.add(7, {"b", "d y / d b", {}}, 100);
  p.add(7, {"", "", line(2)});
  p.add(9, {"c", "", line(4)});
  Provenance other = p.emptied();
  CHECK(other.all(7).empty());
  other.take_from(p, 7, 1);
  other.take_from(p, 8, 2);
  CHECK(other.all(1) ==
        std::vector<Origin>{{"a", "", line(3)}, {"", "", line(2)}, {"b", "d y / d b", {}}});
  CHECK(other.all(2).empty());
  CHECK(p.all(7).size() == 2);
}
