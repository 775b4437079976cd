#include "runtime/run_log.hpp"

#include <cmath>
#include <cstdio>
#include <sstream>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"

namespace gradsmith::runtime {

namespace {

std::string json_number(double x) {
  if (!std::isfinite(x)) return "null";
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

// The lines up to a state's epoch.
std::string before(const std::filesystem::path& file, const FitState& state) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return "";
  std::istringstream lines(read_whole(file));
  std::string kept;
  const std::size_t run = state.earlier.losses.size() + 1;
  for (std::string line; std::getline(lines, line);) {
    unsigned long long line_run = 0;
    int epoch = 0;
    if (std::sscanf(line.c_str(), "{\"run\": %llu, \"epoch\": %d,", &line_run, &epoch) != 2) break;
    if (line_run > run || (line_run == run && epoch > state.epoch)) break;
    kept += line + "\n";
  }
  return kept;
}

}  // namespace

RunLog::RunLog(const std::filesystem::path& file) : file_(file) { open(""); }

RunLog::RunLog(const std::filesystem::path& file, const FitState& from) : file_(file) {
  open(before(file, from));
}

void RunLog::open(const std::string& before) {
  if (!is_stream(file_)) write_whole(file_, before);
  stream_.open(file_, std::ios::binary | std::ios::app);
}

void RunLog::epoch(const EpochReport& report, std::size_t run) {
  stream_ << log_line(report, run);
  const Clock::time_point now = Clock::now();
  if (now - flushed_ >= std::chrono::milliseconds(200)) flush();
}

void RunLog::flush() {
  stream_.flush();
  flushed_ = Clock::now();
}

void RunLog::finish() {
  stream_.flush();
  if (!stream_) throw DataError(file_.string() + ": cannot be written");
}

std::string log_line(const EpochReport& r, std::size_t run) {
  return "{\"run\": " + std::to_string(run) + ", \"epoch\": " + std::to_string(r.epoch) +
         ", \"loss\": " + json_number(r.loss) + ", \"validation\": " + json_number(r.validation) +
         ", \"rate\": " + json_number(r.rate) +
         ", \"samples_per_second\": " + json_number(r.samples_per_second) + "}\n";
}

}  // namespace gradsmith::runtime
