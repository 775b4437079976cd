#include "emit/wrap.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace gradsmith {
namespace {

// A mark is this character and one that says how deep the place lies.
constexpr char kMark = '\x01';
constexpr int kDeepest = 90;

/// A part of a text that outlives it.
struct Piece {
  std::string_view text;
  int depth = 0;  ///< of the break behind it
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  for (std::size_t mark; (mark = text.find(kMark)) != std::string_view::npos;) {
    pieces.push_back({text.substr(0, mark), static_cast<unsigned char>(text[mark + 1])});
    text.remove_prefix(mark + 2);
  }
  pieces.push_back({text});
  return pieces;
}

/// One past the last piece of a line that begins with `first`.
std::size_t end_of_line(const std::vector<Piece>& pieces, std::size_t first, std::size_t indent) {
  std::size_t width = indent;
  std::size_t best = first + 1;
  bool late = false;  // breaks in the first third of a line only where there are no others
  for (std::size_t i = first; i < pieces.size(); ++i) {
    width += pieces[i].text.size() + (i > first ? 1 : 0);
    if (width > kLineWidth) return best;
    if (i + 1 == pieces.size()) return pieces.size();
    const bool here_late = width > kLineWidth / 3;
    if (here_late > late || pieces[i].depth <= pieces[best - 1].depth) best = i + 1;
    late = here_late;
  }
  return pieces.size();
}

}  // namespace

std::string line_break(int depth) {
  return {kMark, static_cast<char>('!' + std::min(depth, kDeepest))};
}

std::string on_one_line(const std::string& text) {
  std::string line;
  for (const Piece& piece : pieces_of(text)) {
    if (!line.empty()) line += ' ';
    line += piece.text;
  }
  return line;
}

std::string wrap(const std::string& text, std::size_t indent) {
  const auto marks = static_cast<std::size_t>(std::ranges::count(text, kMark));
  if (indent + text.size() - marks <= kLineWidth) {  // a mark is two characters, a blank one
    std::string line(indent, ' ');
    line.reserve(indent + text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
      line += text[i] == kMark ? ' ' : text[i];
      if (text[i] == kMark) ++i;
    }
    return line += '\n';
  }
  const std::vector<Piece> pieces = pieces_of(text);
  std::string lines;
  for (std::size_t first = 0; first < pieces.size();) {
    const std::size_t blanks = indent + (first == 0 ? 0 : 4);
    const std::size_t end = end_of_line(pieces, first, blanks);
    lines.append(blanks, ' ');
    for (std::size_t i = first; i < end; ++i) {
      if (i > first) lines += ' ';
      lines += pieces[i].text;
    }
    lines += '\n';
    first = end;
  }
  return lines;
}

std::string wrap(const std::string& text, std::size_t indent, const std::string& comment) {
  std::string lines = wrap(text, indent);
  if (comment.empty()) return lines;
  const std::size_t last = lines.rfind('\n', lines.size() - 2);
  const std::size_t width = lines.size() - 1 - (last == std::string::npos ? 0 : last + 1);
  if (last == std::string::npos && width + 4 + comment.size() + 1 <= kLineWidth) {
    lines.insert(lines.size() - 1, "  // " + comment);
    return lines;
  }
  return std::string(indent, ' ') + "// " + comment + "\n" + lines;
}

}  // namespace gradsmith
