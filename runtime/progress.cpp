#include "runtime/progress.hpp"

#include <unistd.h>

#include <cmath>

namespace gradsmith::runtime {

namespace {

std::string formatted(const char* form, double x) {
  char text[40];
  std::snprintf(text, sizeof text, form, x);
  return text;
}

}  // namespace

std::string progress_line(const EpochReport& r, int epochs, double seconds_left) {
  std::string text = "epoch " + std::to_string(r.epoch) + "/" + std::to_string(epochs) + "  loss " +
                     formatted("%.6g", r.loss);
  if (!std::isnan(r.validation)) text += "  validation " + formatted("%.6g", r.validation);
  text += "  rate " + formatted("%.4g", r.rate) + "  " + formatted("%.3g", r.samples_per_second) +
          " samples/s";
  if (seconds_left >= 1) text += "  " + formatted("%.0f", seconds_left) + " s left";
  return text;
}

Progress::Progress(std::FILE* stream, int epochs)
    : stream_(stream), epochs_(epochs), terminal_(stream && isatty(fileno(stream)) != 0) {}

Progress::~Progress() {
  if (open_) std::fputs("\n", stream_);
}

void Progress::epoch(const EpochReport& report) {
  if (!stream_) return;
  const Clock::time_point now = Clock::now();
  if (first_ == 0) first_ = report.epoch;
  const bool last = report.epoch == epochs_;
  const int tenth = epochs_ < 10 ? 1 : epochs_ / 10;
  const bool due = terminal_ ? now - last_ > std::chrono::milliseconds(100) || last
                             : report.epoch == 1 || report.epoch % tenth == 0 || last;
  if (!due) return;
  last_ = now;
  const double done = report.epoch - first_ + 1;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const std::string line =
      progress_line(report, epochs_, seconds / done * (epochs_ - report.epoch));
  if (terminal_) {
    std::fputs(("\r" + line + "\033[K").c_str(), stream_);
    std::fflush(stream_);
    open_ = true;
  } else {
    std::fputs((line + "\n").c_str(), stream_);
  }
}

}  // namespace gradsmith::runtime
