#include "passes/factor.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "passes/binarise.hpp"
#include "passes/cost.hpp"
#include "passes/product_terms.hpp"
#include "passes/rebuild.hpp"
#include "passes/reciprocals.hpp"
#include "passes/rewriting.hpp"
#include "passes/share_sums.hpp"
#include "passes/simplify.hpp"
#include "passes/trial.hpp"

namespace gradsmith {
namespace {

constexpr std::size_t kMostTerms = 64;

/// A term of a sum.
struct Addend {
  Term term;
  bool alone = false;       ///< a product that only this sum uses
  NodeId node = kNoNode;    ///< that is the term, up to sign; kNoNode: it has to be made
  bool keeps_sign = false;  ///< the node has the coefficient's sign
};

/// A factor that terms may share: a base, or its reciprocal.
using Common = std::pair<NodeId, bool>;

bool is_sum(Op op) { return op == Op::Add || op == Op::Sub; }
bool is_product(Op op) { return op == Op::Mul || op == Op::Div; }

int power_in(const Term& term, Common common) {
  for (const Factor& f : term.factors) {
    if (f.base == common.first) {
      return (f.power < 0) == common.second ? std::abs(f.power) : 0;
    }
  }
  return 0;
}

void divide(Term& term, Common by, int times) {
  for (Factor& f : term.factors) {
    if (f.base == by.first) f.power -= by.second ? -times : times;
  }
  std::erase_if(term.factors, [](const Factor& f) { return f.power == 0; });
}

/// Which common factors are taken out of a sum.
enum class Taken : std::uint8_t {
  Whole,   ///< what all terms share
  Shared,  ///< what any two terms share that only this sum uses
  Eager,   ///< also what one such term shares with others: the sum of what is left may be elsewhere
};

class Sums {
 public:
  /// With `opens`, sums of the author's are opened where that costs no accuracy.
  Sums(Function& f, Taken taken, bool opens)
      : f_(f),
        g_(f.graph),
        pinned_(pinned_nodes(f)),
        branch_(only_in_branches(f)),
        taken_(taken),
        opens_(opens) {
    const std::vector<NodeId> outputs = output_values(f);
    const Rewriting as_it_stands(g_, outputs);
    uses_.assign(as_it_stands.uses().begin(), as_it_stands.uses().end());
    in_sum_.resize(g_.size(), false);
    const std::vector<NodeId> live = reachable(g_, outputs);
    for (auto id = live.rbegin(); id != live.rend(); ++id) {
      const bool sum = is_free(*id) && is_sum(g_.op(*id));
      if (!sum && !(in_sum_[*id] && g_.op(*id) == Op::Neg)) continue;
      for (NodeId o : g_.operands(*id)) {
        const bool inner = is_sum(g_.op(o)) || g_.op(o) == Op::Neg;
        in_sum_[o] = inner && is_free(o) && uses_[o] == 1;
      }
    }
  }

  /// Whether a sum of the author's was opened.
  bool run() {
    rebuild(f_, [&](NodeId id, NodeId fresh) {
      const bool sum = is_sum(g_.op(fresh)) && is_free(id) && uses_[id] > 0;
      const NodeId result = sum && !in_sum_[id] ? rewritten(fresh) : fresh;
      if (result >= uses_now_.size()) {
        uses_now_.resize(g_.size(), 0);
        opened_.resize(g_.size(), false);
      }
      uses_now_[result] += uses_[id];
      if (in_sum_[id]) opened_[result] = true;
      return result;
    });
    return opened_authors_;
  }

 private:
  /// Where no value pins the author's own sums, they stay all the same: he may have seen to it that
  /// something cancels.
  bool is_free(NodeId id) const {
    return !is_authors(id) && !branch_[id] && g_.free(id) == 0 && g_.is_scalar(id) &&
           is_floating(g_.element(id));
  }

  bool is_authors(NodeId id) const {
    return id < pinned_.size() && (pinned_[id] || (f_.value_outputs == 0 && id < f_.first_derived));
  }

