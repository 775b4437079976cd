#include "oracle/points.hpp"

#include <cctype>
#include <cmath>
#include <cstring>
#include <limits>

namespace oracle {
namespace {

// SplitMix64: small, and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return next() % n; }
  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(next() >> 11) * 0x1p-53);
  }

 private:
  std::uint64_t state_;
};

double as_stored(double number, char kind) {
  return std::islower(kind) || kind == 'f' ? static_cast<double>(static_cast<float>(number))
                                           : number;
}

constexpr double kSpecial[] = {0.0,  -0.0,  1.0, -1.0, 0.5,  2.0,   -2.0,   3.0,
                               1e-9, -1e-9, 1e3, -1e3, 30.0, -30.0, 1e-300, 800.0};
constexpr double kWild[] = {
    std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
    std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::max(),
    std::numeric_limits<double>::denorm_min()};

}  // namespace

std::vector<Point> points_for(const OracleFunction& function) {
  std::uint64_t seed = 14695981039346656037u;
  for (const char* c = function.name; *c != 0; ++c)
    seed = (seed ^ static_cast<unsigned char>(*c)) * 1099511628211u;
  Random random(seed);
  const std::size_t inputs = std::strlen(function.input_kinds);

  std::vector<Point> points;
  for (int k = 0; k < 12; ++k) {
    Point point{std::vector<double>(inputs), k < 6, random.next()};
    for (std::size_t i = 0; i < inputs; ++i) {
      double& x = point.in[i];
      if (k < 3) {
        x = random.between(0.3, 1.7);
      } else if (k < 6) {
        x = random.between(-2, 2);
      } else if (k < 10) {
        // Some special, some tied with an earlier input, the rest ordinary.
        const std::size_t choice = random.below(4);
        x = choice == 0 && i > 0 ? point.in[random.below(i)]
            : choice <= 2        ? kSpecial[random.below(std::size(kSpecial))]
                                 : random.between(-2, 2);
      } else {
        x = random.below(3) == 0 ? kWild[random.below(std::size(kWild))] : random.between(-50, 50);
      }
      x = as_stored(x, function.input_kinds[i]);
    }
    points.push_back(point);
  }
  return points;
}

std::vector<double> direction(const std::vector<char>& kinds, const Point& point) {
  Random random(point.seed ^ 1);
  std::vector<double> numbers;
  for (const char kind : kinds) {
    numbers.push_back(random.below(4) == 0 ? 0 : as_stored(random.between(-1, 1), kind));
  }
  return numbers;
}

std::vector<double> adjoints(const char* kinds, const Point& point) {
  Random random(point.seed ^ 2);
  std::vector<double> numbers;
  for (; *kinds != 0; ++kinds) {
    numbers.push_back(random.below(4) == 0 ? 0 : as_stored(random.between(-1, 1), *kinds));
  }
  return numbers;
}

}  // namespace oracle
