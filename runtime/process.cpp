#include "runtime/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

extern char** environ;

namespace gradsmith::runtime {

Ran run_program(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (command.empty() || pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  const int failed =
      posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  Ran result;
  if (failed == 0) {
    std::array<char, 4096> buffer{};
    while (true) {
      const ssize_t n = read(ends[0], buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      result.output.append(buffer.data(), static_cast<std::size_t>(n));
    }
    int status = 0;
    pid_t waited = 0;
    do {
      waited = waitpid(process, &status, 0);
    } while (waited < 0 && errno == EINTR);
    if (waited == process && WIFEXITED(status)) result.status = WEXITSTATUS(status);
  }
  close(ends[0]);
  return result;
}

bool is_program(const std::string& name) {
  const auto can_run = [](const std::filesystem::path& file) {
    std::error_code error;
    return access(file.c_str(), X_OK) == 0 && !std::filesystem::is_directory(file, error);
  };
  if (name.find('/') != std::string::npos) return can_run(name);
  const char* path = std::getenv("PATH");
  const std::string folders = path ? path : "/usr/bin:/bin";
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    const std::filesystem::path file = std::filesystem::path(folders.substr(at, end - at)) / name;
    if (can_run(file)) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace gradsmith::runtime
