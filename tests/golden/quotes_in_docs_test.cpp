// What the documents quote is what is there: files line by line, commands by what they print.
//
//   From `path`:        a code block follows; its parts between lines of `...` stand in that file,
//   in
//                       this order
//   $ gradsmith ...     the first line of a code block, or a program $ build/runtime/...; what
//                       follows, up to the next such line, is what the command prints on stdout;
//                       `...` stands for any lines. A command goes on in the next line where its
//                       line ends in a backslash

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct CodeBlock {
  std::string source;  ///< the path that it is from; may be empty
  std::string text;
  int line = 0;
};

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE(in.good());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<CodeBlock> blocks_of(const fs::path& document) {
  const std::regex from(R"(.*From `([^`]+)`:)");
  std::vector<CodeBlock> blocks;
  std::istringstream in(text_of(document));
  std::string line;
  std::string source;
  bool inside = false;
  for (int number = 1; std::getline(in, line); ++number) {
    std::smatch match;
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({source, "", number});
      if (inside) source.clear();
      inside = !inside;
    } else if (inside) {
      blocks.back().text += line + "\n";
    } else if (std::regex_match(line, match, from)) {
      source = match[1];
    } else if (!line.empty()) {
      source.clear();
    }
  }
  return blocks;
}

/// The parts of a text between lines of `...`.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line)) {
    if (line.find_first_not_of(" .") == std::string::npos &&
        line.find("...") != std::string::npos) {
      parts.emplace_back();
    } else {
      parts.back() += line + "\n";
    }
  }
  return parts;
}

/// Whether the parts stand in `text` in this order, each at the beginning of a line.
bool quotes(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    const std::size_t found = ("\n" + text).find("\n" + part, at);
    if (found == std::string::npos) return false;
    at = found + part.size();
  }
  return true;
}

constexpr std::string_view kProgram = "gradsmith ";
constexpr std::string_view kOfRuntime = "build/runtime/";

/// What a line runs; empty where it is no command.
std::string command_in(const std::string& line) {
  if (!line.starts_with("$ ")) return "";
  const std::string command = line.substr(2);
  return command.starts_with(kProgram) || command.starts_with(kOfRuntime) ? command : "";
}

std::string output_of(const std::string& quoted) {
  const bool of_runtime = quoted.starts_with(kOfRuntime);
  const std::string program = of_runtime
                                  ? GRADSMITH_RUNTIME_DIR "/" + quoted.substr(kOfRuntime.size())
                                  : "'" GRADSMITH_EXECUTABLE "' " + quoted.substr(kProgram.size());
  const std::string command = "cd '" GRADSMITH_SOURCE_DIR "' && " + program;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char buffer[4096];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0) text.append(buffer, count);
  const int status = ::pclose(pipe);
  CHECK(status == 0);
  return text;
}

void require_printed(const std::string& command, const std::string& expected) {
  const std::string printed = output_of(command);
  INFO(command << "\nprints\n" << printed << "and is quoted as\n" << expected);
  const std::vector<std::string> parts = parts_of(expected);
  if (parts.size() == 1) {
    CHECK(printed == expected);
  } else {
    CHECK(printed.starts_with(parts.front()));
    CHECK(quotes(printed, parts));
  }
}

bool is_of_commands(const CodeBlock& block) {
  return !command_in(block.text.substr(0, block.text.find('\n'))).empty();
}

void check_block(const CodeBlock& block) {
  if (!block.source.empty()) {
    INFO("quoted from " << block.source << ":\n" << block.text);
    CHECK(quotes(text_of(fs::path(GRADSMITH_SOURCE_DIR) / block.source), parts_of(block.text)));
  } else if (is_of_commands(block)) {
    std::istringstream in(block.text);
    std::string line;
    std::string command;
    std::string expected;
    while (std::getline(in, line)) {
      if (!command_in(line).empty()) {
        if (!command.empty()) require_printed(command, expected);
        command = command_in(line);
        while (command.ends_with('\\') && std::getline(in, line)) {
          command.back() = ' ';
          command += line;
        }
        expected.clear();
      } else {
        expected += line + "\n";
      }
    }
    require_printed(command, expected);
  }
}

}  // namespace

TEST_CASE("what the documents quote is what is there") {
  // What `gradsmith train` compiles is kept apart from the user's own.
  setenv("XDG_CACHE_HOME", GRADSMITH_TEST_SCRATCH_DIR "/cache", 1);
  std::vector<fs::path> documents = {GRADSMITH_SOURCE_DIR "/README.md",
                                     GRADSMITH_SOURCE_DIR "/CONTRIBUTING.md"};
  for (const auto& entry : fs::recursive_directory_iterator(GRADSMITH_SOURCE_DIR "/docs")) {
    if (entry.path().extension() == ".md") documents.push_back(entry.path());
  }
  std::size_t quoted = 0;
  for (const fs::path& document : documents) {
    for (const CodeBlock& block : blocks_of(document)) {
      INFO(document.string() << ":" << block.line);
      check_block(block);
      quoted += !block.source.empty() || is_of_commands(block) ? 1 : 0;
    }
  }
  // The tour of docs/architecture.md alone has more.
  CHECK(quoted >= 8);
}
