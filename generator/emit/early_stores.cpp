#include "emit/early_stores.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gradsmith {
namespace {

// What is longer is split, or should have been; its values do not fit registers in any order.
constexpr std::size_t kMostStatements = 2000;

// As many numbers as registers hold: AVX-512 has 32 of them.
constexpr std::size_t kMostInAdvance = 32;

// Beyond that most values wait in memory in any order, and the order by need was the faster one.
constexpr std::size_t kMostLive = 64;

bool reads(const Expression& e) {
  return e.kind == Expression::Kind::Read || std::ranges::any_of(e.operands, reads);
}

bool calls_something(const Expression& e) {
  const bool call = e.kind == Expression::Kind::Apply && op_row(e.op).precedence == kCallPrecedence;
  return call || std::ranges::any_of(e.operands, calls_something);
}

bool is_store(const Statement& s) {
  return std::holds_alternative<Assign>(s.is) || std::holds_alternative<Clear>(s.is);
}

class Sequence {
 public:
  explicit Sequence(const std::vector<Statement>& statements)
      : statements_(statements), placed_(statements.size(), false) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (const auto* define = std::get_if<Define>(&statements[i].is)) defined_[define->name] = i;
    }
  }

  /// The positions of the statements in their new order; empty where they have none.
  std::vector<std::size_t> run() {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const auto* define = std::get_if<Define>(&statements_[i].is);
      const auto* assign = std::get_if<Assign>(&statements_[i].is);
      if (assign && reads(assign->value)) return {};
      if (define && calls_something(define->value)) return {};
      if (!define && !is_store(statements_[i]) && i + 1 != statements_.size()) return {};
      if (define && reads(define->value)) place(i);
    }
    if (order_.size() > kMostInAdvance) return {};
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      if (is_store(statements_[i])) place(i);
    }
    for (std::size_t i = 0; i < statements_.size(); ++i) place(i);
    return std::move(order_);
  }

 private:
  /// Places a statement after those that it needs. Recursion would follow the depth of the graph.
  void place(std::size_t root) {
    std::vector<std::pair<std::size_t, bool>> stack{{root, false}};
    while (!stack.empty()) {
      const auto [i, complete] = stack.back();
      stack.pop_back();
      if (placed_[i]) continue;
      if (complete) {
        placed_[i] = true;
        order_.push_back(i);
        continue;
      }
      stack.emplace_back(i, true);
      std::vector<std::size_t> needs;
      visit_roots(statements_[i], [&](const std::string& name) {
        const auto found = defined_.find(name);
        if (found != defined_.end() && !placed_[found->second]) needs.push_back(found->second);
      });
      for (auto n = needs.rbegin(); n != needs.rend(); ++n) stack.emplace_back(*n, false);
    }
  }

  const std::vector<Statement>& statements_;
  std::unordered_map<std::string, std::size_t> defined_;
  std::vector<bool> placed_;
  std::vector<std::size_t> order_;
};

/// How many locals wait for their last use at once, at most.
std::size_t most_live(const std::vector<Statement>& statements,
                      const std::vector<std::size_t>& order) {
  std::unordered_map<std::string_view, std::size_t> last_use;
  for (std::size_t k = 0; k < order.size(); ++k) {
    visit_roots(statements[order[k]], [&](const std::string& name) { last_use[name] = k; });
  }
  std::vector<std::size_t> ended(order.size(), 0);
  std::size_t live = 0;
  std::size_t most = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    live -= ended[k];
    const auto* define = std::get_if<Define>(&statements[order[k]].is);
    const auto found = define ? last_use.find(define->name) : last_use.end();
    if (found == last_use.end()) continue;
    ++ended[found->second];
    most = std::max(most, ++live);
  }
  return most;
}

}  // namespace

void store_early(Block& block) {
  if (block.statements.size() > kMostStatements) return;
  const std::vector<std::size_t> order = Sequence(block.statements).run();
  if (order.empty()) return;
  std::vector<std::size_t> as_it_stands(order.size());
  std::iota(as_it_stands.begin(), as_it_stands.end(), std::size_t{0});
  const std::size_t before = most_live(block.statements, as_it_stands);
  const std::size_t after = most_live(block.statements, order);
  if (after >= before || after > kMostLive) return;
  std::vector<Statement> statements;
  statements.reserve(order.size());
  for (const std::size_t i : order) statements.push_back(std::move(block.statements[i]));
  block.statements = std::move(statements);
}

}  // namespace gradsmith
