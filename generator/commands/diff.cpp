#include "commands/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace gradsmith {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
constexpr std::ptrdiff_t kMostEdits = 1000;

/// Lines with their newline, so that a missing last one counts as a difference.
Lines split_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// Lines [a, a_end) of the one text that stand where lines [b, b_end) of the other do.
struct Change {
  std::size_t a, a_end, b, b_end;
};

/// The shortest way from one text to the other, found by how far each number of edits gets.
class ShortestEdits {
 public:
  using Index = std::ptrdiff_t;

  ShortestEdits(std::span<const std::string_view> a, std::span<const std::string_view> b)
      : a_(a), b_(b), furthest_(2 * kOffset + 1, 0) {}

  /// Marks the lines that stay; leaves the marks where more than kMostEdits lines would change.
  void mark_kept(std::span<char> kept_a, std::span<char> kept_b) {
    const auto n = std::ssize(a_);
    const auto m = std::ssize(b_);
    for (Index edits = 0; edits <= kMostEdits; ++edits) {
      const auto middle = furthest_.begin() + kOffset;
      history_.emplace_back(middle - edits, middle + edits + 1);
      for (Index k = -edits; k <= edits; k += 2) {
        Index x = step(edits, k);
        while (x < n && x - k < m && a_[x] == b_[x - k]) ++x;
        furthest_[kOffset + k] = x;
        if (x >= n && x - k >= m) return walk_back(edits, k, kept_a, kept_b);
      }
    }
  }

 private:
  static constexpr Index kOffset = kMostEdits + 1;

  /// How far `edits` - 1 edits got on diagonal k = (place in a) - (place in b).
  Index before(Index edits, Index k) const { return history_[edits][k + edits]; }
  /// Whether the last edit onto diagonal k adds a line of b, rather than dropping one of a.
  bool adds(Index edits, Index k) const {
    return k == -edits || (k != edits && before(edits, k - 1) < before(edits, k + 1));
  }
  /// Where the last edit onto diagonal k ends.
  Index step(Index edits, Index k) const {
    if (edits == 0) return 0;
    return adds(edits, k) ? before(edits, k + 1) : before(edits, k - 1) + 1;
  }

  /// From the end, one edit at a time: the lines between edits stay.
  void walk_back(Index edits, Index k, std::span<char> kept_a, std::span<char> kept_b) const {
    for (Index x = std::ssize(a_); edits >= 0; --edits) {
      for (const Index start = step(edits, k); x > start; --x) {
        kept_a[x - 1] = 1;
        kept_b[x - 1 - k] = 1;
      }
      if (edits == 0) return;
      k += adds(edits, k) ? 1 : -1;
      x = before(edits, k);
    }
  }

  std::span<const std::string_view> a_;
  std::span<const std::string_view> b_;
  std::vector<Index> furthest_;              // by diagonal, from -kOffset
  std::vector<std::vector<Index>> history_;  // the diagonals -edits .. edits before each round
};

std::vector<Change> find_changes(const Lines& a, const Lines& b) {
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<char> kept_a(a.size(), 1);
  std::vector<char> kept_b(b.size(), 1);
  const std::size_t in_a = a.size() - head - tail;
  const std::size_t in_b = b.size() - head - tail;
  std::fill_n(kept_a.begin() + static_cast<std::ptrdiff_t>(head), in_a, 0);
  std::fill_n(kept_b.begin() + static_cast<std::ptrdiff_t>(head), in_b, 0);
  ShortestEdits(std::span(a).subspan(head, in_a), std::span(b).subspan(head, in_b))
      .mark_kept(std::span(kept_a).subspan(head, in_a), std::span(kept_b).subspan(head, in_b));

  std::vector<Change> changes;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    Change change{i, i, j, j};
    while (change.a_end < a.size() && !kept_a[change.a_end]) ++change.a_end;
    while (change.b_end < b.size() && !kept_b[change.b_end]) ++change.b_end;
    if (change.a_end > i || change.b_end > j) changes.push_back(change);
    i = change.a_end + 1;
    j = change.b_end + 1;
  }
  return changes;
}

/// `first,count` as diff writes it: the line before an empty range, no count of one.
std::string place(std::size_t begin, std::size_t end) {
  if (end - begin == 1) return fmt::format("{}", begin + 1);
  return fmt::format("{},{}", end == begin ? begin : begin + 1, end - begin);
}

void print_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

/// Changes whose contexts touch, with three lines around them.
void print_hunk(std::string& out, const Lines& a, const Lines& b, std::span<const Change> changes) {
  const std::size_t lead = std::min(kContext, changes.front().a);
  const std::size_t trail = std::min(kContext, a.size() - changes.back().a_end);
  std::size_t at = changes.front().a - lead;
  out += fmt::format("@@ -{} +{} @@\n", place(at, changes.back().a_end + trail),
                     place(changes.front().b - lead, changes.back().b_end + trail));
  for (const Change& change : changes) {
    while (at < change.a) print_line(out, ' ', a[at++]);
    while (at < change.a_end) print_line(out, '-', a[at++]);
    for (std::size_t j = change.b; j < change.b_end; ++j) print_line(out, '+', b[j]);
  }
  for (std::size_t k = 0; k < trail; ++k) print_line(out, ' ', a[at++]);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& before_name, const std::string& after_name) {
  const Lines a = split_lines(before);
  const Lines b = split_lines(after);
  const std::vector<Change> changes = find_changes(a, b);
  if (changes.empty()) return "";
  std::string out = fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a - changes[last].a_end <= 2 * kContext) {
      ++last;
    }
    print_hunk(out, a, b, std::span(changes).subspan(first, last - first + 1));
    first = last + 1;
  }
  return out;
}

}  // namespace gradsmith
