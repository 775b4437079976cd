#include "runtime/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <vector>

namespace gradsmith::runtime {

namespace {

std::string formatted(const char* form, double x) {
  char text[40];
  std::snprintf(text, sizeof text, form, x);
  return text;
}

std::string in_a_row(const std::vector<std::string>& parts, std::size_t count) {
  std::string line;
  for (std::size_t k = 0; k < count; ++k) line += (k == 0 ? "" : "  ") + parts[k];
  return line;
}

// One less than there are: a line that fills the last one makes some terminals scroll.
std::size_t columns_of(std::FILE* terminal) {
  winsize size{};
  const bool known = ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return (known ? size.ws_col : std::size_t{80}) - 1;
}

}  // namespace

std::string progress_line(const EpochReport& r, int epochs, double seconds_left,
                          std::size_t columns) {
  const std::string epoch = std::to_string(r.epoch) + "/" + std::to_string(epochs);
  const std::string speed = formatted("%.3g", r.samples_per_second);
  const bool validation = !std::isnan(r.validation);
  std::vector<std::string> full = {"epoch " + epoch, "loss " + formatted("%.6g", r.loss)};
  std::vector<std::string> terse = {epoch, "loss " + formatted("%.4g", r.loss)};
  if (validation) {
    full.push_back("validation " + formatted("%.6g", r.validation));
    terse.push_back("val " + formatted("%.4g", r.validation));
  }
  full.push_back("rate " + formatted("%.4g", r.rate));
  terse.push_back("rate " + formatted("%.3g", r.rate));
  full.push_back(speed + " samples/s");
  terse.push_back(speed + "/s");
  if (seconds_left >= 1) {
    full.push_back(formatted("%.0f", seconds_left) + " s left");
    terse.push_back(full.back());
  }
  if (const std::string line = in_a_row(full, full.size()); line.size() <= columns) return line;
  std::size_t count = terse.size();
  while (count > 1 && in_a_row(terse, count).size() > columns) --count;
  return in_a_row(terse, count).substr(0, columns);
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
  const double left = seconds / done * (epochs_ - report.epoch);
  const std::string line = terminal_ ? progress_line(report, epochs_, left, columns_of(stream_))
                                     : progress_line(report, epochs_, left);
  if (terminal_) {
    std::fputs(("\r" + line + "\033[K").c_str(), stream_);
    std::fflush(stream_);
    open_ = true;
  } else {
    std::fputs((line + "\n").c_str(), stream_);
  }
}

}  // namespace gradsmith::runtime
