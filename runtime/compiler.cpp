#include "runtime/compiler.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/files.hpp"
#include "runtime/process.hpp"

namespace gradsmith::runtime {

namespace fs = std::filesystem;

namespace {

// FNV-1a: an entry is recognised by its whole key, this only names it.
std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

// What -march=native means differs from machine to machine.
std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  std::string model;
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) model += line + "\n";
    if (line.rfind("flags", 0) == 0 || line.rfind("Features", 0) == 0) return model + line;
  }
  return model;
}

struct Request {
  std::vector<std::string> compiler;
  std::string key;
  fs::path folder;
  std::string name;
};

Request request_for(const std::string& source, const CompileOptions& options) {
  Request r;
  r.compiler = options.compiler.empty() ? find_compiler() : options.compiler;
  r.folder = options.cache.empty() ? cache_folder() : options.cache;
  std::vector<std::string> asked = r.compiler;
  asked.emplace_back("--version");
  const Ran version = run_program(asked);
  if (version.status != 0) {
    throw CompileError("the compiler '" + r.compiler.front() + "' cannot be run" +
                       (version.output.empty() ? "" : ": " + version.output));
  }
  for (const std::string& word : r.compiler) r.key += word + "\n";
  r.key += version.output + "\n";
  for (const std::string& flag : options.flags) r.key += flag + "\n";
  for (const std::string& folder : options.include_folders) r.key += "-I" + folder + "\n";
  r.key += processor() + "\n" + source;
  r.name = hex(hash_of(r.key));
  return r;
}

// Behind the object's own bytes, which loaders do not look at: a number for all of them.
constexpr const char* kSeal = "gradsmith ";

std::string sealed(const std::string& object, const std::string& key) {
  const std::string content = object + kSeal + hex(hash_of(key)) + hex(hash_of("2" + key));
  return content + hex(hash_of(content));
}

bool is_whole(const fs::path& file, const std::string& key) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream all;
  all << stream.rdbuf();
  const std::string text = std::move(all).str();
  const std::size_t seal = std::string(kSeal).size() + 48;
  return text.size() > seal && sealed(text.substr(0, text.size() - seal), key) == text;
}

std::string as_typed(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::vector<std::string> default_flags() {
  return {"-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"};
}

std::vector<std::string> find_compiler() {
  if (const char* named = std::getenv("CXX"); named && *named) {
    std::istringstream words(named);
    std::vector<std::string> command;
    for (std::string word; words >> word;) command.push_back(word);
    if (!command.empty()) {
      if (is_program(command.front())) return command;
      throw CompileError("$CXX names '" + command.front() + "', and there is no such program");
    }
  }
  for (const char* name : {"c++", "g++", "clang++"}) {
    if (is_program(name)) return {name};
  }
  throw CompileError(
      "there is no C++ compiler: none of c++, g++ and clang++ is on the path, and $CXX is not set. "
      "Install one, or link the generated code into a program at build time (docs/training.md)");
}

fs::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache && *cache == '/') return fs::path(cache) / "gradsmith";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return fs::path(home) / ".cache" / "gradsmith";
  return fs::temp_directory_path() / ("gradsmith-" + std::to_string(getuid()));
}

fs::path shared_object_path(const std::string& source, const CompileOptions& options) {
  const Request r = request_for(source, options);
  return r.folder / (r.name + ".so");
}

SharedObject compile_shared_object(const std::string& source, const CompileOptions& options) {
  const Request r = request_for(source, options);
  const fs::path object = r.folder / (r.name + ".so");
  const fs::path kept = r.folder / (r.name + ".cpp");
  const fs::path made = r.folder / (r.name + "." + std::to_string(getpid()) + ".so");
  std::vector<std::string> command = r.compiler;
  command.insert(command.end(), {"-std=c++17", "-fPIC", "-shared"});
  command.insert(command.end(), options.flags.begin(), options.flags.end());
  for (const std::string& folder : options.include_folders) command.push_back("-I" + folder);
  command.insert(command.end(), {kept.string(), "-o", made.string()});
  if (is_whole(object, r.key)) return {object, as_typed(command), true};

  write_whole(kept, source);
  const Ran ran = run_program(command);
  std::error_code error;
  if (ran.status != 0) {
    fs::remove(made, error);
    throw CompileError(as_typed(command) + "\n" + ran.output +
                       "the compiler failed; the source is " + kept.string());
  }
  const std::string bytes = read_whole(made);
  fs::remove(made, error);
  write_whole(object, sealed(bytes, r.key));
  return {object, as_typed(command), false};
}

}  // namespace gradsmith::runtime
