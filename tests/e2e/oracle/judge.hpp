#pragma once

// Decides whether a number is right, prints those that are not, and counts what was checked.

#include <string>

#include "oracle/points.hpp"
#include "oracle/reference.hpp"

namespace oracle {

class Judge {
 public:
  explicit Judge(std::string policy) : policy_(std::move(policy)) {}

  void enter(const char* function, const Point& point);

  /// The same bits, any NaN for any other.
  void same_bits(const std::string& what, std::size_t index, double got, double wanted);

  /// A value of the author's function: bit for bit under strict; under finite up to zero's sign,
  /// where everything on the way is finite; under fast within the rounding error.
  void value(const std::string& word, std::size_t index, double got, double plain,
             const Expected& expected, const Met& met);

  void derivative(const std::string& word, std::size_t index, double got, const Expected& expected,
                  const Reference& reference);

  /// Checks the oracle itself.
  void finite_differences(const Reference& reference);

  /// Prints the counts; the exit status.
  int report() const;

 private:
  void fail(const std::string& what, std::size_t index, double got, long double wanted,
            long double tolerance);
  void skip() { ++(point_->ordinary ? skipped_ordinary_ : skipped_special_); }

  std::string policy_;
  const char* function_ = "";
  const Point* point_ = nullptr;
  long failures_ = 0;
  long values_ = 0;
  long derivatives_ = 0;
  long differences_ = 0;
  long checked_ordinary_ = 0;
  long skipped_ordinary_ = 0;
  long skipped_special_ = 0;
};

}  // namespace oracle
