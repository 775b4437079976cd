#include "support/check.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

namespace {

/// What a process that runs `action` writes to stderr before it aborts; "ran on" if it does not.
template <class Action>
std::string abort_message(Action action) {
  int ends[2] = {0, 0};
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Catch's handlers would report the abort as a failure of this test.
    std::signal(SIGABRT, SIG_DFL);
    dup2(ends[1], STDERR_FILENO);
    action();
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[256];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : "ran on";
}

}  // namespace

TEST_CASE("a check that holds costs nothing and says nothing") {
  CHECK(abort_message([] { GRADSMITH_CHECK(1 + 1 == 2, "never {}", 7); }) == "ran on");
}

TEST_CASE("a check that fails aborts with its condition, place and detail") {
  const std::string text = abort_message([] { GRADSMITH_CHECK(1 + 1 == 3, "off by {}", 1); });
  CHECK_THAT(text, Catch::Contains("1 + 1 == 3"));
  CHECK_THAT(text, Catch::Contains("off by 1"));
  CHECK_THAT(text, Catch::Contains("check_test.cpp"));
}

TEST_CASE("a failed comparison shows both sides") {
  const int five = 5;
  const std::string text = abort_message([&] { GRADSMITH_CHECK_EQ(five, 6); });
  CHECK_THAT(text, Catch::Contains("left is 5, right is 6"));
}
