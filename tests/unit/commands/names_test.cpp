// All folders share one namespace and end up in one program, so two types of one name would be one
// to the linker: their destructors and containers would be mixed up without a word.

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace fs = std::filesystem;

TEST_CASE("types that headers define have a name of their own over all folders") {
  std::map<std::string, std::set<std::string>> places;
  const std::regex definition(R"(^(?:struct|class|enum class) (\w+)(?: final)?(?: :.*)? \{.*)");
  std::size_t headers = 0;
  for (const auto& entry : fs::recursive_directory_iterator(GRADSMITH_SOURCE_DIR "/generator")) {
    if (entry.path().extension() != ".hpp") continue;
    ++headers;
    std::ifstream in(entry.path());
    std::string line;
    std::smatch match;
    while (std::getline(in, line)) {
      if (std::regex_match(line, match, definition)) places[match[1]].insert(entry.path().string());
    }
  }
  CHECK(headers > 50);
  CHECK(places.size() > 50);
  for (const auto& [name, files] : places) {
    std::string list;
    for (const std::string& file : files) list += " " + file;
    INFO(name << " is defined in" << list);
    CHECK(files.size() == 1);
  }
}
