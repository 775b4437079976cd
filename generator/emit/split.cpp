#include "emit/split.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "support/check.hpp"

namespace gradsmith {
namespace {

using ChunkId = std::uint32_t;
constexpr ChunkId kWhole = 0;  // what is in no part; part k is chunk k

constexpr std::string_view kKeeper = "kept";

// A part is so much shorter than a function that may stay whole: what is split anyway should not
// stop where compilers begin to be slow.
constexpr std::size_t kPartsOfLongest = 4;

// Runs between early returns that are this much shorter than a part are not worth one.
constexpr std::size_t kLeastOfPart = 8;

std::size_t weight(const Statement& s) {
  const auto* branch = std::get_if<Branch>(&s.is);
  return branch ? 1 + count_statements(branch->when_true) + count_statements(branch->when_false)
                : 1;
}

bool returns(const Block& block);

bool returns(const Statement& s) {
  if (std::holds_alternative<Return>(s.is)) return true;
  const auto* branch = std::get_if<Branch>(&s.is);
  return branch && (returns(branch->when_true) || returns(branch->when_false));
}

bool returns(const Block& block) {
  return std::ranges::any_of(block.statements, [](const Statement& s) { return returns(s); });
}

const Declare* result_object(const Statement& s) {
  const auto* declare = std::get_if<Declare>(&s.is);
  return declare && !declare->type ? declare : nullptr;
}

bool is_declaration(const Statement& s) { return std::holds_alternative<Declare>(s.is); }

/// Visits every place that a statement without loops reads or writes, and every local in it.
template <class Visit>
void visit_places(Statement& s, const Visit& visit) {
  if (auto* define = std::get_if<Define>(&s.is)) visit_places_in(define->value, visit);
  if (auto* declare = std::get_if<Declare>(&s.is); declare && declare->value) {
    visit_places_in(*declare->value, visit);
  }
  if (auto* returned = std::get_if<Return>(&s.is)) visit_places_in(returned->value, visit);
  if (auto* assign = std::get_if<Assign>(&s.is)) {
    visit(assign->place);
    for (Expression& e : assign->subscripts) visit_places_in(e, visit);
    visit_places_in(assign->value, visit);
  }
  auto* branch = std::get_if<Branch>(&s.is);
  if (!branch) return;
  visit_places_in(branch->condition, visit);
  for (Block* side : {&branch->when_true, &branch->when_false}) {
    for (Statement& inner : side->statements) visit_places(inner, visit);
  }
}

class Splitter {
 public:
  Splitter(const Function& f, Block& block, std::size_t max)
      : f_(f),
        block_(block),
        max_(std::max<std::size_t>(1, max / kPartsOfLongest)),
        chunks_(block.statements.size(), kWhole) {}

  std::optional<SplitFunction> run() {
    choose_chunks();
    if (chunks_.empty() || *std::ranges::max_element(chunks_) < 2) return {};
    find_kept();
    name_keeper();
    for (std::size_t i = 0; i < chunks_.size(); ++i) place(i);
    block_.statements.clear();
    list_parameters();
    return std::move(split_);
  }

 private:
  /// Runs of statements that may stand in a part, each cut into parts of about equal weight.
  void choose_chunks() {
    ChunkId last = kWhole;
    for (std::size_t i = 0; i < chunks_.size();) {
      std::size_t end = i;
      std::size_t run = 0;
      for (; end < chunks_.size() && may_move(block_.statements[end]); ++end) {
        run += weight(block_.statements[end]);
      }
      if (run * kLeastOfPart > max_) last = cut(i, end, run, last);
      i = std::max(end, i + 1);
    }
  }

  static bool may_move(const Statement& s) { return !returns(s) && !result_object(s); }

  ChunkId cut(std::size_t begin, std::size_t end, std::size_t run, ChunkId last) {
    const std::size_t parts = (run + max_ - 1) / max_;
    const std::size_t each = (run + parts - 1) / parts;
    std::size_t filled = each;
    bool declared = false;  // the `if` that assigns what was declared follows, and needs it
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t w = weight(block_.statements[i]);
      const bool glued = std::exchange(declared, is_declaration(block_.statements[i]));
      if (filled + w > each && !glued) {
        ++last;
        filled = 0;
      }
      filled += w;
      chunks_[i] = last;
    }
    return last;
  }

