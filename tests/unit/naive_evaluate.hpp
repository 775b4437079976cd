#pragma once

// The meaning of a graph written down as plainly as possible: recursive, and nothing is remembered.
// It serves as the oracle of the evaluator and of substitution.

#include <map>
#include <vector>

#include "ir/evaluate.hpp"
#include "ir/evaluate_scalar.hpp"
#include "ir/substitute.hpp"

namespace gradsmith::test {

/// What Bound(level, 0), Bound(level, 1), ... are, by level.
using NaiveBindings = std::map<int, std::vector<Value>>;

class NaiveEvaluator {
 public:
  NaiveEvaluator(const Graph& graph, const Environment& inputs) : g_(graph), inputs_(inputs) {}

  Value operator()(NodeId id, const NaiveBindings& at) const {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::Constant:
        return number(id, is_floating(g_.element(id))
                              ? static_cast<long double>(g_.constant_value(id))
                              : static_cast<long double>(g_.index_value(id)));
      case Op::Input:
        return inputs_.at(g_.input_name(id));
      case Op::Bound:
        return at.at(g_[id].level).at(static_cast<std::size_t>(g_.slot(id)));
      case Op::Convert:
        return number(id, converted(Precision::AsCompiled, g_.element(o[0]), g_.element(id),
                                    scalar(o[0], at)));
      case Op::If:
        return (*this)(scalar(o[0], at) != 0 ? o[1] : o[2], at);
      case Op::At: {
        Value array = (*this)(o[0], at);
        for (NodeId i : o.subspan(1)) array = row(array, static_cast<std::int64_t>(scalar(i, at)));
        return array;
      }
      case Op::OneHot: {
        Value array = zeros(id, at);
        put(array, o.first(o.size() - 1), (*this)(o.back(), at), at);
        return array;
      }
      case Op::Pack: {
        Value array = zeros(id, at);
        for (std::size_t i = 0; i < o.size(); ++i) array.numbers[i] = scalar(o[i], at);
        return array;
      }
      case Op::Final:
        return run(o[0], at, [](const NaiveBindings&) {})[static_cast<std::size_t>(g_.slot(id))];
      default:
        return is_binder(g_.op(id)) ? loop(id, at) : applied(id, at);
    }
  }

 private:
  Value number(NodeId id, long double x) const { return {g_.element(id), x}; }
  long double scalar(NodeId id, const NaiveBindings& at) const { return (*this)(id, at).number(); }

  Value applied(NodeId id, const NaiveBindings& at) const {
    const auto o = g_.operands(id);
    const auto x = [&](std::size_t i) { return i < o.size() ? scalar(o[i], at) : 0; };
    return number(
        id, scalar_value(Precision::AsCompiled, g_.op(id), g_.element(o.back()), x(0), x(1), x(2)));
  }

  static Value row(const Value& array, std::int64_t i) {
    Value result(array.element, 0);
    result.extents.assign(array.extents.begin() + 1, array.extents.end());
    const std::size_t size = array.numbers.size() / static_cast<std::size_t>(array.extents[0]);
    const auto begin = array.numbers.begin() + static_cast<std::ptrdiff_t>(size) * i;
    result.numbers.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    return result;
  }

  Value zeros(NodeId id, const NaiveBindings& at) const {
    Value array(g_.element(id), 0);
    std::size_t size = 1;
    for (NodeId e : g_.type_of(id).extents) {
      array.extents.push_back(static_cast<std::int64_t>(scalar(e, at)));
      size *= static_cast<std::size_t>(array.extents.back());
    }
    array.numbers.assign(size, 0);
    return array;
  }

  void put(Value& array, std::span<const NodeId> indices, const Value& value,
           const NaiveBindings& at) const {
    std::size_t place = 0;
    std::size_t size = array.numbers.size();
    for (std::size_t d = 0; d < indices.size(); ++d) {
      size /= static_cast<std::size_t>(array.extents[d]);
      place += size * static_cast<std::size_t>(scalar(indices[d], at));
    }
    std::copy(value.numbers.begin(), value.numbers.end(),
              array.numbers.begin() + static_cast<std::ptrdiff_t>(place));
  }

