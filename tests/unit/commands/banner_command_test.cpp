#include "commands/banner_command.hpp"

#include <catch2/catch.hpp>

#include "commands/status.hpp"

using namespace gradsmith;

namespace {

std::string line(const std::string& spec, const ContentOptions& options) {
  return join(banner_command(spec, options), " ");
}

}  // namespace

TEST_CASE("the banner's command names what changes the content, and nothing else") {
  CHECK(line("specs/z.cpp", {}) == "gradsmith generate specs/z.cpp");
  CHECK(line("z.cpp", {{"value", "d_x"}, {"x", "y"}, {"z"}, FpPolicy::Strict}) ==
        "gradsmith generate z.cpp --emit=value,d_x --wrt=x,y --function=z --fp=strict");
}

TEST_CASE("an entry given twice is named once") {
  CHECK(line("z.cpp", {{}, {"x", "x"}, {}, FpPolicy::Fast}) ==
        "gradsmith generate z.cpp --wrt=x --fp=fast");
}

TEST_CASE("the length of functions is named where it is not the default") {
  ContentOptions options;
  options.max_statements = 500;
  CHECK(line("z.cpp", options) == "gradsmith generate z.cpp --max-statements=500");
}

TEST_CASE("what a shell would change is quoted") {
  CHECK(line("my specs/z.cpp", {{}, {}, {"f<double>"}, FpPolicy::Finite}) ==
        "gradsmith generate 'my specs/z.cpp' '--function=f<double>'");
  CHECK(line("it's.cpp", {}) == "gradsmith generate 'it'\\''s.cpp'");
}

TEST_CASE("sparse matrices are named behind the words") {
  ContentOptions options{{"hessian"}, {"x"}, {}};
  options.sparse = true;
  CHECK(line("z.cpp", options) == "gradsmith generate z.cpp --emit=hessian --sparse --wrt=x");
}

TEST_CASE("what was kept going says so") {
  ContentOptions options;
  options.keep_going = true;
  CHECK(line("z.cpp", options) == "gradsmith generate z.cpp --keep-going");
}

TEST_CASE("a long list is given in options that fit a line, nothing lost and in order") {
  ContentOptions options;
  for (int i = 0; i < 40; ++i) options.emit.push_back("d_w" + std::to_string(i));
  std::string entries;
  for (const std::string& word : banner_command("z.cpp", options)) {
    CHECK(word.size() <= 90);
    if (word.starts_with("--emit=")) entries += (entries.empty() ? "" : ",") + word.substr(7);
  }
  CHECK(entries == join(options.emit, ","));
}
