#include "runtime/schedule.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "runtime/text.hpp"

namespace gradsmith::runtime {

std::optional<Schedule> parse_schedule(const std::string& text) {
  Schedule s;
  std::string rest = text;
  if (const std::size_t plus = text.find('+'); plus != std::string::npos) {
    const std::vector<std::string> warm = parts_of(text.substr(0, plus));
    if (warm.size() != 2 || warm[0] != "warmup" || !read_number(warm[1], s.warm_up)) return {};
    if (s.warm_up < 1) return {};
    rest = text.substr(plus + 1);
  }
  const std::vector<std::string> parts = parts_of(rest);
  if (rest == "constant") return s;
  if (parts[0] == "cosine" && parts.size() <= 2) {
    s.kind = Schedule::Kind::Cosine;
    if (parts.size() == 2 && (!read_number(parts[1], s.least) || s.least < 0)) return {};
    return s;
  }
  if ((parts[0] != "step" && parts[0] != "plateau") || parts.size() != 3) return {};
  s.kind = parts[0] == "step" ? Schedule::Kind::Step : Schedule::Kind::Plateau;
  if (!read_number(parts[1], s.every) || !read_number(parts[2], s.factor)) return {};
  if (s.every < 1 || !(s.factor > 0) || !std::isfinite(s.factor)) return {};
  if (s.kind == Schedule::Kind::Plateau && s.factor >= 1) return {};
  return s;
}

double Rate::in_epoch(int epoch) const {
  if (epoch < schedule_.warm_up) return rate_ * (epoch + 1) / (schedule_.warm_up + 1);
  switch (schedule_.kind) {
    case Schedule::Kind::Step: {
      // By multiplication, so that a factor of 0.5 is exact.
      double rate = rate_;
      for (int k = epoch / schedule_.every; k > 0; --k) rate *= schedule_.factor;
      return rate;
    }
    case Schedule::Kind::Cosine: {
      const double way = static_cast<double>(epoch - schedule_.warm_up) /
                         static_cast<double>(std::max(1, epochs_ - schedule_.warm_up));
      const double part = (1 + std::cos(std::numbers::pi * way)) / 2;
      return rate_ * (schedule_.least + (1 - schedule_.least) * part);
    }
    case Schedule::Kind::Plateau: {
      double rate = rate_;
      for (int k = 0; k < state.drops; ++k) rate *= schedule_.factor;
      return rate;
    }
    default:
      return rate_;
  }
}

void Rate::heard(double loss) {
  if (schedule_.kind != Schedule::Kind::Plateau) return;
  if (loss < state.best) {
    state.best = loss;
    state.waited = 0;
  } else if (++state.waited >= schedule_.every) {
    ++state.drops;
    state.waited = 0;
  }
}

}  // namespace gradsmith::runtime