  /// A local lives across parts where one mentions what another defines.
  void find_kept() {
    locals_.reserve(chunks_.size());
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const Statement& s = block_.statements[i];
      if (const auto* define = std::get_if<Define>(&s.is)) {
        locals_.insert_or_assign(define->name, Home{chunks_[i], false});
      }
      if (const auto* declare = std::get_if<Declare>(&s.is); declare && declare->type) {
        locals_.insert_or_assign(declare->name, Home{chunks_[i], false});
      }
    }
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      visit_places(block_.statements[i], [&](const Place& place) {
        const auto found = locals_.find(place.root);
        mentioned_.push_back(found == locals_.end() ? nullptr : &found->second);
        if (mentioned_.back() && mentioned_.back()->chunk != chunks_[i]) {
          mentioned_.back()->kept = true;
        }
      });
    }
  }

  bool is_kept(const std::string& root) const {
    const auto found = locals_.find(root);
    return found != locals_.end() && found->second.kept;
  }

  /// A name that neither a parameter nor a local has.
  void name_keeper() {
    split_.scope = f_.name + "_parts";
    std::unordered_set<std::string> taken;  // of names that are alike
    for (const Parameter& p : f_.parameters) take(p.name, taken);
    take_locals(block_, taken);
    split_.keeper = kKeeper;
    while (taken.contains(split_.keeper)) split_.keeper += '_';
  }

  static void take(const std::string& name, std::unordered_set<std::string>& taken) {
    if (name.starts_with(kKeeper)) taken.insert(name);
  }

  void take_locals(const Block& block, std::unordered_set<std::string>& taken) {
    for (const Statement& s : block.statements) {
      if (const auto* define = std::get_if<Define>(&s.is)) take(define->name, taken);
      if (const auto* declare = std::get_if<Declare>(&s.is)) take(declare->name, taken);
      if (const auto* branch = std::get_if<Branch>(&s.is)) {
        take_locals(branch->when_true, taken);
        take_locals(branch->when_false, taken);
      }
    }
  }

  void place(std::size_t i) {
    const ChunkId chunk = chunks_[i];
    if (chunk > split_.parts.size()) {
      split_.parts.push_back({"part_" + std::to_string(chunk), {}, false, false, {}});
      split_.whole.statements.push_back({Call{chunk - 1}});
    }
    Block& block = chunk == kWhole ? split_.whole : split_.parts[chunk - 1].body;
    if (const Declare* result = result_object(block_.statements[i])) split_.result = result->name;
    add(std::move(block_.statements[i]), block);
  }

  /// Appends a statement of the outermost list, in which what is kept is a member.
  void add(Statement&& s, Block& block) {
    rename(s);
    if (auto* define = std::get_if<Define>(&s.is); define && is_kept(define->name)) {
      split_.kept.push_back({define->value.element, define->name});
      block.statements.push_back(
          {Assign{member(define->name), std::move(define->value), std::move(define->comment)}});
      return;
    }
    if (auto* declare = std::get_if<Declare>(&s.is); declare && is_kept(declare->name)) {
      split_.kept.push_back({*declare->type, declare->name});
      if (!declare->value) return;
      block.statements.push_back(
          {Assign{member(declare->name), std::move(*declare->value), std::move(declare->comment)}});
      return;
    }
    block.statements.push_back(std::move(s));
  }

  Place member(const std::string& local) const { return {split_.keeper, {{local, 0, -1}}}; }

  /// The places of the statement, in the order in which `find_kept` came to them.
  void rename(Statement& s) {
    visit_places(s, [&](Place& place) {
      const Home* home = mentioned_[renamed_++];
      if (!home || !home->kept) return;
      place.path.insert(place.path.begin(), {place.root, 0, -1});
      place.root = split_.keeper;
    });
    const auto* branch = std::get_if<Branch>(&s.is);
    if (branch) require_own_locals(*branch);
  }

  void require_own_locals(const Branch& branch) const {
    for (const Block* side : {&branch.when_true, &branch.when_false}) {
      for (const Statement& s : side->statements) {
        const auto* local = std::get_if<Define>(&s.is);
        GRADSMITH_CHECK(!local || !is_kept(local->name), "{} is defined twice", local->name);
        if (const auto* inner = std::get_if<Branch>(&s.is)) require_own_locals(*inner);
      }
    }
  }

  /// Which parameters each part mentions, and whether the keeper and the result.
  void list_parameters() {
    std::unordered_map<std::string_view, std::size_t> places;  // few, unlike locals
    for (const Parameter& p : f_.parameters) places.emplace(p.name, places.size());
    const std::size_t keeper = places.emplace(split_.keeper, places.size()).first->second;
    const std::size_t result = places.emplace(split_.result, places.size()).first->second;
    std::vector<const Part*> last(places.size(), nullptr);  // that mentions it
    for (Part& part : split_.parts) {
      for (const Statement& s : part.body.statements) {
        visit_roots(s, [&](const std::string& root) {
          if (const auto found = places.find(root); found != places.end()) {
            last[found->second] = &part;
          }
        });
      }
      for (const Parameter& p : f_.parameters) {
        if (last[places.at(p.name)] == &part) part.parameters.push_back(p.name);
      }
      part.uses_kept = last[keeper] == &part;
      part.fills_result = !split_.result.empty() && last[result] == &part;
    }
  }

  const Function& f_;
  Block& block_;
  std::size_t max_;              // statements of a part
  std::vector<ChunkId> chunks_;  // by statement
  struct Home {
    ChunkId chunk;
    bool kept;  // it lives across parts
  };
  std::unordered_map<std::string, Home> locals_;  // of the outermost list
  std::vector<Home*> mentioned_;                  // by every place, in order; null: no such local
  std::size_t renamed_ = 0;                       // of these
  SplitFunction split_;
};

}  // namespace

std::size_t count_statements(const Block& block) {
  std::size_t count = 0;
  for (const Statement& s : block.statements) count += weight(s);
  return count;
}

std::optional<SplitFunction> split(const Function& f, Block& block, std::size_t max_statements) {
  if (max_statements == 0 || count_statements(block) <= max_statements) return {};
  // A function with loops is as long as its spec makes it, and its arrays belong to all parts.
  if (std::ranges::any_of(block.statements, [](const Statement& s) {
        return std::holds_alternative<Loop>(s.is) || std::holds_alternative<DeclareArray>(s.is) ||
               std::holds_alternative<Slice>(s.is);
      })) {
    return {};
  }
  return Splitter(f, block, max_statements).run();
}

}  // namespace gradsmith