  std::vector<Addend> addends_of(NodeId sum) {
    struct Part {
      NodeId id;
      bool minus;
    };
    std::vector<Addend> found;
    std::vector<Part> parts{{sum, false}};
    while (!parts.empty()) {
      const Part part = parts.back();
      parts.pop_back();
      const Op op = g_.op(part.id);
      const bool open = part.id == sum || (part.id < opened_.size() && opened_[part.id]);
      const bool room = found.size() + parts.size() + 2 <= kMostTerms;
      if (open && op == Op::Neg) {
        parts.push_back({g_.operand(part.id, 0), !part.minus});
      } else if (open && is_sum(op) && room) {
        parts.push_back({g_.operand(part.id, 1), part.minus != (op == Op::Sub)});
        parts.push_back({g_.operand(part.id, 0), part.minus});
      } else {
        found.push_back(addend_of(part.id, part.minus));
      }
    }
    return found;
  }

  /// Opens a multiple c * (x - y) of a sum of the author's where another term is k * x with |k| at
  /// least |c|, or k * y: the rounding of c * x is no more than that of k * x, and that of c * y,
  /// since y is x - (x - y), no more than those of k * x and of c * (x - y) together, which are
  /// there either way.
  void open_authors(std::vector<Addend>& addends) {
    for (std::size_t i = 0; i < addends.size() && addends.size() < kMostTerms; ++i) {
      const Term& whole = addends[i].term;
      if (whole.factors.size() != 1 || whole.factors[0].power != 1) continue;
      const NodeId sum = whole.factors[0].base;
      if (!is_authors(sum) || !is_sum(g_.op(sum)) || g_.free(sum) != 0) continue;
      const Addend parts[2] = {part_of(sum, 0, whole.coefficient),
                               part_of(sum, 1, whole.coefficient)};
      const auto is_covered = [&](const Addend& part) {
        for (std::size_t j = 0; j < addends.size(); ++j) {
          const Term& other = addends[j].term;
          if (j == i || !same_powers(other, part.term)) continue;
          if (std::fabs(other.coefficient) >= std::fabs(part.term.coefficient)) return true;
        }
        return false;
      };
      if (!std::isnormal(parts[0].term.coefficient) || !std::isnormal(parts[1].term.coefficient) ||
          (!is_covered(parts[0]) && !is_covered(parts[1]))) {
        continue;
      }
      opened_authors_ = true;
      addends[i] = parts[0];
      addends.insert(addends.begin() + static_cast<std::ptrdiff_t>(++i), parts[1]);
    }
  }

  /// A term of a sum of the author's times a coefficient. The author's sum uses it as well.
  Addend part_of(NodeId sum, std::size_t k, double coefficient) {
    const bool minus = (k == 1 && g_.op(sum) == Op::Sub) != (coefficient < 0);
    Addend part = addend_of(g_.operand(sum, k), minus);
    part.alone = false;
    if (std::fabs(coefficient) == 1) return part;
    part.term.coefficient *= std::fabs(coefficient);
    part.node = kNoNode;
    return part;
  }

  Addend addend_of(NodeId id, bool minus) {
    Addend a{term_of(g_, id, pinned_), false, id, false};
    if (op_is_negated(id)) a.node = g_.operand(id, 0);
    // Without a negation the node has the opposite sign, which may be that of a constant in it.
    a.keeps_sign = (a.node == id) == (a.term.coefficient < 0);
    if (minus) a.term.coefficient = -a.term.coefficient;
    const bool product = is_product(g_.op(a.node));
    a.alone = product && uses_now(id) == 1 && uses_now(a.node) <= 1;
    return a;
  }

  std::uint32_t uses_now(NodeId id) const { return id < uses_now_.size() ? uses_now_[id] : 0; }

  bool op_is_negated(NodeId id) const { return g_.op(id) == Op::Neg; }

  NodeId rewritten(NodeId sum) {
    const Element element = g_.element(sum);
    std::vector<Addend> addends = addends_of(sum);
    if (opens_) open_authors(addends);
    const bool merged = merge_like_terms(addends);
    const bool grouped = group(addends, element);
    if (!merged && !grouped) return sum;
    return built(std::move(addends), element);
  }

