#include "emit/row_pointers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "emit/flat_elements.hpp"
#include "emit/lane_rows.hpp"
#include "emit/unused_locals.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kFewestElements = 3;

/// A subscript as a local and a constant beside it.
struct Offset {
  std::string base;
  std::int64_t constant = 0;
};

bool returns_early(const Block& block) {
  return std::ranges::any_of(block.statements, [](const Statement& s) {
    const auto returns = [](const Block& inner) {
      return returns_early(inner) || std::ranges::any_of(inner.statements, [](const Statement& t) {
               return std::holds_alternative<Return>(t.is);
             });
    };
    if (const auto* loop = std::get_if<Loop>(&s.is)) return returns(loop->body);
    const auto* branch = std::get_if<Branch>(&s.is);
    return branch && (returns(branch->when_true) || returns(branch->when_false));
  });
}

class RowPointers {
 public:
  explicit RowPointers(std::set<std::string> taken) : taken_(std::move(taken)) {}

  /// Whether anything was changed. Recursion follows the nesting of branches and loops.
  bool visit(Block& block) {
    const std::map<std::string, Offset> around = offsets_;
    const std::set<std::string> visible = visible_;
    const std::set<std::string> taken = taken_;
    for (Statement& s : block.statements) note(s);
    bool changed = replace_rows(block);
    for (Statement& s : block.statements) {
      if (auto* loop = std::get_if<Loop>(&s.is)) changed = visit(loop->body) || changed;
      if (auto* branch = std::get_if<Branch>(&s.is)) {
        changed = visit(branch->when_true) || changed;
        changed = visit(branch->when_false) || changed;
      }
    }
    offsets_ = around;
    visible_ = visible;
    taken_ = taken;
    return changed;
  }

 private:
  using Row = std::pair<std::string, std::string>;  // an array, and the local that is its row

  /// `at_1 = row_1 + 3` is row_1 and 3.
  void note(const Statement& s) {
    const auto* define = std::get_if<Define>(&s.is);
    if (!define || define->lanes || define->value.element != Element::Index) return;
    visible_.insert(define->name);
    if (const auto offset = offset_of(define->value)) offsets_[define->name] = *offset;
  }

  std::optional<Offset> offset_of(const Expression& e) const {
    if (e.kind == Expression::Kind::Name) {
      const auto known = offsets_.find(e.place.root);
      return known == offsets_.end() ? Offset{e.place.root, 0} : known->second;
    }
    const bool sum = e.is_apply(Op::Add) || e.is_apply(Op::Sub);
    if (!sum || e.operands[1].kind != Expression::Kind::Literal) return {};
    auto offset = offset_of(e.operands[0]);
    if (offset) offset->constant += (e.is_apply(Op::Add) ? 1 : -1) * e.operands[1].integer;
    return offset;
  }

  bool replace_rows(Block& block) {
    struct Found {
      std::size_t first = 0;  // statement
      std::set<std::int64_t> offsets;
    };
    std::map<Row, Found> rows;
    for (std::size_t k = 0; k < block.statements.size(); ++k) {
      visit_elements(block.statements[k], [&](const ElementOf& element) {
        const auto offset = offset_of((*element.subscripts)[0]);
        // Arrays of integers may be of another type than int.
        if (!is_floating(element.type) || !offset || !visible_.contains(offset->base)) return;
        if (!element.is_certain) return;
        const auto [row, made] = rows.try_emplace({element.array, offset->base}, Found{k, {}});
        row->second.offsets.insert(offset->constant);
      });
    }
    std::erase_if(rows, [](const auto& r) { return r.second.offsets.size() < kFewestElements; });
    if (rows.empty()) return false;
    std::map<std::size_t, std::vector<Statement>> before;
    for (const auto& [row, found] : rows) {
      const auto& [array, base] = row;
      const std::int64_t least = *found.offsets.begin();
      const std::string name = row_name(array, taken_);
      Expression offset = gradsmith::name(Element::Index, base);
      if (least != 0) {
        offset = apply(Op::Add, {offset, literal(Element::Index, least)});
      }
      RowPointer pointer{Element::F64, true, name, array, std::move(offset)};
      for (std::size_t k = found.first; k < block.statements.size(); ++k) {
        visit_all_elements(block.statements[k], [&](const ElementOf& element) {
          const auto here = offset_of((*element.subscripts)[0]);
          if (!here || element.array != array || here->base != base) return;
          *element.place = {name, {Access{"", here->constant - least, -1, false}}};
          element.subscripts->clear();
          pointer.element = element.type;
          pointer.is_read_only = pointer.is_read_only && !element.is_written;
        });
      }
      before[found.first].push_back({std::move(pointer)});
    }
    std::vector<Statement> statements;
    for (std::size_t k = 0; k < block.statements.size(); ++k) {
      if (const auto found = before.find(k); found != before.end()) {
        for (Statement& s : found->second) statements.push_back(std::move(s));
      }
      statements.push_back(std::move(block.statements[k]));
    }
    block.statements = std::move(statements);
    return true;
  }

