#include "passes/rules.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <set>

#include "rule_instances.hpp"
#include "scalar_graphs.hpp"
#include "support/check.hpp"

namespace gradsmith::test {
namespace {

template <class T>
T random_input(const Graph& g, NodeId id, std::mt19937_64& random) {
  if (g.element(id) == Element::Bool) return static_cast<T>(random() % 2);
  if (g.element(id) == Element::Index) return static_cast<T>(static_cast<int>(random() % 41) - 20);
  if constexpr (std::is_same_v<T, long double>) {
    GRADSMITH_CHECK(false, "long double stands for integers here");
  } else {
    return random_number<T>(random);
  }
}

/// Compares the bits of both sides at many points; returns how many were compared.
template <class T>
int compare_bits(const Rule& rule, Element element, std::mt19937_64& random) {
  int compared = 0;
  for (int constants = 0; constants < 60; ++constants) {
    Instance it = instance(
        rule, element, [&](Kind kind) { return random_constant(kind, element, random); },
        [&](Graph& g, char letter) { return input_of(g, letter, element); });
    if (it.right == kNoNode) continue;
    const NodeId sides[] = {it.left, it.right};
    const std::vector<NodeId> nodes = reachable(it.graph, sides);
    const std::vector<NodeId> left = reachable(it.graph, std::span(sides).first(1));
    std::vector<T> inputs(it.graph.size(), T(0));
    for (int point = 0; point < 100; ++point) {
      for (NodeId id : nodes) {
        if (it.graph.op(id) == Op::Input) inputs[id] = random_input<T>(it.graph, id, random);
      }
      const std::vector<T> value = evaluate_scalars<T>(it.graph, nodes, inputs);
      const bool all_finite = std::all_of(left.begin(), left.end(),
                                          [&](NodeId id) { return std::isfinite(value[id]); });
      const bool exact = rule.row->exactness == Exactness::Exact || !is_floating(element);
      if (!exact && !all_finite) continue;
      if (!is_floating(element) && !all_finite) continue;  // an integer divided by zero
      ++compared;
      const T a = value[it.left];
      const T b = value[it.right];
      // The integers here are held in floating variables, whose zeros have signs.
      const bool same =
          exact && is_floating(element) ? same_bits(a, b) : same_but_for_zero_sign(a, b);
      if (same) continue;
      for (NodeId id : nodes) {
        if (it.graph.op(id) == Op::Input)
          UNSCOPED_INFO(it.graph.input_name(id) << " = " << inputs[id]);
        if (it.graph.is_constant(id)) UNSCOPED_INFO("constant " << it.graph.constant_value(id));
      }
      UNSCOPED_INFO("left " << a << ", right " << b);
      CHECK(same);
      return compared;
    }
  }
  return compared;
}

/// A pattern's value in long double, its variables given by letter, and the largest magnitude seen.
/// Constants are computed in long double too: this is real arithmetic as near as it gets.
long double value_of(const Pattern& pattern, const std::array<long double, 26>& letters,
                     long double& largest) {
  std::vector<long double> value;
  for (const PatternNode& p : pattern.places()) {
    if (p.kind == Kind::Literal) {
      value.push_back(static_cast<long double>(p.value));
    } else if (p.kind != Kind::Application) {
      value.push_back(letters[static_cast<std::size_t>(p.letter - 'a')]);
    } else {
      const auto at = [&](std::size_t i) { return value[static_cast<std::size_t>(p.operands[i])]; };
      value.push_back(p.op == Op::If ? (at(0) != 0 ? at(1) : at(2))
                                     : op_value<long double>(p.op, at(0), at(1), at(2)));
    }
    largest = std::max(largest, std::fabs(value.back()));
  }
  return value.back();
}

bool is_numeric(const Rule& rule) {
  const std::vector<Element> elements = elements_of(rule);
  return std::find(elements.begin(), elements.end(), Element::F64) != elements.end();
}

bool is_multiple(const Graph& g, NodeId id) {
  return g.op(id) == Op::Mul && g.is_constant(g.operand(id, 0));
}

/// How many multiples stand inside a product or quotient as its factors, and theirs.
int multiples_within(const Graph& g, NodeId id) {
  if (g.op(id) != Op::Mul && g.op(id) != Op::Div) return 0;
  int count = 0;
  for (NodeId o : g.operands(id)) count += multiples_within(g, o) + (is_multiple(g, o) ? 1 : 0);
  return count;
}

/// (calls, divisions and roots, other operations, nodes, signs below operations, multiples inside
/// products, negative constants, constants that come second), of a graph's nodes below a root, each
/// counted once.
std::array<int, 8> measure(const Graph& g, NodeId root) {
  std::array<int, 8> m{};
  const NodeId roots[] = {root};
  for (NodeId id : reachable(g, roots)) {
    const Op op = g.op(id);
    ++m[3];
    if (op == Op::Constant) {
      if (std::signbit(g.constant_value(id))) ++m[6];
      continue;
    }
    if (op == Op::Input) continue;
    const int cost = is_operator(op) ? op_row(op).cost : 1;
    ++m[cost == 20 ? 0 : cost == 5 ? 1 : 2];
    m[5] += multiples_within(g, id);
    if (op == Op::Mul && g.is_constant(g.operand(id, 1))) ++m[7];
    if (op == Op::Neg) continue;
    const NodeId here[] = {id};
    for (NodeId below : reachable(g, here)) m[4] += g.op(below) == Op::Neg ? 1 : 0;
  }
  return m;
}

}  // namespace

TEST_CASE("the table is read, and no two rules share a name or a left side") {
  std::set<std::string_view> names;
  std::set<std::string_view> lefts;
  for (const Rule& rule : rules()) {
    INFO(described(rule));
    CHECK(names.insert(rule.row->name).second);
    CHECK(lefts.insert(rule.row->left).second);
    CHECK(rule.left[rule.left.root()].kind == Kind::Application);
  }
  CHECK(rules().size() == rule_rows().size());
}

TEST_CASE("every variable of a right side is bound by the left side") {
  for (const Rule& rule : rules()) {
    INFO(described(rule));
    for (const PatternNode& p : rule.right.places()) {
      if (p.letter == 0) continue;
      CHECK(std::any_of(rule.left.places().begin(), rule.left.places().end(),
                        [&](const PatternNode& q) { return q.letter == p.letter; }));
    }
  }
}

TEST_CASE("the identities are the nine that the course names") {
  std::vector<std::string> found;
  for (const RuleRow& row : rule_rows()) {
    if (row.note == RuleRow::Note::Identity) found.emplace_back(row.left);
  }
  CHECK(found == std::vector<std::string>{"0 + x", "x + 0", "0 * x", "x * 0", "1 * x", "x * 1",
                                          "0 / x", "x - 0", "x / 1"});
}

TEST_CASE("Exact rules keep every bit, Finite ones all but zero's sign, at special points too") {
  std::mt19937_64 random(1);
  for (const Rule* rule : all_rules()) {
    if (rule->row->exactness == Exactness::Rounding) continue;
    INFO(described(*rule));
    for (Element element : elements_of(*rule)) {
      INFO("element " << static_cast<int>(element));
      const int compared = element == Element::F64 ? compare_bits<double>(*rule, element, random)
                           : element == Element::F32
                               ? compare_bits<float>(*rule, element, random)
                               : compare_bits<long double>(*rule, element, random);
      CHECK(compared > 500);
    }
  }
}

TEST_CASE("on integers every rule is exact") {
  std::mt19937_64 random(2);
  for (const Rule* rule : all_rules()) {
    const std::vector<Element> elements = elements_of(*rule);
    if (std::find(elements.begin(), elements.end(), Element::Index) == elements.end()) continue;
    INFO(described(*rule));
    CHECK(compare_bits<long double>(*rule, Element::Index, random) > 500);
  }
}

TEST_CASE("both sides of every rule are equal in real arithmetic") {
  std::mt19937_64 random(3);
  constexpr long double epsilon = std::numeric_limits<long double>::epsilon();
  for (const Rule* rule : all_rules()) {
    if (!is_numeric(*rule)) continue;
    INFO(described(*rule));
    int compared = 0;
    for (int point = 0; point < 400; ++point) {
      std::array<long double, 26> letters{};
      for (const PatternNode& p : rule->left.places()) {
        if (p.letter == 0) continue;
        auto c = static_cast<long double>(random_fraction(random));
        if (p.kind == Kind::Negative) c = -std::fabs(c);
        if (p.kind == Kind::PowerOfTwo) c = std::ldexp(c < 0 ? -1.0L : 1.0L, int(random() % 9) - 4);
        if (p.kind == Kind::Condition) c = c < 0 ? 1 : 0;
        letters[static_cast<std::size_t>(p.letter - 'a')] = c;
      }
      long double largest = 0;
      const long double left = value_of(rule->left, letters, largest);
      if (!std::isfinite(largest) || !std::isfinite(left)) continue;  // outside the domain
      const long double right = value_of(rule->right, letters, largest);
      ++compared;
      INFO("left " << static_cast<double>(left) << ", right " << static_cast<double>(right));
      // The left side of log1p(expm1(x)) itself loses a factor of e^4 at x = -4.
      CHECK(std::fabs(left - right) <= 64 * epsilon * largest);
    }
    // The narrowest domain, -1 < x < 1, takes a quarter of the points.
    CHECK(compared >= 50);
  }
}

TEST_CASE("a right side computed in double is the left side to a few ulps") {
  std::mt19937_64 random(4);
  constexpr auto epsilon = static_cast<long double>(std::numeric_limits<double>::epsilon());
  for (const Rule* rule : all_rules()) {
    if (!is_numeric(*rule)) continue;
    INFO(described(*rule));
    int compared = 0;
    for (int point = 0; point < 200; ++point) {
      const Instance it = instance(
          *rule, Element::F64,
          [&](Kind kind) {
            const double c = random_fraction(random);
            return kind == Kind::Negative     ? -std::fabs(c)
                   : kind == Kind::PowerOfTwo ? std::ldexp(1.0, static_cast<int>(c))
                                              : c;
          },
          [&](Graph& g, char letter) { return input_of(g, letter, Element::F64); });
      if (it.right == kNoNode) continue;
      const NodeId left[] = {it.left};
      const NodeId right[] = {it.right};
      const std::vector<NodeId> left_nodes = reachable(it.graph, left);
      const std::vector<NodeId> right_nodes = reachable(it.graph, right);
      std::vector<double> inputs(it.graph.size(), 0);
      std::vector<long double> precise(it.graph.size(), 0);
      for (NodeId id : left_nodes) {
        if (it.graph.op(id) != Op::Input) continue;
        inputs[id] =
            it.graph.element(id) == Element::Bool ? double(random() % 2) : random_fraction(random);
        precise[id] = static_cast<long double>(inputs[id]);
      }
      const auto reference = evaluate_scalars<long double>(it.graph, left_nodes, precise);
      if (!std::all_of(left_nodes.begin(), left_nodes.end(),
                       [&](NodeId id) { return std::isfinite(reference[id]); })) {
        continue;
      }
      const auto value = evaluate_scalars<double>(it.graph, right_nodes, inputs);
      // Errors of a sum are measured against its summands.
      double largest = 0;
      for (NodeId id : right_nodes) {
        if (it.graph.op(id) != Op::Input) largest = std::max(largest, std::fabs(value[id]));
      }
      if (right_nodes.size() == 1) largest = std::fabs(value[it.right]);
      ++compared;
      INFO("left " << static_cast<double>(reference[it.left]) << ", right " << value[it.right]);
      CHECK(std::fabs(static_cast<long double>(value[it.right]) - reference[it.left]) <=
            4 * epsilon * static_cast<long double>(largest));
    }
    CHECK(compared >= 10);
  }
}

TEST_CASE("every rule lowers calls, divisions, operations, size or order, in that order") {
  std::mt19937_64 random(5);
  for (const Rule* rule : all_rules()) {
    INFO(described(*rule));
    for (Element element : elements_of(*rule)) {
      for (int composite = 0; composite < (element == Element::Index ? 1 : 2); ++composite) {
        for (int trial = 0; trial < 20; ++trial) {
          const Instance it = instance(
              *rule, element,
              [&](Kind kind) {
                // Constants that others can be computed from, and that no identity is about.
                const double c = 2 + static_cast<double>(random() % 50);
                return kind == Kind::Negative ? -c : kind == Kind::PowerOfTwo ? 4.0 : c;
              },
              [&](Graph& g, char letter) {
                const NodeId u = input_of(g, letter, element);
                if (composite == 0) return u;
                return g.apply(Op::Add, {g.apply(Op::Tanh, {u}), g.apply(Op::Div, {u, u})});
              });
          REQUIRE(it.right != kNoNode);
          CHECK(measure(it.graph, it.right) < measure(it.graph, it.left));
        }
      }
    }
  }
}

TEST_CASE("a rule is not applied where another user keeps what it would consume") {
  Graph g;
  const NodeId x = g.input("x", scalar_type(Element::F64));
  const NodeId y = g.input("y", scalar_type(Element::F64));
  const NodeId minus_x = g.apply(Op::Neg, {x});
  const NodeId product = g.apply(Op::Mul, {minus_x, y});
  std::vector<std::uint32_t> uses(g.size(), 1);
  const Permission exact;
  CHECK(apply_rules(g, product, exact, uses).result ==
        g.apply(Op::Neg, {g.apply(Op::Mul, {x, y})}));
  uses[minus_x] = 2;
  const Rewrite refused = apply_rules(g, product, exact, uses);
  CHECK(refused.rule == nullptr);
  CHECK(refused.shared);
  // x + -y costs nothing more, however often -y is used.
  const NodeId sum = g.apply(Op::Add, {y, minus_x});
  uses.assign(g.size(), 7);
  CHECK(apply_rules(g, sum, exact, uses).result == g.apply(Op::Sub, {y, x}));
}

TEST_CASE("a constant that overflows or goes subnormal is left to run time") {
  Graph g;
  const Permission free{Exactness::Rounding, true, RuleSet::All};
  for (Element element : {Element::F64, Element::F32}) {
    const NodeId x = g.input(element == Element::F64 ? "x" : "xf", scalar_type(element));
    const double big = element == Element::F64 ? 1e200 : 1e30;
    for (double c : {big, 1 / big}) {
      const NodeId constant = g.constant(c, element);
      const NodeId node = g.apply(Op::Mul, {constant, g.apply(Op::Mul, {constant, x})});
      CHECK(apply_rules(g, node, free, {}).rule == nullptr);
    }
  }
  const NodeId i = g.input("i", scalar_type(Element::Index));
  const NodeId most = g.index(std::numeric_limits<std::int64_t>::max());
  const NodeId sum = g.apply(Op::Add, {g.apply(Op::Add, {i, most}), g.index(1)});
  CHECK(apply_rules(g, sum, free, {}).rule == nullptr);
}

TEST_CASE("permissions name the classes") {
  Graph g;
  const NodeId x = g.input("x", scalar_type(Element::F64));
  const auto applies = [&](NodeId node, Exactness allowed) {
    return apply_rules(g, node, {allowed, false, RuleSet::All}, {}).rule != nullptr;
  };
  const NodeId exact = g.apply(Op::Sub, {x, g.constant(0)});
  const NodeId finite = g.apply(Op::Sub, {x, x});
  const NodeId rounding = g.apply(Op::Pow, {x, g.constant(3)});
  CHECK(applies(exact, Exactness::Exact));
  CHECK_FALSE(applies(finite, Exactness::Exact));
  CHECK(applies(finite, Exactness::Finite));
  CHECK_FALSE(applies(rounding, Exactness::Finite));
  CHECK(applies(rounding, Exactness::Rounding));
  // On integers x - x is 0 without any ifs.
  const NodeId i = g.input("i", scalar_type(Element::Index));
  CHECK(applies(g.apply(Op::Sub, {i, i}), Exactness::Exact));
}

TEST_CASE("zeros of the other sign are no match for an exact rule") {
  Graph g;
  const NodeId x = g.input("x", scalar_type(Element::F64));
  const Permission exact;
  CHECK(apply_rules(g, g.apply(Op::Add, {x, g.constant(-0.0)}), exact, {}).result == x);
  CHECK(apply_rules(g, g.apply(Op::Add, {x, g.constant(0.0)}), exact, {}).rule == nullptr);
  CHECK(apply_rules(g, g.apply(Op::Sub, {x, g.constant(-0.0)}), exact, {}).rule == nullptr);
}

}  // namespace gradsmith::test
