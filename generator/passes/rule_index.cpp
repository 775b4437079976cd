// The table of rules made ready: parsed, in every order of commutative operands, by root operator.

#include <algorithm>
#include <array>
#include <bit>

#include "passes/rules.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

bool commutes(Op op) {
  return op == Op::Add || op == Op::Mul || op == Op::Eq || op == Op::Ne || op == Op::And ||
         op == Op::Or;
}

int cost(const PatternNode& node) {
  if (node.kind != PatternNode::Kind::Application || node.only_constants) return 0;
  return is_operator(node.op) ? op_row(node.op).cost : 1;
}

/// The place of an expression inside the other side; -1 where it does not stand there.
int find(const Pattern& in, const Pattern& of, int place) {
  for (int i = 0; i <= in.root(); ++i) {
    if (same_expression(in, i, of, place)) return i;
  }
  return -1;
}

std::vector<int> consumed(const Pattern& left, const Pattern& right) {
  int made = 0;
  for (int i = 0; i <= right.root(); ++i) {
    // An expression that stands on the left exists already; one written twice is made once.
    if (find(left, right, i) < 0 && find(right, right, i) == i) made += cost(right[i]);
  }
  std::vector<int> places;
  if (made <= cost(left[left.root()])) return places;
  for (int i = 0; i < left.root(); ++i) {
    if (cost(left[i]) > 0 && find(right, left, i) < 0) places.push_back(i);
  }
  return places;
}

/// Which variable of one pattern stands for which of another.
class Names {
 public:
  /// Whether the letters of both sides keep company so far.
  bool pair(char a, char b) {
    char& to = forward_[static_cast<std::size_t>(a - 'a')];
    char& from = back_[static_cast<std::size_t>(b - 'a')];
    if (to == 0 && from == 0) {
      to = b;
      from = a;
    }
    return to == b && from == a;
  }

 private:
  std::array<char, 26> forward_{};
  std::array<char, 26> back_{};
};

bool alike(const Pattern& a, int a_place, const Pattern& b, int b_place, Names& names) {
  const PatternNode& x = a[a_place];
  const PatternNode& y = b[b_place];
  if (x.kind != y.kind || x.op != y.op || x.count != y.count || !same_literal(x, y)) return false;
  if (x.letter != 0 && !names.pair(x.letter, y.letter)) return false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.count); ++i) {
    if (!alike(a, x.operands[i], b, y.operands[i], names)) return false;
  }
  return true;
}

/// Whether two patterns match the same nodes: `x * -y` and `y * -x` do.
bool same_but_for_names(const Pattern& a, const Pattern& b) {
  Names names;
  return alike(a, a.root(), b, b.root(), names);
}

Rule rule(const RuleRow& row, const Pattern& left) {
  Rule r{&row, left, Pattern::parse(row.right), {}};
  r.consumed = consumed(r.left, r.right);
  return r;
}

/// Which of up to 256 rules, in the table's order.
using RuleMask = std::array<std::uint64_t, 4>;

/// The rules of one root operator, with the commuted forms, and which of them an operand of a kind
/// lets through.
struct RootRules {
  std::vector<Rule> rules;
  std::array<std::vector<RuleMask>, 3> admitted;  ///< by operand, then by its kind
  /// The same of the operands of the first two operands.
  std::array<std::array<std::vector<RuleMask>, 2>, 2> admitted_below;

  void index() {
    GRADSMITH_CHECK(rules.size() <= 64 * std::tuple_size_v<RuleMask>, "{} rules", rules.size());
    for (std::size_t k = 0; k < admitted.size(); ++k) {
      admitted[k].resize(kKinds);
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
          const bool in = rules[i].left.admits(k, static_cast<Op>(kind));
          admitted[k][kind][i / 64] |= std::uint64_t{in} << (i % 64);
        }
      }
    }
    for (std::size_t k = 0; k < 2; ++k) {
      for (std::size_t j = 0; j < 2; ++j) {
        admitted_below[k][j].resize(kKinds);
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
          for (std::size_t i = 0; i < rules.size(); ++i) {
            const bool in = rules[i].left.admits_below(k, j, static_cast<Op>(kind));
            admitted_below[k][j][kind][i / 64] |= std::uint64_t{in} << (i % 64);
          }
        }
      }
    }
  }

  RuleMask candidates(const Graph& g, NodeId id) const {
    RuleMask mask;
    mask.fill(~std::uint64_t{0});
    const auto operands = g.operands(id);
    for (std::size_t k = 0; k < operands.size() && k < admitted.size(); ++k) {
      const RuleMask& admits = admitted[k][static_cast<std::size_t>(g.op(operands[k]))];
      for (std::size_t w = 0; w < mask.size(); ++w) mask[w] &= admits[w];
      if (k >= admitted_below.size()) continue;
      const auto below = g.operands(operands[k]);
      for (std::size_t j = 0; j < below.size() && j < admitted_below[k].size(); ++j) {
        const RuleMask& inner = admitted_below[k][j][static_cast<std::size_t>(g.op(below[j]))];
        for (std::size_t w = 0; w < mask.size(); ++w) mask[w] &= inner[w];
      }
    }
    return mask;
  }

 private:
  static constexpr std::size_t kKinds = 256;  // of an Op, which is a byte
};