  std::set<std::string> taken_;
  std::map<std::string, Offset> offsets_;
  std::set<std::string> visible_;  // integers that are computed, and never change
};

/// Rows that only one pointer names stand in its declaration.
class Inliner {
 public:
  explicit Inliner(const Block& function) { note_written(function); }

  void run(Block& block) {
    for (std::size_t k = 0; k < block.statements.size(); ++k) {
      auto* pointer = std::get_if<RowPointer>(&block.statements[k].is);
      if (!pointer || pointer->offset.kind != Expression::Kind::Name) continue;
      const auto row = std::ranges::find_if(block.statements, [&](const Statement& s) {
        const auto* define = std::get_if<Define>(&s.is);
        return define && define->name == pointer->offset.place.root;
      });
      const auto at = static_cast<std::size_t>(row - block.statements.begin());
      if (at >= k) continue;
      Define& define = std::get<Define>(row->is);
      if (reads_written(define.value)) continue;
      if (!define.comment.empty() || uses(block, at, define.name) != 1) continue;
      pointer->offset = std::move(define.value);
      block.statements.erase(row);
      --k;
    }
    for (Statement& s : block.statements) {
      if (auto* loop = std::get_if<Loop>(&s.is)) run(loop->body);
      if (auto* branch = std::get_if<Branch>(&s.is)) {
        run(branch->when_true);
        run(branch->when_false);
      }
    }
  }

 private:
  /// What an array holds may be another number where the pointer is made.
  bool reads_written(const Expression& e) const {
    return (e.kind == Expression::Kind::Read && written_.contains(e.place.root)) ||
           std::ranges::any_of(e.operands, [&](const Expression& o) { return reads_written(o); });
  }

  void note_written(const Block& block) {
    for (const Statement& s : block.statements) {
      if (const auto* assign = std::get_if<Assign>(&s.is)) written_.insert(assign->place.root);
      if (const auto* pointer = std::get_if<RowPointer>(&s.is)) written_.insert(pointer->array);
      if (const auto* loop = std::get_if<Loop>(&s.is)) note_written(loop->body);
      if (const auto* branch = std::get_if<Branch>(&s.is)) {
        note_written(branch->when_true);
        note_written(branch->when_false);
      }
    }
  }

  static std::size_t uses(const Block& block, std::size_t from, const std::string& local) {
    std::size_t count = 0;
    for (std::size_t k = from; k < block.statements.size(); ++k) {
      visit_roots(block.statements[k], [&](const std::string& root) { count += root == local; });
    }
    return count;
  }

  std::set<std::string> written_;
};

}  // namespace

std::string row_name(const std::string& array, std::set<std::string>& taken) {
  std::string name = array + "_row";
  for (int k = 2; !taken.insert(name).second; ++k) name = array + "_row_" + std::to_string(k);
  return name;
}

void point_to_rows(Block& block, std::set<std::string> taken) {
  // After a return an element that stands behind it may not be there.
  if (returns_early(block)) return;
  taken.merge(names_in(block));
  const bool has_lanes = point_to_lanes(block, taken);
  if (!RowPointers(std::move(taken)).visit(block) && !has_lanes) return;
  drop_unused_locals(block);
  Inliner(block).run(block);
}

}  // namespace gradsmith
