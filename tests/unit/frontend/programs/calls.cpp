// Programs with calls and classes, one number from two, for lowering: compiled into the test as
// they stand, and read as a spec.

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace calls {

struct Point {
  double x = 0, y = 1;
};

struct Vec {
  double v[2];
  double& operator[](int i) { return v[i]; }
  const double& operator[](int i) const { return v[i]; }
  double norm2() const { return v[0] * v[0] + v[1] * v[1]; }
  Vec& operator+=(const Vec& o) {
    for (int i = 0; i < 2; ++i) v[i] += o.v[i];
    return *this;
  }
  static Vec unit(int k) {
    Vec u{};
    u[k] = 1;
    return u;
  }
};
inline Vec operator+(Vec a, const Vec& b) { return a += b; }
inline Vec operator*(double s, const Vec& a) { return {{s * a[0], s * a[1]}}; }
inline double operator*(const Vec& a, const Vec& b) { return a[0] * b[0] + a[1] * b[1]; }
inline Vec operator-(const Vec& a) { return Vec{{-a[0], -a[1]}}; }

class Complex {
 public:
  Complex(double re, double im = 0) : re_(re), im_(im) {}
  explicit Complex(const Point& p) : Complex(p.x, p.y) { scale(0.5); }
  double re() const { return re_; }
  double im() const { return this->im_; }
  void scale(double s) {
    re_ *= s;
    im_ *= s;
  }
  Complex operator*(const Complex& o) const {
    return Complex(re_ * o.re_ - im_ * o.im_, re_ * o.im_ + im_ * o.re_);
  }
  friend double abs(const Complex& z) { return std::hypot(z.re_, z.im_); }

 private:
  double re_;
  double im_ = 2;
};

struct Base {
  double b = 3;
  double twice() const { return 2 * b; }
};
struct Derived : Base {
  double d = 4;
  double all() const { return twice() + d; }
};

template <class T>
struct Affine {
  T a, b;
  T operator()(T t) const { return a * t + b; }
};

template <class T>
T square(T x) {
  return x * x;
}
template <int n>
double power(double x) {
  if constexpr (n == 0) {
    return 1;
  } else {
    return x * power<n - 1>(x);
  }
}
template <class F>
double derivative_like(F f, double at, double h = 0.25) {
  return (f(at + h) - f(at - h)) / (2 * h);
}
template <class... Ts>
double total(Ts... xs) {
  return (0.0 + ... + xs);
}

inline double tanh(double x) { return x / (1 + std::fabs(x)); }
inline double f(double x) { return x + 1; }
inline double f(int x) { return x * 100.0; }
inline double f(double x, double y) { return x - y; }
inline void add_to(double& target, double amount) { target += amount; }
inline double& pick(double (&a)[2], int i) { return a[i]; }
inline double clamp_low(double x, double low = 0.5) {
  if (x < low) return low;
  return x;
}
inline Point shifted(Point p, double by) {
  p.x += by;
  return p;
}
inline double sum_of(const double* p, int n) {
  double s = 0;
  for (int i = 0; i < n; ++i) s += p[i];
  return s;
}
inline void bump(double x) { x += 1; }
inline std::array<double, 2> both(double x, double y) { return {x + y, x - y}; }
inline double first_above(const double (&a)[3], double limit) {
  for (double x : a) {
    if (x > limit) return x;
  }
  return limit;
}

double overloads(double x, double y) { return f(x) + f(2) + f(x, y) + tanh(y) + std::tanh(x); }
double templates(double x, double y) {
  return square(x) + power<3>(y) + square(2) + total(x, y, 2) +
         square<float>(static_cast<float>(x));
}
double defaults(double x, double y) { return clamp_low(x) + clamp_low(y, -1) * clamp_low(x * y); }
double by_reference(double x, double y) {
  double s = x;
  add_to(s, y);
  add_to(s, s);
  bump(s);
  double a[2] = {x, y};
  pick(a, 1) += s;
  std::swap(a[0], s);
  return s + a[0] * a[1] + sum_of(a, 2) + sum_of(&a[1], 1);
}
double structs(double x, double y) {
  Point p, q{x}, r{.x = 0, .y = y};
  Point copy = shifted(q, y);
  p = copy;
  p.y *= r.y;
  Point ps[2] = {{x, y}, p};
  for (Point& each : ps) each.x += 1;
  ps[1].y = ps[0].x;
  const Point& last = ps[1];
  return p.x + p.y + q.x - q.y + last.x * last.y + ps[0].y;
}
double operators(double x, double y) {
  Vec a{{x, y}}, b = 2 * a + -Vec::unit(1);
  b += a;
  b[0] = a * b;
  const Vec c = a + b;
  return c.norm2() + b[1] + c[0];
}
double classes(double x, double y) {
  Complex z(x, y), w = z * Complex(2) * 0.5;
  z.scale(3);
  const Complex h(Point{x, 4});
  Derived d;
  d.b = x;
  const Base& base = d;
  return abs(z * w) + w.re() * w.im() + h.re() + h.im() + d.all() + base.twice();
}
double lambdas(double x, double y) {
  double calls_made = 0;
  const auto count = [&calls_made](double t) { calls_made += t; };
  count(y);
  count(2);
  const auto g = [&, k = 2 * y](double t) { return t * k + x * calls_made; };
  const double slope = derivative_like(g, x);
  const double other = derivative_like([y](double t) { return std::exp(t) * y; }, x, 0.5);
  const auto generic = [](auto a, auto b) { return a * b; };
  const double direct = [&] {
    if (x > 0) return y;
    return -y;
  }();
  return slope + other + calls_made + generic(x, 2) + direct;
}
double functors(double x, double y) {
  const Affine<double> line{2, x};
  return line(y) + derivative_like(line, y) + Affine<float>{1, 2}(3);
}
double arrays_by_value(double x, double y) {
  const auto [sum, difference] = both(x, y);
  auto again = both(sum, difference);
  again[0] += 1;
  return sum * difference + again[0] + both(y, x)[1];
}
double returns_in_loops(double x, double y) {
  const double a[3] = {x, y, 1};
  double s = 0;
  for (int i = 0; i < 3; ++i) s += first_above({a[i], x + i, y}, 0.25 * i) * (i + 1);
  return s + first_above(a, 100);
}
double nested_calls(double x, double y) {
  return clamp_low(clamp_low(x, y), clamp_low(y, x)) + f(f(f(x))) + std::max(f(x), std::min(x, y));
}
double call_in_loop(double x, double y) {
  Vec v{{x, y}};
  double s = 0;
  const auto step = [&](int i) { v[i % 2] = v[(i + 1) % 2] * 0.5 + i; };
  for (int i = 0; i < 5; ++i) {
    step(i);
    add_to(s, v.norm2());
  }
  return s;
}

}  // namespace calls
