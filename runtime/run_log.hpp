#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/fit.hpp"

namespace gradsmith::runtime {

// A file of a line of JSON for each epoch, written as training goes on: it can be followed.
class RunLog {
 public:
  // A new file; or, to go on from a state, the one that is there without the epochs after the
  // state. Throws DataError where it cannot be written.
  explicit RunLog(const std::filesystem::path& file);
  RunLog(const std::filesystem::path& file, const FitState& from);

  void epoch(const EpochReport& report, std::size_t run);

  // Leaves all lines to the system, so that a process that is killed has written them.
  void flush();

  // Throws DataError where something could not be written.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void open(const std::string& before);

  std::filesystem::path file_;
  std::ofstream stream_;
  Clock::time_point flushed_{};
};

// {"run": 1, "epoch": 3, "loss": ..., "validation": null, "rate": ..., "samples_per_second": ...}
std::string log_line(const EpochReport& report, std::size_t run);

}  // namespace gradsmith::runtime
