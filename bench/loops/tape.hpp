#pragma once

// ADOL-C: the function is recorded once, before the timing, at the point where the contestants
// meet.

#ifdef GRADSMITH_BENCH_ADOLC
#include <adolc/adolc.h>

#include <functional>
#include <memory>
#include <vector>

#include "contest.hpp"

namespace gradsmith::bench {

// A number that no tape has yet.
inline short next_tag() {
  static short last = 0;
  return last++;
}

// Frees the tape that is held.
inline std::function<void()>& release_tape() {
  static std::function<void()> release = [] {};
  return release;
}

template <class Problem>
class Tape {
 public:
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  ~Tape() { removeTape(tag_, ADOLC_REMOVE_COMPLETELY); }

  Tape(const Problem& problem, const std::vector<double>& point)
      : n_(static_cast<int>(point.size())), m_(problem.results()), tag_(next_tag()) {
    // Large enough that no tape goes to a file; memory that is not used is not taken.
    constexpr unsigned kEntries = 1u << 26;
    trace_on(tag_, 0, kEntries, kEntries, kEntries, kEntries);
    {
      const auto p = std::make_unique<adouble[]>(point.size());
      const auto room = std::make_unique<adouble[]>(static_cast<std::size_t>(problem.room()) + 1);
      const auto out = std::make_unique<adouble[]>(static_cast<std::size_t>(m_));
      for (int i = 0; i < n_; ++i) p[i] <<= point[i];
      problem.evaluate(p.get(), room.get(), out.get());
      double value;
      for (int r = 0; r < m_; ++r) out[r] >>= value;
    }
    trace_off();
    if constexpr (Problem::kKind == Kind::Jacobian) {
      identity_.resize(point.size() * point.size());
      for (int i = 0; i < n_; ++i) {
        identity_[i * n_ + i] = 1;
        seeds_.push_back(identity_.data() + i * n_);
      }
    }
  }

  void run(const double* point, const double* seed, double* out) {
    if constexpr (Problem::kKind == Kind::Gradient) {
      double one = 1;
      zos_forward(tag_, 1, n_, 1, point, out);
      fos_reverse(tag_, 1, n_, &one, out + 1);
    } else if constexpr (Problem::kKind == Kind::Product) {
      values_.resize(static_cast<std::size_t>(m_));
      zos_forward(tag_, m_, n_, 1, point, values_.data());
      fos_reverse(tag_, m_, n_, const_cast<double*>(seed), out);
    } else if constexpr (Problem::kKind == Kind::Jacobian) {
      rows_.resize(static_cast<std::size_t>(m_));
      for (int r = 0; r < m_; ++r) rows_[r] = out + m_ + r * n_;
      fov_forward(tag_, m_, n_, n_, point, seeds_.data(), out, rows_.data());
    } else {
      hess_vec(tag_, n_, const_cast<double*>(point), const_cast<double*>(seed), out);
    }
  }

 private:
  int n_, m_;
  short tag_;
  std::vector<double> identity_, values_;
  std::vector<double*> seeds_, rows_;
};

// A tape that is recorded when it is first run. ADOL-C cannot hold many, so that it goes when the
// next one is recorded; of what is timed that is before the timing.
template <class Problem>
class OneTape : public std::enable_shared_from_this<OneTape<Problem>> {
 public:
  Tape<Problem>& of(const Problem& problem, const std::vector<double>& point) {
    if (!tape_) {
      release_tape()();
      tape_ = std::make_unique<Tape<Problem>>(problem, point);
      release_tape() = [self = this->shared_from_this()] { self->tape_.reset(); };
    }
    return *tape_;
  }

 private:
  std::unique_ptr<Tape<Problem>> tape_;
};

}  // namespace gradsmith::bench
#endif
