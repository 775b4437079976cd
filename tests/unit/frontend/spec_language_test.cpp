// docs/spec_language.md is the closed list, so it must not lag behind the code.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "ir/ops.hpp"

namespace gradsmith {
namespace {

const std::filesystem::path kRoot = GRADSMITH_SOURCE_DIR;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> codes_in(const std::string& text, const std::regex& pattern) {
  std::set<std::string> codes;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    codes.insert((*it)[1]);
  }
  return codes;
}

}  // namespace

TEST_CASE("the documentation lists every code of a refusal, and no others") {
  std::set<std::string> used;
  for (const auto& file : std::filesystem::recursive_directory_iterator(kRoot / "generator")) {
    if (file.path().extension() != ".cpp" && file.path().extension() != ".hpp") continue;
    used.merge(codes_in(text_of(file.path()), std::regex("[\"[](gs-[a-z-]+)")));
  }
  const std::string page = text_of(kRoot / "docs" / "spec_language.md");
  CHECK(codes_in(page, std::regex("`(gs-[a-z-]+)`")) == used);
}

TEST_CASE("the documentation lists every function of the table of operators") {
  const std::string page = text_of(kRoot / "docs" / "spec_language.md");
  for (const OpRow& row : op_rows()) {
    if (!is_call(row.op) || row.op == Op::Polygamma) continue;
    const std::string name(row.spelling);
    INFO(name);
    CHECK(std::regex_search(page, std::regex("- `([a-z0-9]+ )*" + name + "( [a-z0-9]+)*`")));
  }
}

}  // namespace gradsmith
