#include "runtime/compiler.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "runtime/data_error.hpp"
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

// What a source includes in quotes, text after text: types that the code is compiled with.
std::string included_texts(const std::string& source, const std::vector<std::string>& folders) {
  std::string all;
  std::set<fs::path> seen;
  std::vector<std::string> open = {source};
  while (!open.empty()) {
    std::istringstream lines(std::move(open.back()));
    open.pop_back();
    for (std::string line; std::getline(lines, line);) {
      const std::size_t first = line.find('"');
      const std::size_t last = line.rfind('"');
      const std::size_t hash = line.find_first_not_of(" \t");
      if (hash == std::string::npos || line[hash] != '#' || first == last) continue;
      if (line.find("include", hash) == std::string::npos) continue;
      for (const std::string& folder : folders) {
        const fs::path file = fs::path(folder) / line.substr(first + 1, last - first - 1);
        std::error_code error;
        if (!fs::is_regular_file(file, error)) continue;
        if (!seen.insert(file).second) break;
        open.push_back(read_whole(file));
        all += open.back();
        break;
      }
    }
  }
  return all;
}

struct Request {
  std::vector<std::string> compiler;
  std::string key;
  fs::path folder;
  std::string name;
};

std::string version_of(const std::vector<std::string>& compiler) {
  std::vector<std::string> asked = compiler;
  asked.emplace_back("--version");
  const Ran version = run_program(asked);
  if (version.status != 0) {
    throw CompileError("the compiler '" + compiler.front() + "' cannot be run" +
                       (version.output.empty() ? "" : ": " + version.output));
  }
  return version.output;
}

Request request_for(const std::string& source, const CompileOptions& options) {
  Request r;
  r.compiler = options.compiler.empty() ? find_compiler() : options.compiler;
  r.folder = options.cache.empty() ? cache_folder() : options.cache;
  for (const std::string& word : r.compiler) r.key += word + "\n";
  r.key += version_of(r.compiler) + "\n";
  for (const std::string& flag : options.flags) r.key += flag + "\n";
  for (const std::string& folder : options.include_folders) r.key += "-I" + folder + "\n";
  r.key += processor() + "\n" + source + included_texts(source, options.include_folders);
  r.name = hex(hash_of(r.key));
  return r;
}

// $TMPDIR, or the usual place where that is no folder.
fs::path temporary_files() {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : folder;
}

fs::path temporary_cache() { return temporary_files() / ("gradsmith-" + std::to_string(getuid())); }

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

// Whether a cache can be used; not one among temporary files that somebody else put there.
bool is_usable(const fs::path& folder) {
  try {
    require_writable(folder / "object");
  } catch (const DataError&) {
    return false;
  }
  struct stat found{};
  return lstat(folder.c_str(), &found) == 0 &&
         (folder != temporary_cache() || (S_ISDIR(found.st_mode) && found.st_uid == geteuid()));
}

// A folder that no other process uses.
fs::path folder_for_once() {
  std::string name = (temporary_files() / "gradsmith-XXXXXX").string();
  if (mkdtemp(name.data())) return name;
  throw CompileError("neither the cache nor " + name +
                     " can be written to: " + std::strerror(errno));
}

// What processes left that did not get to the end.
void sweep(const fs::path& folder, const std::string& name) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string file = entry.path().filename().string();
    if (file.rfind(name + ".", 0) != 0) continue;
    const long process = std::strtol(file.c_str() + name.size() + 1, nullptr, 10);
    if (process > 0 && kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) {
      fs::remove(entry.path(), error);
    }
  }
}

std::string as_typed(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// A program whose path may have blanks in it, and its arguments; empty where no beginning of the
// text is a program.
std::vector<std::string> compiler_of(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  for (std::size_t end = text.size(); end > begin && end != std::string::npos;
       end = text.find_last_of(" \t", end - 1)) {
    const std::string program = text.substr(begin, end - begin);
    if (program.back() == ' ' || program.back() == '\t' || !is_program(program)) continue;
    std::vector<std::string> command = words_of(text.substr(end));
    command.insert(command.begin(), program);
    return command;
  }
  return {};
}

}  // namespace

std::vector<std::string> default_flags() {
  return {"-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"};
}

std::vector<std::string> find_compiler() {
  const char* named = std::getenv("CXX");
  const std::string text = named ? named : "";
  if (text.find_first_not_of(" \t") != std::string::npos) {
    std::vector<std::string> command = compiler_of(text);
    if (!command.empty()) return command;
    throw CompileError("$CXX names '" + words_of(text).front() + "', and there is no such program");
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
  return temporary_cache();
}

fs::path shared_object_path(const std::string& source, const CompileOptions& options) {
  const Request r = request_for(source, options);
  return r.folder / (r.name + ".so");
}

std::string compiler_version() {
  const std::string version = version_of(find_compiler());
  return version.substr(std::min(version.find(' '), version.size()));
}

SharedObject compile_shared_object(const std::string& source, const CompileOptions& options) {
  Request r = request_for(source, options);
  SharedObject result;
  if (is_whole(r.folder / (r.name + ".so"), r.key)) {
    result.from_cache = true;
  } else if (!is_usable(r.folder)) {
    r.folder = result.temporary = folder_for_once();
  }
  result.file = r.folder / (r.name + ".so");
  const fs::path kept = r.folder / (r.name + ".cpp");
  const fs::path made = r.folder / (r.name + "." + std::to_string(getpid()) + ".so");
  std::vector<std::string> command = r.compiler;
  command.insert(command.end(), {"-std=c++17", "-fPIC", "-shared"});
  command.insert(command.end(), options.flags.begin(), options.flags.end());
  for (const std::string& folder : options.include_folders) command.push_back("-I" + folder);
  command.insert(command.end(), {kept.string(), "-o", made.string()});
  result.command = as_typed(command);
  if (result.from_cache) return result;

  sweep(r.folder, r.name);
  write_whole(kept, source);
  const Ran ran = run_program(command);
  std::error_code error;
  if (ran.status != 0 || !fs::is_regular_file(made, error)) {
    fs::remove(made, error);
    const std::string what = ran.status == 0 ? "the compiler made nothing" : "the compiler failed";
    throw CompileError(result.command + "\n" + ran.output + what + "; the source is " +
                       kept.string());
  }
  const std::string bytes = read_whole(made);
  fs::remove(made, error);
  if (fs::is_directory(result.file, error)) fs::remove_all(result.file, error);
  write_whole(result.file, sealed(bytes, r.key));
  return result;
}

}  // namespace gradsmith::runtime
