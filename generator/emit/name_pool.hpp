#pragma once

// Names in one emitted function: which are taken, and what a name becomes that is taken already.

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace gradsmith {

/// Whether emitted code must not declare a local of that name: a keyword of C++, a function or
/// macro of <cmath> and of the headers that come with it, or a name of ours.
bool is_reserved_word(std::string_view name);

/// `text` with what cannot stand in an identifier replaced: `p[0].x` gives `p_0_x`.
std::string to_identifier(std::string_view text);

/// `a_b`, with a single `_` between them: C++ keeps names with two in a row to itself.
std::string joined(std::string_view a, std::string_view b);

class NamePool {
 public:
  /// `foreign`: names that no local may take, such as those of structs in the same file.
  explicit NamePool(std::set<std::string> foreign) : foreign_(std::move(foreign)) {}

  /// A parameter: it has its name, whatever it is.
  void take_parameter(const std::string& name) { taken_.insert(name); }
  /// An author's name that will be asked for: ours stay away from it.
  void keep_for_author(const std::string& name) { authors_.insert(name); }

  /// The author's name for his local: `s`; where he uses it again `s_2`, `s_3`.
  std::string author(const std::string& base);
  /// A name that we chose: a trailing `_` where it is the author's or reserved, a number where it
  /// is ours already.
  std::string ours(const std::string& base);
  /// `base_1`, `base_2`, ...
  std::string numbered(const std::string& base);

 private:
  bool is_free(const std::string& name) const;
  std::string next_free(const std::string& base, int first);

  std::set<std::string> foreign_;
  std::set<std::string> authors_;
  std::set<std::string> taken_;
  std::map<std::string, int> next_number_;
};

}  // namespace gradsmith