struct Table {
  std::vector<Rule> rows;
  std::vector<RootRules> by_root;

  Table() {
    for (const RuleRow& row : rule_rows()) rows.push_back(rule(row, Pattern::parse(row.left)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const Pattern& left : orders(i)) {
        const auto root = static_cast<std::size_t>(left[left.root()].op);
        if (by_root.size() <= root) by_root.resize(root + 1);
        by_root[root].rules.push_back(rule(rule_rows()[i], left));
      }
    }
    for (RootRules& root : by_root) root.index();
  }

  /// Null where no rule has that root.
  const RootRules* at(Op root) const {
    const auto place = static_cast<std::size_t>(root);
    return place < by_root.size() ? &by_root[place] : nullptr;
  }

  /// A row's left side in every order of commutative operands that no earlier row or order is.
  std::vector<Pattern> orders(std::size_t row) const {
    std::vector<Pattern> found{rows[row].left};
    if (rows[row].row->note == RuleRow::Note::FreeOnly) return found;  // it is about the order
    for (int place = 0; place <= rows[row].left.root(); ++place) {
      if (!commutes(rows[row].left[place].op)) continue;
      for (std::size_t i = 0, n = found.size(); i < n; ++i) {
        Pattern other = found[i].commuted(place);
        const bool known =
            is_row(other) || std::any_of(found.begin(), found.end(), [&](const Pattern& earlier) {
              return same_but_for_names(other, earlier);
            });
        if (!known) found.push_back(std::move(other));
      }
    }
    return found;
  }

  bool is_row(const Pattern& left) const {
    for (const Rule& r : rows) {
      if (same_but_for_names(r.left, left)) return true;
    }
    return false;
  }
};

const Table& table() {
  static const Table instance;
  return instance;
}

}  // namespace

std::span<const Rule> rules() { return table().rows; }

std::span<const Rule> rules_at(Op root) {
  const RootRules* found = table().at(root);
  return found ? std::span<const Rule>(found->rules) : std::span<const Rule>();
}

bool permits(const Permission& permission, const Rule& rule, Element element) {
  const RuleRow& row = *rule.row;
  if (permission.set == RuleSet::Identities && row.note != RuleRow::Note::Identity) return false;
  if (row.note == RuleRow::Note::FreeOnly && !permission.free) return false;
  return !is_floating(element) || row.exactness <= permission.exactness;
}

Rewrite apply_rules(Graph& g, NodeId id, const Permission& permission,
                    std::span<const std::uint32_t> uses, const std::vector<NodeId>* renamed) {
  Rewrite found;
  const RootRules* root = table().at(g.op(id));
  if (!root || root->rules.empty()) return found;
  RuleMask candidates = root->candidates(g, id);
  Match match;
  for (std::size_t i = 0; i < root->rules.size(); ++i) {
    if (candidates[i / 64] >> (i % 64) == 0) {
      i |= 63;  // none is left in this word
      continue;
    }
    i += static_cast<std::size_t>(std::countr_zero(candidates[i / 64] >> (i % 64)));
    const Rule& rule = root->rules[i];
    const bool exact_zero = rule.row->exactness == Exactness::Exact;
    if (!rule.left.matches(g, id, exact_zero, match)) continue;
    if (!permits(permission, rule, match.element)) continue;
    bool shared = false;
    for (int place : rule.consumed) {
      const NodeId inner = match.at[static_cast<std::size_t>(place)];
      shared = shared || (inner < uses.size() && uses[inner] > 1);
    }
    if (shared) {
      found.shared = true;
      continue;
    }
    if (renamed) {
      for (NodeId& variable : match.bound) {
        if (variable != kNoNode) variable = (*renamed)[variable];
      }
    }
    const std::optional<NodeId> result = rule.right.instantiate(g, match);
    if (!result) continue;
    found.rule = &rule;
    found.result = *result;
    return found;
  }
  return found;
}

}  // namespace gradsmith
