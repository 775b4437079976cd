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

/// Which parameters, and whether the result, each chunk mentions.
class Parameters {
 public:
  Parameters(const Function& f, const std::string& result) : f_(f), result_(f.parameters.size()) {
    for (std::size_t k = 0; k < result_; ++k) numbers_.emplace(f.parameters[k].name, k);
    if (!result.empty()) numbers_.emplace(result, result_);
    mentioned_in_.resize(result_ + 1);
  }

  /// Chunks in order.
  void mention(const std::string& root, ChunkId chunk) {
    const auto found = numbers_.find(root);
    if (found == numbers_.end()) return;
    std::vector<ChunkId>& chunks = mentioned_in_[found->second];
    if (chunk != kWhole && (chunks.empty() || chunks.back() != chunk)) chunks.push_back(chunk);
  }

  void list(std::vector<Part>& parts) const {
    for (std::size_t k = 0; k < result_; ++k) {
      for (const ChunkId chunk : mentioned_in_[k]) {
        parts[chunk - 1].parameters.push_back(f_.parameters[k].name);
      }
    }
    for (const ChunkId chunk : mentioned_in_[result_]) parts[chunk - 1].fills_result = true;
  }

 private:
  const Function& f_;
  const std::size_t result_;  // its number, behind those of the parameters
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::vector<std::vector<ChunkId>> mentioned_in_;  // by number
};

class Splitter {
 public:
  Splitter(const Function& f, Block& block, std::size_t max)
      : f_(f),
        block_(block),
        max_(std::max<std::size_t>(1, max / kPartsOfLongest)),
        chunks_(block.statements.size(), kWhole) {}

  std::optional<SplitFunction> run() {
    choose_chunks();
    const ChunkId last = chunks_.empty() ? kWhole : *std::ranges::max_element(chunks_);
    if (last < 2) return {};
    make_parts(last);
    find_kept();
    for (const Statement& s : block_.statements) {
      if (const auto* branch = std::get_if<Branch>(&s.is)) require_own_locals(*branch);
    }
    name_keeper();
    locals_by_name_.clear();  // names are moved from here on
    for (std::size_t i = 0; i < chunks_.size(); ++i) place(i);
    block_.statements.clear();
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

  void make_parts(ChunkId last) {
    std::vector<std::size_t> sizes(last + std::size_t{1}, 0);
    for (const ChunkId chunk : chunks_) ++sizes[chunk];
    for (ChunkId chunk = 1; chunk <= last; ++chunk) {
      split_.parts.push_back({"part_" + std::to_string(chunk), {}, false, false, {}});
      split_.parts.back().body.statements.reserve(sizes[chunk]);
    }
  }

  /// The name that a statement of the outermost list gives to a local; null where it gives none.
  static const std::string* declared_by(const Statement& s) {
    if (const auto* define = std::get_if<Define>(&s.is)) return &define->name;
    const auto* declare = std::get_if<Declare>(&s.is);
    return declare && declare->type ? &declare->name : nullptr;
  }

  /// A local lives across parts where one mentions what another defines. Every name is looked up
  /// once, here: what comes later goes by the numbers of statements and places.
  void find_kept() {
    is_kept_.assign(chunks_.size(), false);
    locals_by_name_.reserve(chunks_.size());
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const Statement& s = block_.statements[i];
      if (const std::string* local = declared_by(s)) locals_by_name_.insert_or_assign(*local, i);
      if (const Declare* result = result_object(s)) split_.result = result->name;
    }
    Parameters parameters(f_, split_.result);
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const auto mention = [&](const std::string& root) {
        const auto found = locals_by_name_.find(root);
        const std::size_t local = found == locals_by_name_.end() ? kNoLocal : found->second;
        if (local == kNoLocal) {
          parameters.mention(root, chunks_[i]);
        } else if (chunks_[local] != chunks_[i]) {
          is_kept_[local] = true;
        }
        return local;
      };
      visit_places(block_.statements[i],
                   [&](const Place& place) { mentioned_.push_back(mention(place.root)); });
      if (const auto* clear = std::get_if<Clear>(&block_.statements[i].is)) mention(clear->array);
    }
    parameters.list(split_.parts);
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

  /// Moves a statement of the outermost list to its part. What is kept becomes a member there.
  void place(std::size_t i) {
    const ChunkId chunk = chunks_[i];
    if (chunk > called_) split_.whole.statements.push_back({Call{called_++}});
    Block& block = chunk == kWhole ? split_.whole : split_.parts[chunk - 1].body;
    Statement& s = block_.statements[i];
    const bool renamed = rename(s);
    if (!is_kept_[i]) {
      block.statements.push_back(std::move(s));
    } else if (auto* define = std::get_if<Define>(&s.is)) {
      split_.kept.push_back({define->value.element, define->name});
      block.statements.push_back(
          {Assign{member(define->name), std::move(define->value), std::move(define->comment)}});
    } else {
      auto& declare = std::get<Declare>(s.is);
      split_.kept.push_back({*declare.type, declare.name});
      if (!declare.value) return;
      block.statements.push_back(
          {Assign{member(declare.name), std::move(*declare.value), std::move(declare.comment)}});
    }
    if (chunk != kWhole && (renamed || is_kept_[i])) split_.parts[chunk - 1].uses_kept = true;
  }

  Place member(const std::string& local) const { return {split_.keeper, {{local, 0, -1}}}; }

  /// The places of the statement, in the order in which `find_kept` came to them. Whether any is
  /// that of a local that is kept.
  bool rename(Statement& s) {
    bool renamed = false;
    visit_places(s, [&](Place& place) {
      const std::size_t local = mentioned_[renamed_++];
      if (local == kNoLocal || !is_kept_[local]) return;
      place.path.insert(place.path.begin(), {place.root, 0, -1});
      place.root = split_.keeper;
      renamed = true;
    });
    return renamed;
  }

  void require_own_locals(const Branch& branch) const {
    for (const Block* side : {&branch.when_true, &branch.when_false}) {
      for (const Statement& s : side->statements) {
        if (const auto* local = std::get_if<Define>(&s.is)) {
          const auto outer = locals_by_name_.find(local->name);
          GRADSMITH_CHECK(outer == locals_by_name_.end() || !is_kept_[outer->second],
                          "{} is defined twice", local->name);
        }
        if (const auto* inner = std::get_if<Branch>(&s.is)) require_own_locals(*inner);
      }
    }
  }

  const Function& f_;
  Block& block_;
  std::size_t max_;              // statements of a part
  std::vector<ChunkId> chunks_;  // by statement
  static constexpr std::size_t kNoLocal = ~std::size_t{0};
  /// Locals of the outermost list: the statements that declare them.
  std::unordered_map<std::string_view, std::size_t> locals_by_name_;
  std::vector<bool> is_kept_;           // by statement: it declares what lives across parts
  std::vector<std::size_t> mentioned_;  // by every place, in order: the local's statement
  std::size_t renamed_ = 0;             // of these
  std::size_t called_ = 0;              // parts so far
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
