#include "runtime/checkpoint.hpp"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include "runtime/data_error.hpp"
#include "runtime/files.hpp"

namespace gradsmith::runtime {

namespace {

constexpr const char* kName = "gradsmith checkpoint ";
constexpr const char* kVersion = "3";

// What the loss is over its samples, by OverSamples.
constexpr const char* kOver[] = {"sum", "mean", "whole"};

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

  // Throws for another version than the one that is written.
  void require_version() {
    const std::string first = line();
    if (first == kName + std::string(kVersion)) return;
    if (first.rfind(kName, 0) != 0) fail();
    throw DataError(name_ + ": this is a checkpoint of version " +
                    first.substr(std::char_traits<char>::length(kName)) +
                    ", and only those of version " + kVersion + " can be gone on from");
  }

  std::optional<OverSamples> over() {
    expect("over");
    const std::string found = word();
    for (std::size_t k = 0; k < std::size(kOver); ++k) {
      if (found == kOver[k]) return static_cast<OverSamples>(k);
    }
    if (found != "unknown") fail();
    return {};
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
  std::string text = kName + std::string(kVersion) + "\n" + about + "\n";
  text += "epoch " + std::to_string(s.epoch) + "\n";
  put(text, "parameters", s.parameters);
  put(text, "first", s.optimizer.first);
  put(text, "second", s.optimizer.second);
  put(text, "powers", {s.optimizer.power1, s.optimizer.power2});
  put(text, "rate", {s.rate.best});
  text += "plateau " + std::to_string(s.rate.waited) + " " + std::to_string(s.rate.drops) + "\n";
  put_random(text, "random", s.random);
  put(text, "best", s.best);
  put(text, "losses", {s.best_loss, s.least_loss, s.last_loss, s.last_validation});
  text += "best_epoch " + std::to_string(s.best_epoch) + "\n";
  text += "waited " + std::to_string(s.waited) + "\n";
  put(text, "earlier", s.earlier.losses);
  text += "kept " + std::to_string(s.earlier.kept) + "\n";
  put(text, "kept_loss", {s.earlier.kept_loss});
  put(text, "kept_parameters", s.earlier.parameters);
  put_random(text, "starts", s.starts);
  text +=
      std::string("over ") + (s.over ? kOver[static_cast<std::size_t>(*s.over)] : "unknown") + "\n";
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
  in.require_version();
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
  if (losses.size() != 4) in.fail();
  s.best_loss = losses[0];
  s.least_loss = losses[1];
  s.last_loss = losses[2];
  s.last_validation = losses[3];
  in.expect("best_epoch");
  s.best_epoch = static_cast<int>(in.integer());
  in.expect("waited");
  s.waited = static_cast<int>(in.integer());
  s.earlier.losses = in.numbers("earlier");
  in.expect("kept");
  s.earlier.kept = in.integer();
  const std::vector<double> kept_loss = in.numbers("kept_loss");
  if (kept_loss.size() != 1) in.fail();
  s.earlier.kept_loss = kept_loss[0];
  s.earlier.parameters = in.numbers("kept_parameters");
  s.starts = in.random("starts");
  s.over = in.over();
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
