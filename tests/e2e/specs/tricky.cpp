// What the language of specs allows and generators get wrong: one small function each, all of two
// numbers. Compared with the oracle like the committed specs.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace tricky {

using std::tanh;

constexpr double table[4] = {0.5, -1.5, 2.5, 0.25};
struct Gains {
  double low = 0.5;
  double high = 2;
};
constexpr Gains gains{};
enum class Mode { Slow, Fast };

// Declarations and assignments.

double declared_together(double x, double y) {
  double a = x * x, b = a * a, c = a * b + y;
  return c;
}

double shadowed(double x, double y) {
  double s = x;
  {
    double x = y * 2;
    s += x * x;
    for (int y = 1; y < 3; ++y) s *= y + x;
  }
  return s * x;
}

double parameter_reassigned(double x, double y) {
  const double before = x;
  x = x * y;
  y += x;
  x -= before * y;
  return x * y;
}

double chained(double x, double y) {
  double a, b;
  a = b = x * y;
  a += b *= 2;
  return a * a - b;
}

double assigned_in_a_condition(double x, double y) {
  double t;
  if ((t = x * x) > y) return t * y;
  return (t += 1, t * t);
}

double increments(double x, double y) {
  double a = x++;
  double b = ++y;
  double c = --x * y--;
  return a * b + c * x - y;
}

double cancelled(double x, double y) {
  double a = x * x, b = x * x;
  return a * b / (a + b) + (a - b) * y;
}

// Branches.

double guarded_by_and(double x, double y) {
  if (x != 0 && 1 / x > 2) return y / x;
  if (x <= 0 || std::log(x) < y) return x * y;
  return std::log(x);
}

double guarded_by_choice(double x, double y) {
  return (x > 0 ? std::log(x) : 0) + (y > 0 ? std::sqrt(y) * x : y / 3);
}

double lazy_in_depth(double x, double y) {
  double r = 0;
  if (x > 0) {
    const double l = std::log(x);
    if (y > 0) {
      r = l / y;
    } else {
      r = y < -1 ? l * std::sqrt(-1 - y) : l;
    }
  }
  return r + x;
}

double both_sides_need_it(double x, double y) {
  double r;
  if (x < y) {
    r = std::exp(x * y) + x;
  } else {
    r = std::exp(x * y) * y;
  }
  return r;
}

double same_condition_twice(double x, double y) {
  double a = 0, b = 0;
  if (x < y) a = std::sin(x);
  if (x < y)
    b = a * std::cos(y);
  else
    b = y * y;
  return a + b;
}

double compared_with_zero(double x, double y) {
  if (x == 0) return y;
  if (!(y >= x)) return x * x * y;
  return std::sin(x) / x;
}

// Loops.

double early_return_from_two_loops(double x, double y) {
  double s = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      s += x * i + y * j;
      if (s > 4) return s * x;
      if (s < -4) break;
    }
    if (s < -2) continue;
    s *= 0.5;
  }
  return s;
}

double packed_triangle(double x, double y) {
  double packed[6];
  int k = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j <= i; ++j) packed[k++] = x * i - y * j + 1;
  }
  double product = 1;
  for (k = 0; k < 6; k += 2) product *= packed[k] + packed[k + 1];
  return product;
}

double counted_down(double x, double y) {
  double s = y;
  for (std::size_t i = 4; i > 0; --i) s = s * x + table[i - 1];
  for (int i = 3; i >= 0; i -= 2) s += table[i] * y;
  return s;
}

double bounds_of_the_outer_index(double x, double y) {
  double a[4][4] = {};
  for (int i = 0; i < 4; ++i) {
    for (int j = i; j < 4; ++j) a[i][j] = std::pow(x, j - i) + y;
  }
  double s = 0;
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i <= j; ++i) s += a[i][j] * (i + 1);
  }
  return s;
}

double rows_by_reference(double x, double y) {
  std::array<std::array<double, 2>, 3> m{};
  for (auto& row : m) {
    for (double& e : row) e = x + y;
    row[0] *= x;
    row = {row[1], row[0]};
  }
  double s = 0;
  for (std::size_t i = 0; i < m.size(); ++i) s += m[i][i % 2] * static_cast<double>(i);
  return s;
}

