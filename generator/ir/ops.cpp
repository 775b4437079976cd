#include "ir/ops.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "support/check.hpp"

namespace gradsmith {
namespace {

constexpr std::array kStructuralNames = {
    std::string_view("Constant"), std::string_view("Input"),  std::string_view("Bound"),
    std::string_view("Convert"),  std::string_view("If"),     std::string_view("At"),
    std::string_view("OneHot"),   std::string_view("Pack"),   std::string_view("Map"),
    std::string_view("Write"),    std::string_view("Reduce"), std::string_view("ArgReduce"),
    std::string_view("Fold"),     std::string_view("Final"),  std::string_view("Trace")};

constexpr OpRow kRows[] = {
#define GRADSMITH_OP(enumerator, operands, signature, spelling, precedence, cost, ...) \
  {Op::enumerator, #enumerator, operands, Signature::signature, spelling, precedence, cost},
#include "ir/ops.def"
#undef GRADSMITH_OP
};

}  // namespace

std::span<const OpRow> op_rows() { return kRows; }

const OpRow& op_row(Op op) {
  GRADSMITH_CHECK(is_operator(op), "{} has no row", op_name(op));
  return kRows[static_cast<std::size_t>(op) - kStructuralNames.size()];
}

std::string_view op_name(Op op) {
  const auto index = static_cast<std::size_t>(op);
  return index < kStructuralNames.size() ? kStructuralNames[index]
                                         : kRows[index - kStructuralNames.size()].name;
}

std::optional<Op> op_named(std::string_view name) {
  for (std::size_t i = 0; i < kStructuralNames.size() + std::size(kRows); ++i) {
    if (op_name(static_cast<Op>(i)) == name) return static_cast<Op>(i);
  }
  return std::nullopt;
}

template <class T>
T op_value(Op op, [[maybe_unused]] T x, [[maybe_unused]] T y, [[maybe_unused]] T z) {
  using namespace std;  // the table spells calls as specs do; each overload is T's own
  switch (op) {
#define GRADSMITH_OP(enumerator, operands, signature, spelling, precedence, cost, value, ...) \
  case Op::enumerator:                                                                        \
    return value;
#include "ir/ops.def"
#undef GRADSMITH_OP
    default:
      GRADSMITH_CHECK(false, "{} has no value of its own", op_name(op));
  }
}

template float op_value(Op, float, float, float);
template double op_value(Op, double, double, double);
template long double op_value(Op, long double, long double, long double);

}  // namespace gradsmith
