#include "spec_library.hpp"

namespace e2e {

std::string shapes_header() {
  return R"(
namespace shapes {

struct Pair {
  $D a;
  $D b;
};

struct Body {
  Pair at;
  $D w[2];
  $F scale;
};

}  // namespace shapes
)";
}

std::string spec_includes() { return "#include <array>\n#include <cmath>\n#include <cstddef>\n\n"; }

std::string spec_helpers() {
  return R"(
using std::tanh;

$C $D weights[3] = {$L(0.5), $L(-0.25), $L(1.5)};
static const $D offset = $L(0.125);
enum { kRounds = 2 };

template <class T>
static T squared(T x) {
  return x * x;
}

static $D blend($D x) { return $L(0.5) * x + offset; }
static $D blend($D x, $D y) {
  const $D t = $L(1.0) / ($L(1.0) + std::exp(-x));
  return t * y + (1 - t) * x;
}
static $F blend($F x) { return x * $l(0.5); }

static $D damped($D x, $D by = $L(0.75)) {
  if (x > $L(1.0)) return $L(1.0) + by * (x - 1);
  if (x < $L(-1.0)) {
    $D y = x + 1;
    y *= by;
    return y - 1;
  }
  return x;
}

template <int n, class T>
T mixed(T x, T y) {
  T s = x;
  for (int k = 0; k < n; ++k) s = $L(0.5) * s + tanh(y + k);
  return s;
}

static $D first_large($D x, $D y) {
  $D s = x;
  for (int k = 0; k < 3; ++k) {
    s += weights[k] * y;
    if (s > $L(1.0)) return s * weights[k];
  }
  return s - y;
}

struct Vec2 {
  $D x;
  $D y;
  $D norm() const { return std::sqrt(x * x + y * y + $L(0.01)); }
  Vec2 operator+(const Vec2& o) const { return {x + o.x, y + o.y}; }
  Vec2& operator+=(const Vec2& o) {
    x += o.x;
    y += o.y;
    return *this;
  }
};
static Vec2 operator-(const Vec2& a, const Vec2& b) { return Vec2{a.x - b.x, a.y - b.y}; }
static Vec2 operator*($D s, const Vec2& v) { return Vec2{s * v.x, s * v.y}; }
static $D dot(const Vec2& a, const Vec2& b) { return a.x * b.x + a.y * b.y; }
static Vec2 turned(const Vec2& v, $D angle) {
  const $D c = std::cos(angle), s = std::sin(angle);
  return Vec2{c * v.x - s * v.y, s * v.x + c * v.y};
}

struct Turn {
  $D c, s;
  explicit Turn($D angle) : c(std::cos(angle)), s(std::sin(angle)) {}
  $D operator()($D u) const { return c * u + s; }
};

template <std::size_t n>
static $D total(const $D (&a)[n]) {
  $D sum = 0;
  for (const $D& e : a) sum += e;
  return sum;
}
static void scale_by($D* a, int n, $D by) {
  for (int k = 0; k < n; ++k) a[k] *= by;
}
static $D spread(const shapes::Pair& p) { return p.a - p.b * p.b; }

namespace {
void swap_in_place($D& a, $D& b) {
  const $D t = a;
  a = b;
  b = t;
}
}  // namespace

)";
}

}  // namespace e2e
