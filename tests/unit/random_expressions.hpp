#pragma once

// Random expressions over every kind of node, loops among them. With `defined`, their values are
// defined: subscripts are in range and integers do not overflow.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ir/evaluate.hpp"
#include "ir/expr.hpp"
#include "ir/substitute.hpp"
#include "unit/special_numbers.hpp"

namespace gradsmith::test {

class RandomExpressions {
 public:
  RandomExpressions(Graph& graph, unsigned seed, bool defined)
      : g_(graph), random_(seed), defined_(defined) {
    n_ = g_.input("n", kIndex);
    three_ = g_.index(3);
    vector_ = g_.intern({Element::F64, {n_}});
    triple_ = g_.intern({Element::F64, {three_}});
    matrix_ = g_.intern({Element::F64, {three_, n_}});
  }

  /// Values for the inputs.
  Environment inputs() {
    std::uniform_real_distribution<double> uniform(-2, 2);
    const auto list = [&](std::size_t count) {
      std::vector<long double> numbers;
      for (std::size_t i = 0; i < count; ++i)
        numbers.push_back(static_cast<long double>(uniform(random_)));
      return numbers;
    };
    return {{"n", Value::index(2)},
            {"k", Value::index(1)},
            {"x", uniform(random_)},
            {"y", uniform(random_)},
            {"f", Value(Element::F32, static_cast<long double>(0.7f))},
            {"on", Value(Element::Bool, 1)},
            {"a[]", Value::vector(list(2))},
            {"t.c", Value::vector(list(3))},
            {"m", Value::matrix(3, 2, list(6))}};
  }

  /// A closed number of that kind; `size` bounds the depth.
  NodeId number(Element element, int size) { return scalar(element, size); }

  /// A body that may mention Bound(level, 0), an Index, and Bound(level, 1), of F64.
  NodeId open_body(int level, int size) {
    scopes_.push_back({level, {kReal}});
    const NodeId body = scalar(Element::F64, size);
    scopes_.pop_back();
    return body;
  }

  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

 private:
  struct Scope {
    int level;
    std::vector<TypeId> states;
  };
  static constexpr TypeId kReal = scalar_type(Element::F64);
  static constexpr TypeId kIndex = scalar_type(Element::Index);

  Element any_kind() { return static_cast<Element>(pick(static_cast<int>(Element::Tuple))); }

  NodeId one_of(const std::vector<NodeId>& ids) {
    return ids[static_cast<std::size_t>(pick(static_cast<int>(ids.size())))];
  }

  int next_level() const {
    int level = 0;
    for (const Scope& s : scopes_) level = std::max(level, s.level);
    return level + 1;
  }

  /// Bounds of that type in scope; a shadowed level is seen by its innermost loop only.
  std::vector<NodeId> bounds(TypeId type) {
    std::vector<NodeId> found;
    for (std::size_t i = 0; i < scopes_.size(); ++i) {
      const Scope& s = scopes_[i];
      if (type == kIndex) found.push_back(g_.bound(s.level, 0, kIndex));
      for (std::size_t k = 0; k < s.states.size(); ++k) {
        if (s.states[k] == type) found.push_back(g_.bound(s.level, static_cast<int>(k) + 1, type));
      }
    }
    return found;
  }

  NodeId leaf(Element element) {
    const std::vector<NodeId> known = bounds(scalar_type(element));
    if (!known.empty() && pick(3) > 0) return one_of(known);
    switch (element) {
      case Element::Bool:
        return pick(2) == 0 ? g_.boolean(pick(2) == 0) : g_.input("on", scalar_type(element));
      case Element::Index:
        return pick(3) == 0 ? g_.index(pick(5) - 2) : pick(2) == 0 ? n_ : g_.input("k", kIndex);
      case Element::F32:
        return pick(2) == 0 ? g_.constant(special(), element) : g_.input("f", scalar_type(element));
      default:
        return pick(3) == 0 ? g_.constant(special())
                            : g_.input(pick(2) == 0 ? "x" : "y", scalar_type(element));
    }
  }

  double special() { return kSpecialNumbers[pick(static_cast<int>(std::size(kSpecialNumbers)))]; }

