#pragma once

#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include "runtime/fit.hpp"

namespace gradsmith::runtime {

// What a run says of its epochs: on a terminal one line that is written over again and again, and
// otherwise a line for some of the epochs.
class Progress {
 public:
  // `stream` is where it goes; null: nowhere.
  Progress(std::FILE* stream, int epochs);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void epoch(const EpochReport& report);

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* stream_;
  int epochs_;
  bool terminal_;
  bool open_ = false;  // a line that has no end yet
  int first_ = 0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_{};
};

// `epoch 3/250  loss 0.1234  validation 0.2  rate 2.5  1.2e+06 samples/s  4 s left`; in fewer
// columns with shorter words, and then without what stands last.
std::string progress_line(const EpochReport& report, int epochs, double seconds_left,
                          std::size_t columns = std::numeric_limits<std::size_t>::max());

}  // namespace gradsmith::runtime
