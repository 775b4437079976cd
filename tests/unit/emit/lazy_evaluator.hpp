#pragma once

// A lazy evaluation of graphs that notes what is costly or may fail; independent of emission and of
// ir/evaluate.

#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "ir/function.hpp"

namespace gradsmith {

inline constexpr int kNumbers = 3;
inline constexpr int kElements = 4;

inline std::uint64_t bits(double x) {
  if (std::isnan(x)) x = std::nan("");  // which NaN it is depends on the order of operands
  std::uint64_t b = 0;
  std::memcpy(&b, &x, sizeof b);
  return b & ~(std::isnan(x) ? std::uint64_t{1} << 63 : 0);
}

struct Point {
  double numbers[kNumbers];
  double elements[kElements];
  float single;
  int index;
};

/// What is costly or may fail: an operator and its operands' bits.
using Event = std::tuple<std::string, std::uint64_t, std::uint64_t>;

/// Evaluates a node and what it needs, branches lazily.
class LazyEvaluator {
 public:
  LazyEvaluator(const Function& f, const Point& point)
      : g_(f.graph), point_(point), values_(g_.size(), 0), known_(g_.size(), false) {}

  double value(NodeId id) {
    if (!known_[id]) {
      values_[id] = compute(id);
      if (g_.element(id) == Element::F32) {
        values_[id] = static_cast<double>(static_cast<float>(values_[id]));
      }
      known_[id] = true;
    }
    return values_[id];
  }

  std::set<Event> events;

 private:
  double compute(NodeId id) {
    const Op op = g_.op(id);
    if (op == Op::Constant) return g_.constant_value(id);
    if (op == Op::Input) {
      const std::string& name = g_.input_name(id);
      return name == "single"  ? static_cast<double>(point_.single)
             : name == "index" ? point_.index
                               : point_.numbers[name[1] - '0'];
    }
    if (op == Op::At) return point_.elements[static_cast<int>(value(g_.operand(id, 1)))];
    if (op == Op::If) return value(g_.operand(id, value(g_.operand(id, 0)) != 0 ? 1 : 2));
    const auto o = g_.operands(id);
    const double x = value(o[0]);
    if (op == Op::Convert) return x;
    const double y = o.size() > 1 ? value(o[1]) : 0;
    if (op_row(op).cost > 1) {
      events.insert({std::string(op_row(op).spelling), bits(x), o.size() > 1 ? bits(y) : 0});
    }
    if (g_.element(o[0]) == Element::F32) {
      return static_cast<double>(op_value<float>(op, static_cast<float>(x), static_cast<float>(y)));
    }
    return op_value<double>(op, x, y);
  }

  const Graph& g_;
  const Point& point_;
  std::vector<double> values_;
  std::vector<bool> known_;
};

}  // namespace gradsmith