  /// The index on each trip.
  std::vector<Value> trips(const Range& r, const NaiveBindings& at) const {
    const auto begin = static_cast<std::int64_t>(scalar(r.begin, at));
    const auto end = static_cast<std::int64_t>(scalar(r.end, at));
    const auto step = static_cast<std::int64_t>(scalar(r.step, at));
    std::vector<Value> all;
    for (std::int64_t i = begin; step > 0 ? i < end : i > end; i += step) {
      all.push_back(Value::index(i));
    }
    return all;
  }

  /// The states after the last trip; `see` is called on each trip.
  template <class See>
  std::vector<Value> run(NodeId fold, const NaiveBindings& at, See see) const {
    const FoldParts parts = g_.fold_parts(fold);
    std::vector<Value> states;
    for (NodeId init : parts.inits) states.push_back((*this)(init, at));
    for (const Value& i : trips(parts.range, at)) {
      NaiveBindings inside = at;
      inside[parts.level] = {i};
      auto& bound = inside[parts.level];
      bound.insert(bound.end(), states.begin(), states.end());
      see(inside);
      for (std::size_t k = 0; k < states.size(); ++k) states[k] = (*this)(parts.nexts[k], inside);
    }
    return states;
  }

  static void append(Value& array, const Value& element) {
    array.numbers.insert(array.numbers.end(), element.numbers.begin(), element.numbers.end());
  }

  Value loop(NodeId id, const NaiveBindings& at) const {
    const auto o = g_.operands(id);
    const int level = g_[id].level;
    if (g_.op(id) == Op::Trace) {
      Value array = zeros(id, at);
      array.numbers.clear();
      run(o[0], at, [&](const NaiveBindings& inside) { append(array, (*this)(o[1], inside)); });
      return array;
    }
    NaiveBindings inside = at;
    if (g_.op(id) == Op::Map) {
      Value array = zeros(id, at);
      array.numbers.clear();
      for (std::int64_t i = 0; i < array.extents[0]; ++i) {
        inside[level] = {Value::index(i)};
        append(array, (*this)(o[1], inside));
      }
      return array;
    }
    Value result = (*this)(o[3], at);
    long double winner = -1;
    for (const Value& i : trips(g_.range_of(id), at)) {
      inside[level] = {i};
      const Value v = (*this)(o[4], inside);
      if (g_.op(id) == Op::Write) {
        put(result, o.subspan(5), v, inside);
        continue;
      }
      for (std::size_t k = 0; k < v.numbers.size(); ++k) {
        const long double old = result.numbers[k];
        const Op op = g_.reducer(id);
        result.numbers[k] =
            scalar_value(Precision::AsCompiled, op, v.element, old, v.numbers[k], 0);
        // The pullbacks of ops.def say when the operator returned its second operand.
        const long double x = v.numbers[k];
        const bool nan = old != old && (op == Op::Fmin || op == Op::Fmax);
        const bool least = op == Op::Min || op == Op::Fmin;
        if (nan || (least ? x < old : old < x)) winner = i.number();
      }
    }
    return g_.op(id) == Op::ArgReduce ? Value(Element::Index, winner) : result;
  }

  const Graph& g_;
  const Environment& inputs_;
};

/// Whether two values are the same bits, any NaN like any other.
inline bool same_value(const Value& a, const Value& b) {
  return a.element == b.element && a.extents == b.extents &&
         std::equal(a.numbers.begin(), a.numbers.end(), b.numbers.begin(), b.numbers.end(),
                    [](long double x, long double y) {
                      return x != x ? y != y : x == y && std::signbit(x) == std::signbit(y);
                    });
}

}  // namespace gradsmith::test
