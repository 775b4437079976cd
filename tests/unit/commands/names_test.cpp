// Two types of one name in one namespace would be one to the linker: their destructors and
// containers would be mixed up without a word, in whatever folders they are defined.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace fs = std::filesystem;

TEST_CASE("types that headers define have a name of their own in their namespace") {
  std::map<std::string, std::set<std::string>> places;
  const std::regex space(R"(^namespace ([\w:]+) \{$)");
  const std::regex definition(R"(^(?:struct|class|enum class) (\w+)(?: final)?(?: :.*)? \{.*)");
  std::size_t headers = 0;
  for (const auto& entry : fs::recursive_directory_iterator(GRADSMITH_SOURCE_DIR "/generator")) {
    if (entry.path().extension() != ".hpp") continue;
    ++headers;
    std::ifstream in(entry.path());
    std::string line;
    std::smatch match;
    std::string where;
    while (std::getline(in, line)) {
      if (std::regex_match(line, match, space)) where = match[1];
      if (std::regex_match(line, match, definition)) {
        places[where + "::" + match[1].str()].insert(entry.path().string());
      }
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
