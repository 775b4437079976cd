#include "oracle/judge.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace oracle {
namespace {

// How many times the error of a plain forward evaluation an emitted derivative may be off: reverse
// accumulation, collected sums and shared factors add roundings of the same size, in another order.
constexpr long double kAllowance = 64;

// Beyond this relative error the point is so badly conditioned that agreement says nothing.
constexpr long double kMeaningless = 1e-2L;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace

void Judge::enter(const char* function, const Point& point) {
  function_ = function;
  point_ = &point;
}

void Judge::fail(const std::string& what, std::size_t index, double got, long double wanted,
                 long double tolerance) {
  if (++failures_ > 20) return;
  std::printf("FAILED %s, --fp=%s: %s [%zu] is %.17g, expected %.17Lg within %.3Lg, at\n  {",
              function_, policy_.c_str(), what.c_str(), index, got, wanted, tolerance);
  for (std::size_t k = 0; k < point_->in.size(); ++k) {
    std::printf("%s%.17g", k == 0 ? "" : ", ", point_->in[k]);
  }
  std::printf("}\n");
}

void Judge::same_bits(const std::string& what, std::size_t index, double got, double wanted) {
  if (!same(got, wanted)) fail(what, index, got, wanted, 0);
}

void Judge::value(const std::string& word, std::size_t index, double got, double plain,
                  const Expected& expected, const Met& met) {
  const std::string what = "value of " + word;
  if (policy_ == "strict") {
    ++values_;
    if (!same(got, plain)) fail(what, index, got, plain, 0);
    return;
  }
  if (met.non_finite || met.zero_sign) return skip();
  if (policy_ == "finite") {
    ++values_;
    if (got != plain) fail(what, index, got, plain, 0);
    return;
  }
  const long double tolerance = kAllowance * expected.error;
  if (!(tolerance <= kMeaningless * std::fabs(expected.exact))) return skip();
  ++values_;
  if (!(std::fabs(got - expected.exact) <= tolerance)) fail(what, index, got, plain, tolerance);
}

void Judge::derivative(const std::string& word, std::size_t index, double got,
                       const Expected& expected, const Reference& reference) {
  const bool second =
      word == "hessian" || word == "sparse_hessian" || word == "hvp" || word.rfind("mixed", 0) == 0;
  const Met& met = second ? reference.met_second : reference.met;
  if (met.non_finite || met.zero_sign || (second && met.convention)) return skip();
  if (reference.out_of_range) return skip();
  if (!(std::fabs(expected.exact) + expected.error < 1e300L)) return skip();
  const long double tolerance = kAllowance * expected.error + 1e-300L;
  // A structural zero is exact; anything else must be conditioned well enough to mean something.
  const long double size = std::fabs(expected.exact);
  if (size != 0 && tolerance > kMeaningless * std::fmax(size, 1e-6L)) return skip();
  ++derivatives_;
  checked_ordinary_ += point_->ordinary ? 1 : 0;
  if (!(std::fabs(got - expected.exact) <= tolerance)) {
    fail(word, index, got, expected.exact, tolerance);
  }
}

void Judge::finite_differences(const Reference& reference) {
  // At ties a branch may hold at the point alone (`if (x == y)`), which no difference sees.
  if (reference.met.non_finite || reference.met.convention || !point_->ordinary) return;
  for (std::size_t row = 0; row < reference.differences.size(); ++row) {
    for (std::size_t k = 0; k < reference.differences[row].size(); ++k) {
      const auto [low, high] = reference.differences[row][k];
      const long double exact = reference.jacobian[row][k].exact;
      if (std::isnan(low)) continue;
      ++differences_;
      const long double tolerance = 1e-6L * (std::fabs(low) + std::fabs(high)) + 1e-9L;
      if (!(exact >= low - tolerance && exact <= high + tolerance)) {
        fail("oracle against finite differences, row " + std::to_string(row) + ", column", k,
             static_cast<double>(exact), (low + high) / 2, tolerance + (high - low) / 2);
      }
    }
  }
}

int Judge::report() const {
  std::printf(
      "%ld failures; checked %ld values, %ld derivatives, %ld of the oracle's by "
      "differences; ordinary points: %ld derivatives checked, %ld numbers skipped; special "
      "points: %ld skipped\n",
      failures_, values_, derivatives_, differences_, checked_ordinary_, skipped_ordinary_,
      skipped_special_);
  return failures_ == 0 ? 0 : 1;
}

}  // namespace oracle
