#include "emit/lane_rows.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "emit/cpp_expression.hpp"
#include "emit/flat_elements.hpp"
#include "emit/row_pointers.hpp"

namespace gradsmith {
namespace {

/// A subscript that goes on by one with the loop's index: index + constant + terms, of which none
/// changes in the loop.
struct Walk {
  std::int64_t constant = 0;
  std::int64_t indices = 0;                        // how often the index is in it
  std::vector<std::pair<bool, Expression>> terms;  // whether subtracted, and what
};

class LaneRows {
 public:
  explicit LaneRows(std::set<std::string>& taken) : taken_(taken) {}

  bool visit(Block& block) {
    bool changed = false;
    std::vector<Statement> statements;
    for (Statement& s : block.statements) {
      if (auto* loop = std::get_if<Loop>(&s.is)) {
        if (is_short(*loop)) {
          for (RowPointer& row : rows_of(*loop)) {
            statements.push_back({std::move(row)});
            changed = true;
          }
        } else {
          changed = visit(loop->body) || changed;
        }
      }
      if (auto* branch = std::get_if<Branch>(&s.is)) {
        changed = visit(branch->when_true) || changed;
        changed = visit(branch->when_false) || changed;
      }
      statements.push_back(std::move(s));
    }
    block.statements = std::move(statements);
    return changed;
  }

 private:
  struct Row {
    std::string array;
    std::vector<std::pair<bool, Expression>> terms;
    std::optional<std::int64_t> least;  // of the elements that are certainly accessed
    Element type = Element::F64;
    bool is_read_only = true;
    std::vector<std::pair<ElementOf, std::int64_t>> elements;  // with their constants
  };

  /// A loop that certainly runs, and computes and assigns numbers only.
  static bool is_short(const Loop& loop) {
    const bool runs = loop.begin->kind == Expression::Kind::Literal &&
                      loop.end->kind == Expression::Kind::Literal && loop.step == 1 &&
                      loop.begin->integer == 0 && loop.end->integer > 0 && loop.until.empty();
    return runs && std::ranges::all_of(loop.body.statements, [](const Statement& s) {
             const auto* define = std::get_if<Define>(&s.is);
             return (define && !define->lanes) || std::holds_alternative<Assign>(s.is);
           });
  }

  /// The pointers, after the loop's elements have become theirs.
  std::vector<RowPointer> rows_of(Loop& loop) {
    locals_.clear();
    assigned_.clear();
    index_ = loop.index;
    for (const Statement& s : loop.body.statements) {
      if (const auto* assign = std::get_if<Assign>(&s.is)) assigned_.insert(assign->place.root);
    }
    std::map<std::string, Row> rows;  // by array and terms, as they are spelled
    for (Statement& s : loop.body.statements) {
      if (const auto* define = std::get_if<Define>(&s.is)) locals_[define->name] = define->value;
      visit_elements(s, [&](const ElementOf& element) { note(element, rows); });
    }
    std::vector<RowPointer> pointers;
    for (auto& [spelling, row] : rows) {
      if (!row.least) continue;
      RowPointer pointer{row.type, row.is_read_only, row_name(row.array, taken_), row.array,
                         offset(row.terms, *row.least)};
      for (const auto& [element, constant] : row.elements) {
        const std::int64_t beside = constant - *row.least;
        *element.place = {pointer.name, {Access{"", 0, 0, false}}};
        const Expression index = name(Element::Index, index_);
        const Expression sum = apply(Op::Add, {index, literal(Element::Index, beside)});
        *element.subscripts = {beside == 0 ? index : sum};
      }
      pointers.push_back(std::move(pointer));
    }
    return pointers;
  }

  void note(const ElementOf& element, std::map<std::string, Row>& rows) {
    if (!is_floating(element.type)) return;  // integers may be of another type than int
    Walk walk;
    if (!follow((*element.subscripts)[0], false, walk) || walk.indices != 1) return;
    std::vector<std::pair<std::string, std::pair<bool, Expression>>> spelled;
    for (auto& term : walk.terms) spelled.emplace_back(cpp_expression(term.second), term);
    std::ranges::stable_sort(spelled, {}, [](const auto& s) { return s.first; });
    // What lies at the beginning of an array needs no pointer.
    if (spelled.empty()) return;
    std::string key = element.array;
    for (const auto& [text, term] : spelled) key += (term.first ? " - " : " + ") + text;
    Row& row = rows[key];
    if (row.elements.empty()) {
      row.array = element.array;
      row.terms = std::move(walk.terms);
      row.type = element.type;
    }
    row.is_read_only = row.is_read_only && !element.is_written;
    if (element.is_certain) row.least = std::min(row.least.value_or(walk.constant), walk.constant);
    row.elements.emplace_back(element, walk.constant);
  }

  /// Adds an integer to a walk; false where it is no sum of the index and what does not change.
  bool follow(const Expression& e, bool negative, Walk& walk) {
    if (e.is_apply(Op::Add) || e.is_apply(Op::Sub)) {
      return follow(e.operands[0], negative, walk) &&
             follow(e.operands[1], negative != e.is_apply(Op::Sub), walk);
    }
    if (e.kind == Expression::Kind::Literal) {
      walk.constant += negative ? -e.integer : e.integer;
      return true;
    }
    if (e.kind == Expression::Kind::Name && e.place.root == index_) {
      walk.indices += negative ? -1 : 1;
      return true;
    }
    if (e.kind == Expression::Kind::Name) {
      const auto local = locals_.find(e.place.root);
      if (local != locals_.end()) return follow(local->second, negative, walk);
    } else if (changes(e)) {
      return false;
    }
    walk.terms.emplace_back(negative, e);
    return true;
  }

  /// Whether an expression may be another number in each trip: what it needs of the loop is not
  /// followed.
  bool changes(const Expression& e) const {
    const std::string& root = e.place.root;
    if (e.kind == Expression::Kind::Name && (root == index_ || locals_.contains(root))) return true;
    if (e.kind == Expression::Kind::Read && assigned_.contains(root)) return true;
    return std::ranges::any_of(e.operands, [&](const Expression& o) { return changes(o); });
  }

  static Expression offset(const std::vector<std::pair<bool, Expression>>& terms,
                           std::int64_t constant) {
    std::optional<Expression> sum;
    for (bool negative : {false, true}) {
      for (const auto& [subtracted, term] : terms) {
        if (subtracted != negative) continue;
        if (!sum) {
          sum = negative ? apply(Op::Neg, {term}) : term;
        } else {
          sum = apply(negative ? Op::Sub : Op::Add, {*sum, term});
        }
      }
    }
    if (constant == 0) return *sum;
    return apply(constant < 0 ? Op::Sub : Op::Add,
                 {*sum, literal(Element::Index, constant < 0 ? -constant : constant)});
  }

  std::set<std::string>& taken_;
  std::map<std::string, Expression> locals_;  // of the loop
  std::set<std::string> assigned_;            // in the loop
  std::string index_;
};

}  // namespace

bool point_to_lanes(Block& block, std::set<std::string>& taken) {
  return LaneRows(taken).visit(block);
}

}  // namespace gradsmith
