#include "runtime/checkpoint.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"

namespace gradsmith::runtime {

namespace {

constexpr const char* kFirstLine = "gradsmith checkpoint 2";

std::string hexadecimal(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", x);
  return text;
}

void put(std::string& text, const std::string& key, const std::vector<double>& numbers) {
  text += key + " " + std::to_string(numbers.size());
  for (const double x : numbers) text += " " + hexadecimal(x);
  text += "\n";
}

void put_random(std::string& text, const std::string& key, const Random& random) {
  const Random::State state = random.state();
  text += key;
  for (const std::uint64_t word : state.words) text += " " + std::to_string(word);
  text += " " + std::to_string(state.has_spare ? 1 : 0) + " " + hexadecimal(state.spare) + "\n";
}

class Reader {
 public:
  Reader(const std::string& text, std::string name) : in_(text), name_(std::move(name)) {}

  [[noreturn]] void fail() const {
    throw DataError(name_ + ": this is no whole checkpoint of gradsmith");
  }

  std::string line() {
    std::string text;
    if (!std::getline(in_, text)) fail();
    return text;
  }

  void expect(const std::string& key) {
    if (word() != key) fail();
  }

  std::string word() {
    std::string text;
    if (!(in_ >> text)) fail();
    return text;
  }

  double number() {
    const std::string text = word();
    char* end = nullptr;
    const double x = std::strtod(text.c_str(), &end);
    if (end != text.c_str() + text.size()) fail();
    return x;
  }

  std::uint64_t integer() {
    const std::string text = word();
    char* end = nullptr;
    const std::uint64_t x = std::strtoull(text.c_str(), &end, 10);
    if (end != text.c_str() + text.size()) fail();
    return x;
  }

  std::vector<double> numbers(const std::string& key) {
    expect(key);
    const std::uint64_t count = integer();
    std::vector<double> found;
    for (std::uint64_t k = 0; k < count; ++k) found.push_back(number());
    return found;
  }

  Random random(const std::string& key) {
    expect(key);
    Random::State state;
    for (std::uint64_t& word : state.words) word = integer();
    state.has_spare = integer() != 0;
    state.spare = number();
    return Random(state);
  }

 private:
  std::istringstream in_;
  std::string name_;
};

}  // namespace

std::string checkpoint_text(const FitState& s, const std::string& about) {
  std::string text = std::string(kFirstLine) + "\n" + about + "\n";
  text += "epoch " + std::to_string(s.epoch) + "\n";
  put(text, "parameters", s.parameters);
  put(text, "first", s.optimizer.first);
  put(text, "second", s.optimizer.second);
  put(text, "powers", {s.optimizer.power1, s.optimizer.power2});
  put(text, "rate", {s.rate.best});
  text += "plateau " + std::to_string(s.rate.waited) + " " + std::to_string(s.rate.drops) + "\n";
  put_random(text, "random", s.random);
  put(text, "best", s.best);
  put(text, "losses", {s.best_loss, s.least_loss, s.last_loss});
  text += "best_epoch " + std::to_string(s.best_epoch) + "\n";
  text += "waited " + std::to_string(s.waited) + "\n";
  put(text, "earlier", s.earlier.losses);
  text += "kept " + std::to_string(s.earlier.kept) + "\n";
  put(text, "kept_parameters", s.earlier.parameters);
  put_random(text, "starts", s.starts);
  text += "end\n";
  return text;
}

void write_checkpoint(const std::filesystem::path& file, const FitState& state,
                      const std::string& about) {
  write_whole(file, checkpoint_text(state, about));
}

FitState read_checkpoint(const std::filesystem::path& file, const std::string& about,
                         std::size_t parameters) {
  const std::string text = read_whole(file);
  Reader in(text, file.string());
  if (in.line() != kFirstLine) in.fail();
  if (const std::string found = in.line(); found != about) {
    throw DataError(file.string() + ": this is a checkpoint of another training: '" + found +
                    "', and this is '" + about + "'");
  }
  FitState s;
  in.expect("epoch");
  s.epoch = static_cast<int>(in.integer());
  s.parameters = in.numbers("parameters");
  s.optimizer.first = in.numbers("first");
  s.optimizer.second = in.numbers("second");
  const std::vector<double> powers = in.numbers("powers");
  const std::vector<double> rate = in.numbers("rate");
  if (powers.size() != 2 || rate.size() != 1) in.fail();
  s.optimizer.power1 = powers[0];
  s.optimizer.power2 = powers[1];
  s.rate.best = rate[0];
  in.expect("plateau");
  s.rate.waited = static_cast<int>(in.integer());
  s.rate.drops = static_cast<int>(in.integer());
  s.random = in.random("random");
  s.best = in.numbers("best");
  const std::vector<double> losses = in.numbers("losses");
  if (losses.size() != 3) in.fail();
  s.best_loss = losses[0];
  s.least_loss = losses[1];
  s.last_loss = losses[2];
  in.expect("best_epoch");
  s.best_epoch = static_cast<int>(in.integer());
  in.expect("waited");
  s.waited = static_cast<int>(in.integer());
  s.earlier.losses = in.numbers("earlier");
  in.expect("kept");
  s.earlier.kept = in.integer();
  s.earlier.parameters = in.numbers("kept_parameters");
  s.starts = in.random("starts");
  in.expect("end");
  const auto fits = [&](const std::vector<double>& numbers) {
    return numbers.empty() || numbers.size() == parameters;
  };
  const bool whole = s.parameters.size() == parameters && fits(s.optimizer.first) &&
                     fits(s.optimizer.second) && fits(s.best) && fits(s.earlier.parameters) &&
                     s.earlier.losses.empty() == s.earlier.parameters.empty() &&
                     s.earlier.kept <= s.earlier.losses.size();
  if (!whole) in.fail();
  return s;
}

}  // namespace gradsmith::runtime
