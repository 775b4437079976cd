#include "emit/unused_locals.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace gradsmith {
namespace {

/// The name that a statement declares; null where it declares none, or what a function returns.
const std::string* declared_by(const Statement& s) {
  if (const auto* define = std::get_if<Define>(&s.is)) return &define->name;
  if (const auto* array = std::get_if<DeclareArray>(&s.is)) return &array->name;
  const auto* declare = std::get_if<Declare>(&s.is);
  return declare && declare->type ? &declare->name : nullptr;
}

/// Declarations are numbered as they come, since sibling blocks may use a name again.
class Locals {
 public:
  /// Whether something was left out.
  bool drop_from(Block& block) {
    reads_.clear();
    count(block);
    if (std::ranges::find(reads_, 0) == reads_.end()) return false;
    next_ = 0;
    prune(block);
    return true;
  }

 private:
  /// Recursion follows the nesting of branches and loops.
  void count(const Block& block) {
    std::vector<const std::string*> declared;
    for (const Statement& s : block.statements) {
      count(s);
      const std::string* name = declared_by(s);
      if (!name) continue;
      visible_[*name].push_back(reads_.size());
      reads_.push_back(0);
      declared.push_back(name);
    }
    for (const std::string* name : declared) visible_[*name].pop_back();
  }

  void count(const Statement& s) {
    const auto read = [&](const std::string& name) {
      if (const auto number = number_of(name)) ++reads_[*number];
    };
    if (const auto* loop = std::get_if<Loop>(&s.is)) {
      visit_roots(*loop->begin, read);
      visit_roots(*loop->end, read);
      if (!loop->until.empty()) read(loop->until);
      count(loop->body);
    } else if (const auto* branch = std::get_if<Branch>(&s.is)) {
      visit_roots(branch->condition, read);
      count(branch->when_true);
      count(branch->when_false);
    } else if (const auto* assign = std::get_if<Assign>(&s.is); assign && is_local(*assign)) {
      // What it is made of itself is of use only where somebody else reads it.
      const auto read_other = [&](const std::string& name) {
        if (name != assign->place.root) read(name);
      };
      visit_roots(assign->value, read_other);
      for (const Expression& e : assign->subscripts) visit_roots(e, read_other);
    } else if (!std::holds_alternative<Clear>(s.is)) {
      visit_roots(s, read);
    }
  }

  std::optional<std::size_t> number_of(const std::string& name) const {
    const auto found = visible_.find(name);
    if (found == visible_.end() || found->second.empty()) return {};
    return found->second.back();
  }

  bool is_local(const Assign& assign) const { return number_of(assign.place.root).has_value(); }

  void prune(Block& block) {
    std::vector<std::string> declared;
    std::vector<Statement> kept;
    for (Statement& s : block.statements) {
      if (auto* loop = std::get_if<Loop>(&s.is)) {
        prune(loop->body);
        if (loop->body.statements.empty()) continue;
      } else if (auto* branch = std::get_if<Branch>(&s.is)) {
        prune(branch->when_true);
        prune(branch->when_false);
        if (branch->when_true.statements.empty() && branch->when_false.statements.empty()) continue;
      } else if (auto* assign = std::get_if<Assign>(&s.is); assign && is_local(*assign)) {
        if (reads_[*number_of(assign->place.root)] == 0) continue;
      } else if (auto* clear = std::get_if<Clear>(&s.is)) {
        const auto number = number_of(clear->array);
        if (number && reads_[*number] == 0) continue;
      }
      bool unread = false;
      if (const std::string* name = declared_by(s)) {
        unread = reads_[next_] == 0;
        visible_[*name].push_back(next_++);
        declared.push_back(*name);
      }
      if (!unread) kept.push_back(std::move(s));
    }
    for (const std::string& name : declared) visible_[name].pop_back();
    block.statements = std::move(kept);
  }

  std::unordered_map<std::string, std::vector<std::size_t>> visible_;  // innermost last
  std::vector<std::size_t> reads_;                                     // by number
  std::size_t next_ = 0;
};

}  // namespace

void drop_unused_locals(Block& block) {
  Locals locals;
  while (locals.drop_from(block)) {
  }
}

}  // namespace gradsmith
