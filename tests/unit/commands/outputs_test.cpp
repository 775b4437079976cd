#include "commands/outputs.hpp"

#include <catch2/catch.hpp>

#include "commands/status.hpp"

using namespace gradsmith;

TEST_CASE("the output lies beside the spec") {
  CHECK(output_paths({"specs/z.cpp", "loss.cc"}, {}) ==
        std::vector<std::string>{"specs/z.grad.hpp", "loss.grad.hpp"});
}

TEST_CASE("an output is the path given by -o, or lies in the folder of --out-dir") {
  CHECK(output_paths({"z.cpp"}, {"./x/../y.hpp", ""}) == std::vector<std::string>{"./x/../y.hpp"});
  CHECK(output_paths({"a/z.cpp", "b/y.cpp"}, {"", "out"}) ==
        std::vector<std::string>{"out/z.grad.hpp", "out/y.grad.hpp"});
}

TEST_CASE("two specs are never written to one file") {
  CHECK_THROWS_AS(output_paths({"a.cpp", "b.cpp"}, {"x.hpp", ""}), UsageError);
  CHECK_THROWS_AS(output_paths({"a/z.cpp", "b/z.cpp"}, {"", "out"}), UsageError);
  CHECK_THROWS_AS(output_paths({"z.cpp", "./z.cpp"}, {}), UsageError);
  CHECK_THROWS_AS(output_paths({"z.cpp", "z.cc"}, {}), UsageError);
}
