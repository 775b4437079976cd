#pragma once

// Names in one emitted function: which are taken, and what a name becomes that is taken already.

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

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
  explicit NamePool(const std::set<std::string>& foreign) {
    for (const std::string& name : foreign) names_[name].foreign = true;
  }

  /// Makes room for as many names.
  void reserve(std::size_t names) { names_.reserve(names); }

  /// A parameter: it has its name, whatever it is.
  void take_parameter(const std::string& name) { names_[name].taken = true; }
  /// An author's name that will be asked for: ours stay away from it.
  void keep_for_author(const std::string& name) { names_[name].authors = true; }

  /// The author's name for his local: `s`; where he uses it again `s_2`, `s_3`.
  std::string author(const std::string& base);
  /// A name that we chose: a trailing `_` where it is the author's or reserved, a number where it
  /// is ours already.
  std::string ours(const std::string& base);
  /// `base_1`, `base_2`, ...
  std::string numbered(const std::string& base);

 private:
  /// What is known of a name.
  struct Entry {
    bool foreign = false;
    bool authors = false;
    bool taken = false;
    int next_number = 0;  ///< of `name_1`, `name_2`, ...; 0: none was asked for yet

    bool is_free() const { return !foreign && !taken; }
  };
  std::string next_free(const std::string& base, int first);

  std::unordered_map<std::string, Entry> names_;
};

}  // namespace gradsmith
