#include "commands/diff.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

using gradsmith::unified_diff;

namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::string rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    lines.push_back(rest.substr(0, end));
    rest = rest.substr(end);
  }
  return lines;
}

/// What `patch` does: follows the hunks by their line numbers and checks every line that they
/// quote.
std::string patched(const std::string& before, const std::string& diff) {
  const Lines a = lines_of(before);
  Lines patch = lines_of(diff);
  std::string after;
  std::size_t at = 0;
  for (std::size_t i = 2; i < patch.size(); ++i) {
    if (patch[i].starts_with("\\")) continue;
    std::string line = patch[i].substr(1);
    const bool unended = i + 1 < patch.size() && patch[i + 1].starts_with("\\");
    if (unended) line.pop_back();
    if (patch[i].starts_with("@@")) {
      std::size_t first = 0;
      std::size_t count = 1;
      std::istringstream in(patch[i].substr(4));
      in >> first;
      if (in.peek() == ',') {
        in.get();
        in >> count;
      }
      const std::size_t start = count == 0 ? first : first - 1;
      REQUIRE(start >= at);
      while (at < start) after += a.at(at++);
    } else if (patch[i][0] == '+') {
      after += line;
    } else {
      REQUIRE(a.at(at) == line);
      if (patch[i][0] == ' ') after += line;
      ++at;
    }
  }
  while (at < a.size()) after += a[at++];
  return after;
}

/// Length of the longest common subsequence, by the textbook's table.
std::size_t common_lines(const Lines& a, const Lines& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1,
                                             std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      best[i + 1][j + 1] = a[i] == b[j] ? best[i][j] + 1 : std::max(best[i][j + 1], best[i + 1][j]);
    }
  }
  return best[a.size()][b.size()];
}

}  // namespace

TEST_CASE("equal texts have no diff") {
  CHECK(unified_diff("", "", "a", "b").empty());
  CHECK(unified_diff("x\ny\n", "x\ny\n", "a", "b").empty());
  CHECK(unified_diff("x", "x", "a", "b").empty());
}

TEST_CASE("a diff is what diff -u prints") {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const std::string after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n";
  CHECK(unified_diff(before, after, "old.hpp", "new.hpp") ==
        "--- old.hpp\n+++ new.hpp\n"
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        "@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+13\n");
}

TEST_CASE("a diff from nothing begins before the first line") {
  CHECK(unified_diff("", "x\n", "/dev/null", "x.hpp") ==
        "--- /dev/null\n+++ x.hpp\n@@ -0,0 +1 @@\n+x\n");
}

TEST_CASE("a missing newline at the end is a difference and is said") {
  CHECK(unified_diff("x\ny", "x\ny\n", "a", "b") ==
        "--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+y\n");
}

TEST_CASE("a diff applied to the one text gives the other, with as few lines as can be") {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const auto text = [&](std::size_t most) {
      std::string result;
      const std::size_t count = random() % (most + 1);
      for (std::size_t i = 0; i < count; ++i) {
        result += static_cast<char>('a' + random() % 4);
        if (i + 1 < count || random() % 3 != 0) result += '\n';
      }
      return result;
    };
    const std::string before = text(30);
    const std::string after = text(30);
    const std::string diff = unified_diff(before, after, "a", "b");
    INFO("before:\n" << before << "\nafter:\n" << after << "\ndiff:\n" << diff);
    CHECK(patched(before, diff) == after);
    std::size_t changed = 0;
    const Lines shown = lines_of(diff);
    for (std::size_t i = 2; i < shown.size(); ++i) {
      changed += shown[i][0] == '+' || shown[i][0] == '-' ? 1 : 0;
    }
    const Lines a = lines_of(before);
    const Lines b = lines_of(after);
    CHECK(changed == a.size() + b.size() - 2 * common_lines(a, b));
  }
}

TEST_CASE("texts with nothing in common are replaced as a whole, in little time") {
  std::string before = "same\n";
  std::string after = "same\n";
  for (int i = 0; i < 20000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  CHECK(patched(before, unified_diff(before, after, "a", "b")) == after);
}
