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
  // `stream` is where it goes; null: nowhere. Of several runs each line says which it is of.
  Progress(std::FILE* stream, int epochs, std::size_t runs = 1);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `run` is counted from 1.
  void epoch(const EpochReport& report, std::size_t run = 1);

  // By the epochs that the run has had so far. Only after one of them.
  double seconds_left() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::FILE* stream_;
  int epochs_;
  bool terminal_;
  bool open_ = false;  // a line that has no end yet
  std::size_t runs_;
  std::size_t run_ = 0;
  int first_ = 0;              // epoch of the run that was heard of
  int heard_ = 0;              // the last one
  Clock::time_point begin_{};  // of the run
  Clock::time_point now_ = Clock::now();
  Clock::time_point shown_{};
};

// `epoch 3/250  loss 0.1234  validation 0.2  rate 2.5  1.2e+06 samples/s  4 s left`, behind `run`;
// in fewer columns with shorter words, and then without what stands last. What is left is of the
// run.
std::string progress_line(const EpochReport& report, int epochs, double seconds_left,
                          std::size_t columns = std::numeric_limits<std::size_t>::max(),
                          const std::string& run = "");

}  // namespace gradsmith::runtime
