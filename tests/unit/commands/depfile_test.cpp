#include "commands/depfile.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith;

TEST_CASE("a rule has its target as it was given and a file per line") {
  CHECK(depfile_text({{"out/./z.grad.hpp", {"specs/z.cpp", "specs/math.hpp"}}}) ==
        "out/./z.grad.hpp: \\\n  specs/z.cpp \\\n  specs/math.hpp\n");
}

TEST_CASE("blanks, number signs, dollars and the backslashes before them are escaped") {
  CHECK(depfile_text({{"my out.hpp", {"a b.cpp", "c#.cpp", "d$e.cpp", "f\\g.cpp", "h\\ i.cpp"}}}) ==
        "my\\ out.hpp: \\\n  a\\ b.cpp \\\n  c\\#.cpp \\\n  d$$e.cpp \\\n  f\\g.cpp \\\n"
        "  h\\\\\\ i.cpp\n");
}

TEST_CASE("several outputs are several rules") {
  CHECK(depfile_text({{"a.hpp", {"a.cpp"}}, {"b.hpp", {"b.cpp"}}}) ==
        "a.hpp: \\\n  a.cpp\nb.hpp: \\\n  b.cpp\n");
}

TEST_CASE("a file that is no rule of ours is not taken for one") {
  CHECK(is_depfile(depfile_text({{"a.hpp", {"a.cpp"}}})));
  CHECK(is_depfile(""));
  CHECK_FALSE(is_depfile("// note: my own file\nint x;\n"));
  CHECK_FALSE(is_depfile("all: build\n\tmake build\n"));
}
