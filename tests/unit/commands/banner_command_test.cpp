#include "commands/banner_command.hpp"

#include <catch2/catch.hpp>

using namespace gradsmith;

TEST_CASE("the banner's command names what changes the content, and nothing else") {
  CHECK(banner_command("specs/z.cpp", {}) == "gradsmith generate specs/z.cpp");
  CHECK(banner_command("z.cpp", {{"value", "d_x"}, {"x", "y"}, {"z"}, FpPolicy::Strict}) ==
        "gradsmith generate z.cpp --emit=value,d_x --wrt=x,y --function=z --fp=strict");
}

TEST_CASE("an entry given twice is named once") {
  CHECK(banner_command("z.cpp", {{}, {"x", "x"}, {}, FpPolicy::Fast}) ==
        "gradsmith generate z.cpp --wrt=x --fp=fast");
}

TEST_CASE("the length of functions is named where it is not the default") {
  ContentOptions options;
  options.max_statements = 500;
  CHECK(banner_command("z.cpp", options) == "gradsmith generate z.cpp --max-statements=500");
}

TEST_CASE("what a shell would change is quoted") {
  CHECK(banner_command("my specs/z.cpp", {{}, {}, {"f<double>"}, FpPolicy::Finite}) ==
        "gradsmith generate 'my specs/z.cpp' '--function=f<double>'");
  CHECK(banner_command("it's.cpp", {}) == "gradsmith generate 'it'\\''s.cpp'");
}