double updates_after_the_index(double x, double y) {
  const double a[5] = {1, x, y, x * y, 2};
  double s = 0;
  for (int i = 0; i < 4; ++i, s += a[i] * x) {
    if (i == 2) continue;
    s -= y;
  }
  for (int i = 0, j = 3; i < 4; ++i, j = i - 1) s += a[i] * j;
  int k = 5;
  for (int i = 3; i >= 0; --i, k = i) s = s * 0.5 + a[k >= 4 ? 0 : k] * y;
  int n;
  for (n = 0; n < 4; s *= 0.5, n += 3, s += n * x) {
  }
  return s * n;
}

double sums_in_loop_conditions(double x, double y) {
  double s = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j + 1 < 4 - i; ++j) s += table[j] * x + i * y;
    for (int j = 4; j - i >= 2; --j) s = s * y + table[j - 1];
  }
  return s;
}

double nothing_in_the_loop(double x, double y) {
  double s = x;
  for (int i = 3; i < 3; ++i) s = 0 / y;
  return s * y;
}

double smoothed_in_place(double x, double y) {
  double a[5] = {x, y, x * y, x - y, 1};
  for (int sweep = 0; sweep < 2; ++sweep) {
    for (int i = 1; i < 4; ++i) a[i] = 0.25 * a[i - 1] + 0.5 * a[i] + 0.25 * a[i + 1];
  }
  return a[1] * a[2] + a[3];
}

double largest_and_where(double x, double y) {
  const double a[4] = {x * y, x - y, y * y, 0.3};
  int best = 0;
  for (int i = 1; i < 4; ++i) {
    if (a[i] > a[best]) best = i;
  }
  return a[best] * table[best];
}

// Pointers and references.

double pointers_walk(double x, double y) {
  double a[6] = {x, y, x * x, y * y, x * y, 1};
  const double* p = a + 1;
  double s = *p++;
  s += p[0] * p[2];
  p += 2;
  s -= *p * *(p - 1);
  double* q = &a[5];
  *q-- += x;
  return s * a[5] + *q;
}

double reference_to_an_element(double x, double y) {
  double a[3] = {x, y, x + y};
  int k = 1;
  double& e = a[k];
  k = 2;
  e *= x;
  double& same = e;
  same += a[k];
  const double(&whole)[3] = a;
  return whole[1] * whole[0];
}

static void both(double& a, double& b) {
  a = 2 * b;
  b = 3 * a;
}

double aliased_arguments(double x, double y) {
  double s = x;
  both(s, s);
  both(x, y);
  return s * x + y;
}

static void fill(double* out, const double (&in)[2], int n) {
  for (int i = 0; i < n; ++i) out[i] = in[i % 2] * (i + 1);
}

double filled_through_pointers(double x, double y) {
  double m[2][3];
  const double in[2] = {x, y};
  fill(m[0], in, 3);
  fill(m[1] + 1, in, 2);
  m[1][0] = m[0][2] * m[1][1];
  return m[1][0] - m[1][2] * m[0][1];
}

// Calls.

template <int n>
struct Power {
  static double of(double x) { return x * Power<n - 1>::of(x); }
};
template <>
struct Power<0> {
  static double of(double) { return 1; }
};

double recursion_of_templates(double x, double y) { return Power<5>::of(x) - Power<2>::of(y); }

struct Complex {
  double re = 0, im = 0;
  Complex() = default;
  Complex(double r, double i) : re(r), im(i) {}
  double& operator[](int k) { return k == 0 ? re : im; }
  Complex& operator*=(const Complex& o) {
    const double r = re * o.re - im * o.im;
    im = re * o.im + im * o.re;
    re = r;
    return *this;
  }
  friend Complex operator*(Complex a, const Complex& b) { return a *= b; }
  Complex operator-() const { return {-re, -im}; }
  double norm() const { return re * re + im * im; }
};

double complex_squares(double x, double y) {
  Complex z(x, y);
  for (int k = 0; k < 3; ++k) {
    z = z * z;
    z.re += x;
    z *= z;
    if (z.norm() > 4) break;
  }
  const Complex w = -z;
  return w.re + 2 * w.im;
}

