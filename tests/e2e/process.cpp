#include "process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace e2e {
namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

const std::filesystem::path kScratch = GRADSMITH_TEST_SCRATCH_DIR;

/// A path for the streams of one run. They lie outside the folder that it runs in, since some
/// tests list that; and tests that run at once in the same folder each have their own.
std::filesystem::path fresh_streams() {
  static int runs = 0;
  std::filesystem::create_directories(kScratch / "streams");
  return kScratch / "streams" / (std::to_string(getpid()) + "-" + std::to_string(runs++));
}

}  // namespace

Ran run(const std::vector<std::string>& command, const std::filesystem::path& folder) {
  const std::filesystem::path streams = fresh_streams();
  const std::filesystem::path out = streams.string() + ".stdout";
  const std::filesystem::path err = streams.string() + ".stderr";
  std::string line = "cd " + quoted(folder.string()) + " && exec timeout 300";
  for (const std::string& word : command) line += " " + quoted(word);
  line = "(" + line + ") >" + quoted(out.string()) + " 2>" + quoted(err.string()) + " </dev/null";
  const int raw = std::system(line.c_str());
  Ran ran;
  ran.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  ran.out = read_file(out);
  ran.err = read_file(err);
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  return ran;
}

Ran gradsmith(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  std::vector<std::string> command{GRADSMITH_EXECUTABLE};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(command, folder);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder = kScratch / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::string listing(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      names.push_back(std::filesystem::relative(entry.path(), folder).string());
    }
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

int occurrences(const std::string& text, const std::string& of) {
  int found = 0;
  for (std::size_t at = text.find(of); at != std::string::npos;
       at = text.find(of, at + of.size())) {
    ++found;
  }
  return found;
}

}  // namespace e2e
