#include "emit/lane_loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "emit/lane_body.hpp"
#include "emit/vector_math.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kLanes = 8;

class LaneLoops {
 public:
  LaneLoops(std::set<std::string> taken, std::set<Op>& functions)
      : taken_(std::move(taken)), functions_(functions) {}

  /// Recursion follows the nesting of branches and loops only.
  void run(Block& block) {
    std::vector<Statement> made;
    for (Statement& s : block.statements) {
      if (auto* branch = std::get_if<Branch>(&s.is)) {
        run(branch->when_true);
        run(branch->when_false);
      }
      if (auto* loop = std::get_if<Loop>(&s.is)) {
        if (in_lanes(*loop, made)) continue;
        run(loop->body);
      }
      made.push_back(std::move(s));
    }
    block.statements = std::move(made);
  }

 private:
  bool in_lanes(const Loop& loop, std::vector<Statement>& made) {
    const std::optional<std::int64_t> trips = constant_trips(loop);
    if (loop.step != 1 || !loop.until.empty() || (trips && *trips < kLanes)) return false;
    std::set<std::string> taken = taken_;
    std::optional<LaneBody> lanes = body_in_lanes(loop, taken);
    if (!lanes || std::ranges::none_of(lanes->functions, has_vector_version)) return false;
    taken_ = std::move(taken);
    functions_.insert(lanes->functions.begin(), lanes->functions.end());
    write(loop, std::move(*lanes), made);
    return true;
  }

  static std::optional<std::int64_t> constant_trips(const Loop& loop) {
    const bool constant = loop.begin->kind == Expression::Kind::Literal &&
                          loop.end->kind == Expression::Kind::Literal;
    if (!constant) return std::nullopt;
    return loop.end->integer - loop.begin->integer;
  }

  /// Where the trips end that are made by eight.
  Expression end_of_whole(const Loop& loop, std::vector<Statement>& made) {
    if (const auto trips = constant_trips(loop)) {
      return literal(Element::Index, loop.begin->integer + *trips / kLanes * kLanes);
    }
    std::string end = "whole";
    for (int number = 2; !taken_.insert(end).second; ++number) {
      end = fmt::format("whole_{}", number);
    }
    const Expression eight = literal(Element::Index, kLanes);
    const bool from_zero =
        loop.begin->kind == Expression::Kind::Literal && loop.begin->integer == 0;
    const Expression trips = from_zero ? *loop.end : apply(Op::Sub, {*loop.end, *loop.begin});
    Expression whole = apply(Op::Mul, {apply(Op::Quotient, {trips, eight}), eight});
    if (!from_zero) whole = apply(Op::Add, {*loop.begin, std::move(whole)});
    made.push_back({Define{end, std::move(whole), "", false}});
    return name(Element::Index, end);
  }

  void write(const Loop& loop, LaneBody lanes, std::vector<Statement>& made) {
    const Expression end = end_of_whole(loop, made);
    for (const LaneBody::Sum& sum : lanes.sums) {
      made.push_back({Declare{Element::F64, sum.lanes, literal(Element::F64, 0.0), "", true}});
    }
    made.push_back(
        {Loop{loop.index, loop.begin, end, kLanes, std::move(lanes.body), "Eight trips at once."}});
    for (const LaneBody::Sum& sum : lanes.sums) {
      Assign add;
      add.place.root = sum.scalar;
      add.value = lanes_call(Element::F64, "sum", {name(Element::F64, sum.lanes)});
      add.with = Op::Add;
      made.push_back({std::move(add)});
    }
    if (end == *loop.end) return;
    made.push_back({Loop{loop.index, end, loop.end, 1, loop.body, loop.comment}});
  }

  std::set<std::string> taken_;
  std::set<Op>& functions_;
};

}  // namespace

void run_in_lanes(Block& block, std::set<std::string> taken, std::set<Op>& functions) {
  LaneLoops(std::move(taken), functions).run(block);
}

}  // namespace gradsmith
