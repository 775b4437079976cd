#pragma once

// Patterns: the two sides of a rewrite rule, written as expressions over variables.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ir/graph.hpp"

namespace gradsmith {

/// One place in a pattern. Variables are single letters, and the letter says what they match.
struct PatternNode {
  enum class Kind : std::uint8_t {
    Any,          ///< x y z w: anything
    Variable,     ///< v: anything but a constant
    Constant,     ///< a b c d e: a constant, neither infinite nor NaN
    Negative,     ///< n: a constant below zero
    PowerOfTwo,   ///< h: a constant whose reciprocal is exact
    IndexValue,   ///< i j k: an Index
    Condition,    ///< p q r: a Bool
    Literal,      ///< a number, true or false
    Application,  ///< an operator, or an If (`p ? x : y`), of earlier places
  };
  Kind kind = Kind::Any;
  char letter = 0;
  double value = 0;          ///< of a literal; true is 1
  bool truth_value = false;  ///< of a literal: it was written `true` or `false`
  Op op = Op::Constant;
  int count = 0;                  ///< of operands
  std::array<int, 3> operands{};  ///< indices of earlier places
  bool only_constants = false;    ///< arithmetic of nothing but constants: it is computed

  /// Whether nothing but a constant can stand here.
  bool matches_constants() const {
    return kind == Kind::Constant || kind == Kind::Negative || kind == Kind::PowerOfTwo ||
           kind == Kind::Literal;
  }
};

/// What a pattern matched.
struct Match {
  std::array<NodeId, 26> bound;    ///< by letter; kNoNode: not bound
  std::array<NodeId, 16> at;       ///< by place
  Element element = Element::F64;  ///< of the operands: what literals and constants are made of
};

class Pattern {
 public:
  static constexpr std::size_t max_places = 16;

  /// Reads the project's infix syntax; a minus directly before a number is the number's sign. A
  /// malformed pattern is a bug of ours.
  static Pattern parse(std::string_view text);

  /// Operands first; the root comes last.
  const std::vector<PatternNode>& places() const { return places_; }
  int root() const { return static_cast<int>(places_.size()) - 1; }
  const PatternNode& operator[](int place) const {
    return places_[static_cast<std::size_t>(place)];
  }

  /// This pattern with the operands of one place exchanged.
  Pattern commuted(int place) const;

  /// The root is an Application. Whether `id` is an instance of this pattern. With `exact_zero` the
  /// literals 0 and -0 differ.
  bool matches(const Graph& graph, NodeId id, bool exact_zero, Match& match) const;

  /// Whether the k-th operand of the root can be a node of that kind: a quick look, which turns
  /// most nodes away.
  bool admits(std::size_t k, Op operand) const;
  /// The same of the j-th operand of the k-th.
  bool admits_below(std::size_t k, std::size_t j, Op operand) const;

  /// The instance for what another pattern's variables matched. Empty where a constant that has to
  /// be computed is not representable: infinite, subnormal, or beyond the integers.
  std::optional<NodeId> instantiate(Graph& graph, const Match& match) const;

 private:
  friend class PatternParser;
  bool matches_place(const Graph& graph, int place, NodeId id, bool exact_zero, Match& match) const;

  std::vector<PatternNode> places_;
};

/// Whether two places hold the same literal (or none), zero's sign included.
bool same_literal(const PatternNode& x, const PatternNode& y);

/// Whether the expressions below two places are written alike.
bool same_expression(const Pattern& a, int a_place, const Pattern& b, int b_place);

}  // namespace gradsmith
