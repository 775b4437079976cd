#include "emit/direct_assignments.hpp"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gradsmith {
namespace {

struct Mentions {
  std::size_t count = 0;
  std::size_t last = 0;  ///< the statement that mentions it last, so far; from 1
};

/// The local that an assignment hands on; null where it does anything else.
const std::string* handed_on(const Assign& assign) {
  const bool plain = assign.place.path.empty() && assign.subscripts.empty() &&
                     assign.with == Op::Constant && assign.value.kind == Expression::Kind::Name;
  return plain ? &assign.value.place.root : nullptr;
}

}  // namespace

/// Recursion follows the nesting of branches and loops.
void assign_directly(Block& block) {
  std::unordered_map<std::string, Mentions> mentions;
  for (Statement& s : block.statements) {
    if (auto* loop = std::get_if<Loop>(&s.is)) assign_directly(loop->body);
    if (auto* branch = std::get_if<Branch>(&s.is)) {
      assign_directly(branch->when_true);
      assign_directly(branch->when_false);
    }
    visit_roots(s, [&](const std::string& root) { ++mentions[root].count; });
  }
  std::unordered_map<std::string, std::size_t> defined;  // by name: the statement, from 1
  std::vector<bool> gone(block.statements.size(), false);
  for (std::size_t k = 0; k < block.statements.size(); ++k) {
    Statement& s = block.statements[k];
    if (const auto* define = std::get_if<Define>(&s.is)) {
      if (!define->lanes) defined[define->name] = k + 1;
    }
    auto* assign = std::get_if<Assign>(&s.is);
    const std::string* from = assign ? handed_on(*assign) : nullptr;
    const auto found = from ? defined.find(*from) : defined.end();
    if (found != defined.end() && mentions[*from].count == 1 &&
        mentions[assign->place.root].last < found->second) {
      Statement& before = block.statements[found->second - 1];
      Define define = std::get<Define>(std::move(before.is));
      assign->value = std::move(define.value);
      if (!define.comment.empty()) assign->comment = std::move(define.comment);
      mentions[assign->place.root].last = found->second;
      before.is = std::move(*assign);
      gone[k] = true;
      continue;
    }
    if (const auto* declare = std::get_if<Declare>(&s.is)) mentions[declare->name].last = k + 1;
    visit_roots(s, [&](const std::string& root) { mentions[root].last = k + 1; });
  }
  std::size_t k = 0;
  std::erase_if(block.statements, [&](const Statement&) { return gone[k++]; });
}

}  // namespace gradsmith
