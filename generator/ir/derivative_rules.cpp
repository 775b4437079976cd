#include "ir/derivative_rules.hpp"

#include <numbers>

#include "support/check.hpp"

namespace gradsmith {
namespace {

// The table's vocabulary.
constexpr double ln_2 = std::numbers::ln2;
constexpr double ln_10 = std::numbers::ln10;
constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;

struct None {};
constexpr None none;

struct Guarded {
  Expr guard;
  bool polarity;
  Expr value;
};
Guarded when(const Expr& guard, const Expr& value) { return {guard, true, value}; }
Guarded unless(const Expr& guard, const Expr& value) { return {guard, false, value}; }

Contribution contribution(None) { return {}; }
Contribution contribution(const Expr& value) { return {value, {}, true}; }
Contribution contribution(const Guarded& g) { return {g.value, g.guard, g.polarity}; }

Expr expression(const Expr& e, const Expr&) { return e; }
Expr expression(double value, const Expr& like) { return constant_like(like, value); }

}  // namespace

Contribution pullback(Op op, int which, const Expr& x, [[maybe_unused]] const Expr& y,
                      [[maybe_unused]] const Expr& z, const Expr& r, const Expr& g) {
  switch (op) {
#define GRADSMITH_OP(enumerator, operands, signature, spelling, precedence, cost, value, of_x, \
                     of_y, of_z, tangent)                                                      \
  case Op::enumerator:                                                                         \
    return which == 0 ? contribution(of_x) : which == 1 ? contribution(of_y) : contribution(of_z);
#include "ir/ops.def"
#undef GRADSMITH_OP
    default:
      GRADSMITH_CHECK(false, "{} has no pullback in the table", op_name(op));
  }
}

Expr tangent(Op op, const Expr& x, [[maybe_unused]] const Expr& y, [[maybe_unused]] const Expr& z,
             const Expr& r, const Expr& dx, [[maybe_unused]] const Expr& dy,
             [[maybe_unused]] const Expr& dz) {
  switch (op) {
#define GRADSMITH_OP(enumerator, operands, signature, spelling, precedence, cost, value, of_x, \
                     of_y, of_z, tangent)                                                      \
  case Op::enumerator:                                                                         \
    return expression(tangent, dx);
#include "ir/ops.def"
#undef GRADSMITH_OP
    default:
      GRADSMITH_CHECK(false, "{} has no tangent in the table", op_name(op));
  }
}

}  // namespace gradsmith