  NodeId scalar(Element element, int size) {
    if (size <= 0) return leaf(element);
    --size;
    switch (pick(12)) {
      case 0:
        return leaf(element);
      case 1:
        return g_.choose(scalar(Element::Bool, size), scalar(element, size), scalar(element, size));
      case 2:
        return converted(element, size);
      case 3:
      case 4:
        if (element == Element::F64) return element_of_array(size);
        break;
      case 5:
      case 6:
        return reduction(element, size);
      case 7:
        return final_state(scalar_type(element), size);
      default:
        break;
    }
    return applied(element, size);
  }

  NodeId converted(Element element, int size) {
    const Element from = any_kind();
    if (defined_ && element == Element::Index && is_floating(from)) return leaf(element);
    return g_.convert(element, scalar(from, size));
  }

  NodeId applied(Element element, int size) {
    for (;;) {
      const OpRow& row =
          op_rows()[static_cast<std::size_t>(pick(static_cast<int>(op_rows().size())))];
      Element from = element;
      switch (row.signature) {
        case Signature::Real:
        case Signature::OrderReal:
          if (!is_floating(element)) continue;
          break;
        case Signature::Arith:
          if (element == Element::Bool) continue;
          break;
        case Signature::Integer:
          if (element != Element::Index) continue;
          break;
        case Signature::Compare: {
          if (element != Element::Bool) continue;
          from = any_kind();
          break;
        }
        case Signature::Logic:
          if (element != Element::Bool) continue;
          break;
      }
      // Products of bounded integers stay bounded; quotients need a divisor that is not zero.
      if (defined_ && (row.op == Op::Quotient || row.op == Op::Remainder)) {
        return g_.apply(row.op, {scalar(from, size), g_.index(pick(3) + 1)});
      }
      if (defined_ && row.op == Op::Mul && element == Element::Index) {
        return g_.apply(row.op, {leaf(from), leaf(from)});
      }
      std::vector<NodeId> operands;
      for (int i = 0; i < row.operands; ++i) {
        const bool order = row.signature == Signature::OrderReal && i == 0;
        operands.push_back(order ? g_.index(pick(3)) : scalar(from, size));
      }
      return g_.apply(row.op, operands);
    }
  }

  /// A subscript below `extent`.
  NodeId subscript(NodeId extent, int size) {
    const NodeId i = scalar(Element::Index, size);
    if (!defined_) return i;
    const NodeId last = g_.apply(Op::Sub, {extent, g_.index(1)});
    return g_.apply(Op::Min, {g_.apply(Op::Max, {i, g_.index(0)}), last});
  }

  NodeId element_of_array(int size) {
    if (pick(2) == 0) return g_.at(array(triple_, size), {subscript(three_, size)});
    if (pick(2) == 0) return g_.at(array(vector_, size), {subscript(n_, size)});
    const NodeId i = subscript(three_, size);
    return g_.at(array(matrix_, size), {i, subscript(n_, size)});
  }

  Range range() {
    const NodeId begin = pick(2) == 0 ? g_.index(0) : g_.index(pick(4) - 1);
    const NodeId end = pick(3) == 0 ? n_ : pick(2) == 0 ? three_ : leaf(Element::Index);
    static constexpr int kSteps[] = {1, 1, 1, 2, -1, -2};
    return {begin, end, g_.index(kSteps[pick(6)])};
  }

  template <class Body>
  NodeId inside(const std::vector<TypeId>& states, Body body) {
    scopes_.push_back({next_level(), states});
    const NodeId built = body(scopes_.back().level);
    scopes_.pop_back();
    return built;
  }

  NodeId reduction(Element element, int size) {
    const Range r = range();
    if (element == Element::Index && pick(2) == 0) {
      static constexpr Op kArg[] = {Op::Min, Op::Max, Op::Fmin, Op::Fmax};
      const NodeId init = scalar(Element::F64, size);
      const Op op = kArg[pick(4)];
      return inside({}, [&](int level) {
        return g_.arg_reduce(op, level, r, init, scalar(Element::F64, size));
      });
    }
    static constexpr Op kAny[] = {Op::Add, Op::Mul, Op::Min, Op::Max, Op::Fmin, Op::Fmax};
    static constexpr Op kWhole[] = {Op::Add, Op::Min, Op::Max, Op::Mul};
    const Op op = element == Element::Bool    ? (pick(2) == 0 ? Op::And : Op::Or)
                  : element == Element::Index ? kWhole[pick(defined_ ? 3 : 4)]
                                              : kAny[pick(6)];
    const bool usual = pick(2) == 0;
    const NodeId init =
        usual ? g_.number(element, op == Op::Mul || op == Op::And ? 1 : 0) : scalar(element, size);
    return inside({},
                  [&](int level) { return g_.reduce(op, level, r, init, scalar(element, size)); });
  }