  /// Makes terms of equal powers one. False where there are none.
  bool merge_like_terms(std::vector<Addend>& addends) {
    std::map<std::vector<std::pair<NodeId, int>>, std::size_t> first;
    std::vector<bool> gone(addends.size(), false);
    bool merged = false;
    for (std::size_t i = 0; i < addends.size(); ++i) {
      std::vector<std::pair<NodeId, int>> key;
      for (const Factor& f : addends[i].term.factors) key.emplace_back(f.base, f.power);
      std::sort(key.begin(), key.end());
      const auto [place, is_new] = first.emplace(std::move(key), i);
      if (is_new) continue;
      Addend& into = addends[place->second];
      const double sum = into.term.coefficient + addends[i].term.coefficient;
      if (!std::isfinite(sum)) continue;
      into.term.coefficient = sum;
      into.node = kNoNode;
      into.alone = into.alone && addends[i].alone;
      gone[i] = merged = true;
    }
    for (std::size_t i = addends.size(); i-- > 0;) {
      const bool vanished = addends[i].term.coefficient == 0 && addends[i].node == kNoNode;
      if (gone[i] || vanished) addends.erase(addends.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return merged;
  }

  /// A term that is computed anyway, with one factor besides `common`: what is left of it is there.
  bool leaves_what_is_there(const Addend& a, Common common) const {
    if (a.alone || power_in(a.term, common) == 0) return false;
    const bool scaled = std::fabs(a.term.coefficient) != 1;
    return a.term.size() == (scaled ? 1 : 2) || (!scaled && a.term.size() == 1);
  }

  /// The factor that most of the products share which only this sum uses; none: fewer than two do.
  std::vector<std::size_t> most_shared(const std::vector<Addend>& addends, Common& common) const {
    std::map<Common, std::vector<std::size_t>> sharing;
    std::vector<Common> order;
    for (std::size_t i = 0; i < addends.size(); ++i) {
      if (!addends[i].alone) continue;
      for (const Factor& f : addends[i].term.factors) {
        auto& terms = sharing[{f.base, f.power < 0}];
        if (terms.empty()) order.emplace_back(f.base, f.power < 0);
        terms.push_back(i);
      }
    }
    if (taken_ == Taken::Eager) {
      for (const Common& c : order) {
        for (std::size_t i = 0; i < addends.size(); ++i) {
          if (leaves_what_is_there(addends[i], c)) sharing[c].push_back(i);
        }
      }
    }
    std::vector<std::size_t> best;
    for (const Common& c : order) {
      if (sharing[c].size() < 2 || sharing[c].size() <= best.size()) continue;
      best = sharing[c];
      common = c;
    }
    return best;
  }

  /// Takes common factors out. False where no two terms share one.
  bool group(std::vector<Addend>& addends, Element element) {
    bool grouped = false;
    for (;;) {
      Common common;
      std::vector<std::size_t> members = most_shared(addends, common);
      if (members.empty()) return grouped;
      // What is left of such a term is a node that there is, so it comes in for nothing.
      for (std::size_t i = 0; i < addends.size() && taken_ != Taken::Eager; ++i) {
        if (leaves_what_is_there(addends[i], common)) members.push_back(i);
      }
      std::sort(members.begin(), members.end());
      if (taken_ == Taken::Whole && members.size() < addends.size()) return grouped;
      grouped = true;
      Term outside;
      for (const Factor& f : addends[members[0]].term.factors) {
        const Common c{f.base, f.power < 0};
        int times = std::abs(f.power);
        for (std::size_t i : members) times = std::min(times, power_in(addends[i].term, c));
        if (times > 0) outside.factors.push_back({f.base, f.power < 0 ? -times : times});
      }
      const double scale = std::fabs(addends[members[0]].term.coefficient);
      const bool scaled = scale != 1 && std::all_of(members.begin(), members.end(), [&](auto i) {
                            return std::fabs(addends[i].term.coefficient) == scale;
                          });
      std::vector<Addend> inside;
      for (std::size_t i : members) {
        Addend a = addends[i];
        if (scaled) a.term.coefficient = std::copysign(1.0, a.term.coefficient);
        for (const Factor& f : outside.factors) {
          divide(a.term, {f.base, f.power < 0}, std::abs(f.power));
        }
        a.node = kNoNode;
        a.alone = a.term.size() > 1;
        inside.push_back(std::move(a));
      }
      if (scaled) outside.coefficient = scale;
      merge_like_terms(inside);
      group(inside, element);
      const Term sum = term_of(g_, built(std::move(inside), element), pinned_);
      outside.coefficient *= sum.coefficient;
      // The sum may be a node that was taken out: u * e - v * e where e is u - v.
      for (const Factor& f : sum.factors) multiply(outside, f.base, f.power);
      std::erase_if(outside.factors, [](const Factor& f) { return f.power == 0; });
      addends[members[0]] = {std::move(outside), true, kNoNode, false};
      for (std::size_t k = members.size(); k-- > 1;) {
        addends.erase(addends.begin() + static_cast<std::ptrdiff_t>(members[k]));
      }
    }
  }

  /// The sum in canonical order, negated where its first term is negative.
  NodeId built(std::vector<Addend> addends, Element element) {
    struct Part {
      NodeId node;
      bool minus;
    };
    std::vector<Part> parts;
    for (const Addend& a : addends) {
      if (a.node != kNoNode) {
        parts.push_back({a.node, (a.term.coefficient < 0) != a.keeps_sign});
      } else {
        Term positive = a.term;
        positive.coefficient = std::fabs(positive.coefficient);
        parts.push_back({product_of(g_, positive, element), a.term.coefficient < 0});
      }
    }
    if (parts.empty()) return g_.number(element, 0);
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.node < b.node; });
    const bool flipped = parts[0].minus;
    NodeId sum = parts[0].node;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      sum = g_.apply(parts[i].minus == flipped ? Op::Add : Op::Sub, {sum, parts[i].node});
    }
    return flipped ? g_.apply(Op::Neg, {sum}) : sum;
  }