template <class T, std::size_t n>
struct Vector {
  T v[n];
  T& operator[](std::size_t i) { return v[i]; }
  const T& operator[](std::size_t i) const { return v[i]; }
};
template <class T, std::size_t n>
T dot(const Vector<T, n>& a, const Vector<T, n>& b) {
  T s = T(0);
  for (std::size_t i = 0; i < n; ++i) s += a[i] * b[i];
  return s;
}

double template_vectors(double x, double y) {
  Vector<double, 3> a{{x, y, 1}}, b = a;
  b[1] = dot(a, b);
  const auto c = b;
  return dot(c, a) * c[1];
}

static double with_defaults(double x, double by = gains.high, int times = 2) {
  for (int i = 0; i < times; ++i) x = x * by - gains.low;
  return x;
}

double default_arguments(double x, double y) {
  return with_defaults(x) + with_defaults(y, x) * with_defaults(x, y, 1);
}

double lambdas(double x, double y) {
  double count = 0;
  const auto add = [&count, y](double u) {
    count += u;
    return u * y;
  };
  const double a = add(x);
  y = 7;
  const double b = add(a);
  return count * b + [=](double u) { return u * x; }(y);
}

static double by_mode(double x, Mode mode) { return mode == Mode::Fast ? x * x : x; }

double enumerators(double x, double y) {
  return by_mode(x, Mode::Fast) + by_mode(y, Mode::Slow) * x;
}

constexpr double horner(double x) { return (x * table[0] + table[1]) * x + table[2]; }

double constant_functions(double x, double y) {
  constexpr double at_two = table[2] * 2 + table[3];
  return horner(x) * at_two + horner(y);
}

static Gains scaled(Gains g, double by) {
  g.low *= by;
  return g;
}

double aggregates_by_value(double x, double y) {
  const Gains g{x};
  const Gains h = scaled(g, y);
  Gains all[2] = {g, h};
  all[0].high = all[1].low;
  return all[0].low * all[0].high + h.high;
}

double called_with_its_own_name(double x, double y) {
  const double tanh_x = tanh(x);
  return tanh_x * ::tanh(y) + std::tanh(x * y);
}

struct Base {
  double a;
  explicit Base(double v) : a(v * v) {}
  Base() : Base(2.0) {}
  double half() const { return a / 2; }
};
struct Derived : Base {
  double b = 3;
  explicit Derived(double v) : Base(v), b(a + v) {}
};

double constructors_in_a_chain(double x, double y) {
  const Derived d(x);
  const Base plain;
  return d.half() * d.b + plain.a * y;
}

struct Chain {
  double v;
  Chain& scale(double k) {
    v *= k;
    return *this;
  }
  Chain& add(double k) {
    this->v += k;
    return *this;
  }
};

double calls_in_a_chain(double x, double y) {
  Chain c{x};
  c.scale(y).add(x).scale(c.v);
  return c.v;
}

static double& pick(double& a, double& b, int k) { return k != 0 ? a : b; }

double a_returned_reference(double x, double y) {
  pick(x, y, 1) = 3 * y;
  pick(x, y, 0) *= x;
  return x * y;
}

template <class T>
struct Wrapped {
  T v;
  operator T() const { return v; }
};

double converted_by_its_class(double x, double y) {
  const Wrapped<double> w{x * y};
  const double plain = w;
  return plain * y + w.v;
}

template <int n>
double power_by_constant_branch(double x) {
  if (n == 0) return 1;
  return x * power_by_constant_branch<(n > 0 ? n - 1 : 0)>(x);
}

double branches_on_constants(double x, double y) { return power_by_constant_branch<3>(x) * y; }

double a_lambda_with_a_copy(double x, double y) {
  double s = y;
  auto times = [s](double v) mutable {
    s *= v;
    return s;
  };
  times(x);
  s += 1;
  return times(x) + s;
}

double library_helpers(double x, double y) {
  std::swap(x, y);
  return std::clamp<double>(x, -0.5, 1.25) * x - 2 * y;
}

double pointers_to_pointers(double x, double y) {
  double a = x;
  double* p = &a;
  double** q = &p;
  **q = 2 * y;
  double m[2][2] = {{x, 1}, {2, y}};
  double(*row)[2] = m;
  return a * row[1][1] * (*row)[0];
}

// Integers and truth values.