  NodeId of_type(TypeId type, int size) {
    return g_.type(type).is_scalar() ? scalar(g_.type(type).element, size) : array(type, size);
  }

  NodeId fold(const std::vector<TypeId>& types, const Range& r, int size) {
    std::vector<NodeId> inits;
    for (TypeId type : types) inits.push_back(of_type(type, size));
    return inside(types, [&](int level) {
      std::vector<NodeId> nexts;
      for (TypeId type : types) nexts.push_back(of_type(type, size));
      // An Index that grows by itself would overflow.
      for (std::size_t k = 0; k < types.size(); ++k) {
        if (defined_ && types[k] == kIndex) nexts[k] = leaf(Element::Index);
      }
      return g_.fold(level, r, inits, nexts);
    });
  }

  NodeId final_state(TypeId type, int size) {
    std::vector<TypeId> types{type};
    if (pick(2) == 0) types.push_back(pick(2) == 0 ? kReal : triple_);
    if (pick(2) == 0) std::swap(types.front(), types.back());
    const auto state = std::ranges::find(types, type) - types.begin();
    return g_.final_state(fold(types, range(), size), static_cast<int>(state));
  }

  NodeId array(TypeId type, int size) {
    const std::vector<NodeId> known = bounds(type);
    if (!known.empty() && pick(2) == 0) return one_of(known);
    const Type t = g_.type(type);
    if (size <= 0) return input_array(type);
    --size;
    switch (pick(8)) {
      case 0:
        return g_.choose(scalar(Element::Bool, size), array(type, size), array(type, size));
      case 1: {
        const TypeId inner = t.extents.size() == 2 ? vector_ : kReal;
        return inside({},
                      [&](int level) { return g_.map(level, t.extents[0], of_type(inner, size)); });
      }
      case 2:
        if (t.extents.size() == 2 && pick(2) == 0) {
          return g_.one_hot(type, std::vector{subscript(t.extents[0], size)}, array(vector_, size));
        } else {
          std::vector<NodeId> at;
          for (NodeId extent : t.extents) at.push_back(subscript(extent, size));
          return g_.one_hot(type, at, scalar(Element::F64, size));
        }
      case 3:
        if (type == triple_) {
          std::vector<NodeId> elements;
          for (int i = 0; i < 3; ++i) elements.push_back(scalar(Element::F64, size));
          return g_.pack(type, elements);
        }
        if (type == vector_) {
          return g_.at(array(matrix_, size), {subscript(three_, size)});
        }
        break;
      case 4: {
        const Range r = range();
        const NodeId base = array(type, size);
        return inside({}, [&](int level) {
          std::vector<NodeId> at;
          for (NodeId extent : t.extents) at.push_back(subscript(extent, size));
          return g_.write(level, r, base, scalar(Element::F64, size), at);
        });
      }
      case 5:
        return final_state(type, size);
      case 6:
        if (t.extents.size() == 1) return trace(t.extents[0], size);
        break;
      default:
        break;
    }
    return input_array(type);
  }

  NodeId trace(NodeId trips, int size) {
    const NodeId f = fold({kReal}, g_.range(trips), size);
    const int level = g_[f].level;
    const std::vector<Scope> all = scopes_;
    std::erase_if(scopes_, [&](const Scope& s) { return s.level >= level; });
    scopes_.push_back({level, {kReal}});
    const NodeId body = scalar(Element::F64, size);
    scopes_ = all;
    return g_.trace(f, body);
  }

  NodeId input_array(TypeId type) {
    return g_.input(type == triple_ ? "t.c" : type == vector_ ? "a[]" : "m", type);
  }

  Graph& g_;
  std::mt19937 random_;
  bool defined_;
  NodeId n_ = kNoNode;
  NodeId three_ = kNoNode;
  TypeId vector_ = 0;
  TypeId triple_ = 0;
  TypeId matrix_ = 0;
  std::vector<Scope> scopes_;
};

}  // namespace gradsmith::test