  Function& f_;
  Graph& g_;
  const std::vector<bool> pinned_;
  const std::vector<bool> branch_;
  const Taken taken_;
  const bool opens_;
  bool opened_authors_ = false;
  std::vector<std::uint32_t> uses_;  ///< by the ids before
  std::vector<bool> in_sum_;         ///< free sums that a free sum alone uses
  std::vector<std::uint32_t> uses_now_;
  std::vector<bool> opened_;  ///< in_sum_, by the ids now
};

/// What a function will cost when the passes after this one have run.
std::int64_t cost_to_come(const Function& f) {
  return cost_without_signs(share_sums(simplify(reciprocals(binarise(f)))));
}

Function factored(Function f, Taken taken) {
  Sums(f, taken, false).run();
  return simplify(std::move(f));
}

/// The same with sums of the author's opened; nothing where none was.
std::optional<Function> factored_and_opened(Function f, Taken taken) {
  if (!Sums(f, taken, true).run()) return {};
  return simplify(std::move(f));
}

}  // namespace

Function factor(Function f) {
  if (is_large(f)) {
    const std::int64_t cost = counted_cost(f);
    Trial trial(f);
    f = factored(std::move(f), Taken::Whole);
    if (counted_cost(f) >= cost) std::move(trial).take_back(f);
    return f;
  }
  Function best = f;
  std::int64_t least = cost_to_come(f);
  const auto offer = [&](Function candidate) {
    const std::int64_t cost = cost_to_come(candidate);
    if (cost >= least) return;
    least = cost;
    best = std::move(candidate);
  };
  for (const Taken taken : {Taken::Whole, Taken::Shared, Taken::Eager}) {
    offer(factored(f, taken));
    if (auto opened = factored_and_opened(f, taken)) offer(std::move(*opened));
  }
  return best;
}

}  // namespace gradsmith
