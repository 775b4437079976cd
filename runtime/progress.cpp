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
                          std::size_t columns, const std::string& run) {
  const std::string epoch = std::to_string(r.epoch) + "/" + std::to_string(epochs);
  const std::string speed = formatted("%.3g", r.samples_per_second);
  const bool validation = !std::isnan(r.validation);
  std::vector<std::string> full = {"epoch " + epoch, "loss " + formatted("%.6g", r.loss)};
  std::vector<std::string> terse = {epoch, "loss " + formatted("%.4g", r.loss)};
  if (!run.empty()) {
    full.insert(full.begin(), run);
    terse.insert(terse.begin(), run);
  }
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

Progress::Progress(std::FILE* stream, int epochs, std::size_t runs)
    : stream_(stream),
      epochs_(epochs),
      terminal_(stream && isatty(fileno(stream)) != 0),
      runs_(runs) {}

Progress::~Progress() {
  if (open_) std::fputs("\n", stream_);
}

double Progress::seconds_left() const {
  const double done = heard_ - first_ + 1;
  return std::chrono::duration<double>(now_ - begin_).count() / done * (epochs_ - heard_);
}

void Progress::epoch(const EpochReport& report, std::size_t run) {
  if (!stream_) return;
  if (run != run_) {  // begun when the last one ended
    run_ = run;
    first_ = report.epoch;
    begin_ = now_;
  }
  now_ = Clock::now();
  heard_ = report.epoch;
  const bool last = report.epoch == epochs_;
  const int tenth = epochs_ < 10 ? 1 : epochs_ / 10;
  const bool due = terminal_ ? now_ - shown_ > std::chrono::milliseconds(100) || last
                             : report.epoch == 1 || report.epoch % tenth == 0 || last;
  if (!due) return;
  shown_ = now_;
  const std::string which =
      runs_ > 1 ? "run " + std::to_string(run) + "/" + std::to_string(runs_) : "";
  const std::size_t columns =
      terminal_ ? columns_of(stream_) : std::numeric_limits<std::size_t>::max();
  const std::string line = progress_line(report, epochs_, seconds_left(), columns, which);
  if (terminal_) {
    std::fputs(("\r" + line + "\033[K").c_str(), stream_);
    std::fflush(stream_);
    open_ = true;
  } else {
    std::fputs((line + "\n").c_str(), stream_);
  }
}

}  // namespace gradsmith::runtime