double truth_as_a_number(double x, double y) {
  const int k = x > y;
  return (x > y) * x + (x <= y) * y * y + (k != 0 ? x : k + y);
}

double where_the_loop_stopped(double x, double y) {
  double s = 0;
  int n = 0;
  for (int i = 0; i < 5; ++i) {
    if (s > 1) break;
    s += x * x + y * y;
    n = i;
  }
  return s * n;
}

double element_by_a_decision(double x, double y) {
  double a[3] = {1, 2, 3};
  const int k = x > y ? 2 : 0;
  a[k] = x;
  a[k == 2 ? 1 : 2] *= y;
  return a[0] * a[2] + a[1];
}

double switched(double x, double y) {
  double s = 0;
  for (int i = 0; i < 4; ++i) {
    switch (i) {
      case 0:
        s += x;
        break;
      case 1:
        s *= y;  // falls through
      case 2:
        s += 1;
        break;
      default:
        s -= x * y;
    }
  }
  return s;
}

double integer_arithmetic(double x, double y) {
  const unsigned wrapped = 0u - 1u;
  double s = x * (wrapped % 7) + 'a' * y;
  for (int i = -3; i < 3; ++i) s += x * (i % 2) + y * (i / 2);
  for (int i = 0; i < 2; ++i) (i == 0 ? x : y) *= 1.5;
  return s * x - y;
}

double wide_integers(double x, double y) {
  long long n = x > y ? 3000000000 : -7;
  const int m = x > 0 ? 70000 : 3;
  const long long square = 1LL * m * m;
  n += static_cast<long>(m) * m;
  return x * static_cast<double>(n) + y * static_cast<double>(square % 1000) +
         (n > 1L << 32 ? x : y);
}

double bits_of_integers(double x, double y) {
  const int n = x > y ? -13 : 22;
  int m = x > 0 ? 5 : -6;
  m &= 3;
  return x * (n >> 1) + y * (n & 7) + x * y * (m << 2) + (n >> 31) * x + (1 & n) * y;
}

double scaled_constants(double x, double y) {
  int q = 7;
  q *= 1.5;
  return q * x + y / q;
}

double of_lists(double x, double y) {
  const double half = 0.5, product = x * y, difference = y - x;
  return std::max({x, y, half}) * std::min({product, difference, half});
}

// Arithmetic.

double integers_meet_numbers(double x, double y) {
  const int n = 7, m = 2;
  return x * (n / m) + y * n / m + (n % 4) * x - 1 / m + 1.0 / m;
}

double floats_in_between(double x, double y) {
  const float narrow = static_cast<float>(x);
  const float squared = narrow * narrow;
  const double wide = squared * y;
  return wide + narrow / 3;
}

double sums_of_products(double x, double y) {
  return x * y + x * y * y + 3 * x * y - (x - y) * (x + y) / (x * y + 5) - -x;
}

double powers(double x, double y) {
  return std::pow(x, 2) + std::pow(y, 3) - std::pow(x * x + 1, -1) + std::pow(y * y + 1, 0.5) +
         std::pow(x, 1) + std::pow(y, 0) + std::pow(x * x + 1, -1.5);
}

double constants_only(double x, double y) {
  (void)x;
  return std::sqrt(2.0) + std::exp(1.0) * 0 + (y - y);
}

double of_one_parameter(double x, double) { return std::exp(-x * x); }

// Forms whose derivatives are finite though the plain rule is not.

double log_of_exp(double x, double y) {
  return std::log(1 + std::exp(x)) + std::log1p(std::exp(-y));
}

double logistic(double x, double y) { return 1 / (1 + std::exp(-x)) * y; }

double norm(double x, double y) { return std::sqrt(x * x + y * y); }

// Arrays that begin equal and go their own ways in a loop.
double equal_beginnings(double x, double y) {
  double sum[2] = {1, 0};
  double term[2] = {1, 0};
  double rest[2] = {};
  double last[2] = {};
  for (int k = 0; k < 3; ++k) {
    term[1] = term[0] * x + y;
    term[0] = x * y - term[1];
    sum[k % 2] += term[0] * term[1];
    rest[1] += sum[0];
    last[0] = rest[1] * x;
  }
  return sum[0] + sum[1] * rest[1] + last[0];
}

}  // namespace tricky
