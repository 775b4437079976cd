#pragma once

// Lines of limited width, broken at the outermost place that will do.

#include <string>

namespace gradsmith {

inline constexpr std::size_t kLineWidth = 100;

/// The mark of a place in a text where a line may end; a blank stands there otherwise. Deeper
/// places are broken at only where no outer one will do.
std::string line_break(int depth);

/// The text with blanks for all marks.
std::string on_one_line(const std::string& text);

/// The text as lines of at most 100 columns, indented by `indent` blanks, the continued ones by 4
/// more, with `\n` after the last. A word that is longer than a line stays whole.
std::string wrap(const std::string& text, std::size_t indent);

/// As `wrap`, with a `//` comment behind the text, or above it where the line has no room.
std::string wrap(const std::string& text, std::size_t indent, const std::string& comment);

}  // namespace gradsmith
