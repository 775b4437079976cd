// Programs of one number from two, for lowering: compiled into the test as they stand, and read as
// a spec.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace scalars {

// ---- expressions

double arithmetic(double x, double y) { return 4 * x * y + std::exp(-1 * y) - x / (y + 2.5) + +x; }
double several_declarators(double x, double y) {
  double a = x * x, b = a * a, c = a - b;
  return c * y;
}
double every_assignment(double x, double y) {
  double t = x;
  t += y;
  t -= 2 * x;
  t *= t;
  t /= y + 3;
  double u, v;
  u = v = t + 1;
  (t = u) += v;
  return t + (u = 2 * v, u - v);
}
double chained_conditional(double x, double y) {
  return x < y ? x * x : y < 0 ? -y : x == y ? 1 : std::sqrt(x - y + 1);
}
double logic(double x, double y) {
  const bool a = x > 0, b = !(y > 0);
  return (a && b) || (x > 2 && y > 2) ? x + y : a != b ? x : y;
}
float in_float(float x, float y) { return std::exp(x) * y + 0.1f * std::pow(x, 2) + x * 3; }
double mixed(float x, double y) {
  float f = x * 1.5f;
  f += y;
  double d = f;
  d -= x;
  return d * f + std::fmax(f, x);
}
double float_of_double(double x, double y) {
  const float f = static_cast<float>(x), g = float(y);
  return std::hypot(f, g) + std::tanh(f) + fabsf(g) + std::pow(x, 2.f);
}
double integers(double x, double y) {
  const int n = 7;
  int k = n / 2 * 3 - n % 4;
  k <<= 1;
  ++k;
  const unsigned u = 3u - 2u;
  return k * x + (k > 5 ? y : -y) + u + 'a' + sizeof(double) + (k & 1) + (k >> 1);
}
double constants(double x, double y) {
  constexpr double third = 1.0 / 3;
  constexpr int terms = 3;
  static const double scale = 2.5;
  enum { offset = 2 };
  return third * x + terms * y + scale + offset + M_PI + std::numeric_limits<double>::epsilon();
}
double library(double x, double y) {
  using std::tanh;
  const double a =
      std::exp2(x) + std::expm1(y) + std::log1p(x * x) + std::cbrt(x) + std::hypot(x, y);
  const double b = std::fma(x, y, a) + std::sin(x) + std::cos(y) + std::tan(x) + std::atan2(x, y);
  const double c =
      std::sinh(x) + std::cosh(y) + tanh(x) + std::asinh(y) + std::erf(x) + std::erfc(y);
  const double d =
      std::fabs(x) + std::abs(y) + std::fmin(x, y) + std::fmax(x, 0.5) + std::min(x, y);
  const double e =
      std::max(x, y) + std::copysign(x, y) + std::floor(x) + std::ceil(y) + std::round(x);
  const double f =
      std::trunc(y) + std::fmod(x, 0.75) + std::clamp(x, -0.5, 0.5) + ::exp(y) + exp(x);
  return a + b + c + d + e + f + std::pow(1.5, x) + std::pow(y, 3) + std::log(2.0) +
         std::lgamma(3.5);
}
double classified(double x, double y) {
  double r = 0;
  if (std::isnan(x / y)) r += 1;
  if (std::isinf(x / 0.0)) r += 2;
  if (std::isfinite(y)) r += 4;
  if (std::signbit(x)) r += 8;
  return r + (std::isnan(0.0 * INFINITY) ? 16 : 0);
}

// ---- branches

double plain_if(double x, double y) {
  double r = x;
  if (x > y) r = y * 2;
  return r;
}
double if_else(double x, double y) {
  double r, s = 1;
  if (x > y) {
    r = x - y;
    s += r;
  } else if (x < -y) {
    r = x + y;
  } else {
    const double t = x * y;
    r = t * t;
    s = -t;
  }
  return r * s;
}
double early_return(double x, double y) {
  if (x < 0) return -x;
  double t = x * y;
  if (t > 1) {
    t = 1 / t;
    if (y > 2) return t;
    t += y;
  } else if (t < 0) {
    return t * t;
  }
  return t + 1;
}
double nested_returns(double x, double y) {
  if (x > 0) {
    if (y > 0) return 1;
    if (y < -1) return 2 * x;
  } else {
    if (y > 0) {
      return 3 * y;
    } else if (y < -2) {
      return 4 * x * y;
    }
  }
  return 5 + x;
}
double with_init(double x, double y) {
  if (const double d = x - y; d > 0) return d;
  if (bool b = x > -1) return b ? 2 * x : 0;
  return y;
}
double effects_in_conditions(double x, double y) {
  double t = 0;
  const bool c = x > 0 && (t = y) > 0;
  const double u = y > 0 ? (t += 1, x) : (t -= 2);
  return c ? t + u : t - u;
}
double switched(double x, double y) {
  int n = 0;
  for (int i = 0; i < 6; ++i) {
    switch (i % 4) {
      case 0:
        x += y;
        break;
      case 1:
        x *= 0.5;
        [[fallthrough]];
      case 2: {
        if (x > 4) break;
        x += 1;
        if (y > 3) return x;
        n += 1;
        break;
      }
      default:
        if (x < -5) continue;
        x -= 0.25;
    }
    x += 0.125 * i;
  }
  return x + n;
}
double switched_on_constant(double x, double y) {
  const int mode = 2;
  switch (mode) {
    case 1:
      return x;
    case 2:
    case 3:
      x = y * 2;
      break;
    default:
      return -1;
  }
  return x;
}

// ---- loops

double power_sum(double x, double y) {
  double sum = 0, p = 1;
  for (int i = 0; i < 7; ++i) {
    sum += p * i;
    p *= x;
  }
  return sum + y;
}
double loops_down(double x, double y) {
  double p = 0;
  for (int i = 9; i >= 1; i -= 2) p = p * x + i * y;
  for (int i = 5; i > 0; --i) p += i;
  for (int i = 0; i != 8; i += 4) p -= x * i;
  for (int i = 1; 3 >= i; i = i + 1) p += y;
  return p;
}
double triangular(double x, double y) {
  double s = 0;
  for (int i = 0; i < 4; ++i)
    for (int j = i + 1; j < 5; ++j) s += (x - i) * (y - j);
  return s;
}
double with_break(double x, double y) {
  double s = 0;
  int steps = 0;
  for (int i = 0; i < 10; ++i) {
    s += x * x;
    if (s > 4) break;
    s += y * 0.125;
    ++steps;
  }
  return s * steps;
}
double with_continue(double x, double y) {
  double s = 0;
  for (int i = 0, j = 10; i < 6; ++i, --j) {
    if (x * i < y) continue;
    s += x * j;
    if (s > 20) continue;
    s += 1;
  }
  return s;
}
double return_from_loop(double x, double y) {
  double t = x;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 3; ++j) {
      t = t * 0.75 + j;
      if (t > 2 + y) return t * i + j;
    }
    t -= 0.5;
  }
  return -t;
}
double index_outlives(double x, double y) {
  int i;
  double s = 0;
  for (i = 0; i < 8; ++i) {
    s += x * x + 0.125;
    if (s > y) break;
  }
  int k = 2;
  for (k = 3; k < 7; k += 2) s += k;
  return s + 10 * i + 100 * k;
}
double integer_states(double x, double y) {
  int n = 1, sum = 0;
  double s = 0;
  for (int i = 0; i < 5; ++i) {
    n = n * 2 + 1;
    sum += i;
    s += n * x + sum * y;
  }
  return s;
}
double swapped_states(double x, double y) {
  double a = x, b = y;
  for (int i = 0; i < 5; ++i) {
    const double t = a + b;
    a = b;
    b = t * 0.5;
  }
  return a - 2 * b;
}
double no_trips(double x, double y) {
  double s = x;
  for (int i = 3; i < 3; ++i) s *= y;
  for (int i = 3; i < 2; ++i) s *= y;
  return s;
}
double unchanged_states(double x, double y) {
  double kept = x, s = 0;
  for (int i = 0; i < 3; ++i) {
    if (i > 7) kept = 2 * y;
    s += kept;
  }
  return s + kept;
}
double wide_indices(double x, double y) {
  double s = 0;
  for (std::size_t i = 1; i < 5; ++i) s += static_cast<double>(i - 1) * x + static_cast<int>(i) * y;
  for (unsigned char c = 0; c < 4; ++c) s += c;
  for (long i = 0; i < 3L; i++) s -= double(i);
  return s;
}
double updates_after_counting(double x, double y) {
  const double a[5] = {1, x, y, x * y, 3};
  double s = 0;
  for (int i = 0; i < 4; ++i, s += a[i]) {
  }
  for (int i = 0, j = 3; i < 4; ++i, j = i - 1) s = s * 0.5 + a[i] * j;
  int k = 7;
  for (int i = 3; i >= 0; --i, k = i) s += k * x;
  for (int i = 0; i < 3; s -= i, ++i, s += 10 * i) {
    if (i == 1) continue;
    s += a[i];
  }
  int n = 0;
  for (n = 0; n < 4; s += n, n += 2, s *= n) {
    if (s > 40) break;
  }
  return s + 100 * n + 1000 * k;
}
double updates_after_counting_in_data(double x, double y) {
  double s = 0;
  int last = 0;
  for (int i = 0; i < 5; ++i, last = i) {
    if (x > y) continue;
    s += x * i;
    if (s > 3) break;
  }
  return s + 10 * last;
}
double sums_as_bounds(double x, double y) {
  double s = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j + 1 < 4 - i; ++j) s += x * j + y;
    for (int j = 5; 2 <= j - i; --j) s = s * 0.5 + j;
    for (unsigned j = 1; j - 1 < 3u; ++j) s += static_cast<double>(j) * x;
    for (std::size_t j = 0; i + j <= 3; j += 2) s -= static_cast<double>(j);
  }
  return s;
}
double shifted(double x, double y) {
  double s = 0;
  for (int i = -9; i < 9; ++i) {
    s = s * 0.5 + x * (i >> 1) + y * (i & 3) + (i >> 3) + (7 & i) + (i & 0) + (i >> 0);
    if (i >= 0) s += i << 2;
  }
  const long big = 1L << 40;
  return s + static_cast<double>(big >> 38) + static_cast<double>((3L << 40) / (1L << 39));
}
double wide_integers(double x, double y) {
  long long n = x > 1 ? 3000000000 : -7;
  const int m = y > 1 ? 70000 : 3;
  const long long square = 1LL * m * m;
  n += static_cast<long>(m) * m;
  return x * static_cast<double>(n) + y * static_cast<double>(square % 1000) +
         static_cast<double>(n >> 3) + static_cast<double>(n & 4294967295L) +
         (n > 5000000000 ? 1 : 0);
}
double of_lists(double x, double y) {
  return std::max({x, y, 1.5}) * std::min({x * y, y - x, 0.25, x}) + std::max({2, 7, 3});
}
double scaled_constants(double x, double y) {
  int q = 7;
  q *= 1.5;
  int r = 9;
  r -= 2.75;
  return q * x + r * y + static_cast<int>(3 * 0.7 + 1);
}
double counted_down_first(double x, double y) {
  const double a[4] = {1, x, y, x * y};
  double s = 0;
  for (std::size_t i = 4; i-- > 0;) s = s * 0.5 + a[i] * static_cast<double>(i);
  for (int i = 5; i-- > 2;) s += i * x;
  return s;
}
double truths(double x, double y) {
  bool any = false, all = true;
  for (int i = 0; i < 3; ++i) {
    any |= x > i;
    all = all & (y > i);
  }
  return (any ? 1 : 2) + (all ^ any ? 10 : 20) + (any | all);
}
constexpr int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
double computed_when_compiling(double x, double y) {
  double a[fibonacci(4)] = {x, y};
  int k = -16;
  k >>= 1;
  return a[0] * fibonacci(10) + a[fibonacci(2)] + k;
}
double bound_in_variable(double x, double y) {
  int n = 2;
  n = n + 2;
  double s = 0;
  for (int i = 0; i < n; ++i) s += x;
  for (int i = 0; i < n * 2 - 1; ++i) {
    s += y;
  }
  return s;
}
double best_of(double x, double y) {
  double best = 1e30;
  int arg = -1;
  for (int i = 0; i < 6; ++i) {
    const double d = (x - i) * (x - i) + y;
    if (d < best) {
      best = d;
      arg = i;
    }
  }
  return best + arg;
}
double loop_in_branch(double x, double y) {
  double s = 1;
  if (x > 0) {
    for (int i = 0; i < 3; ++i) {
      if (y > i) {
        s *= x;
      } else {
        s += y;
      }
    }
  }
  return s;
}
double deep(double x, double y) {
  double s = 0;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      for (int c = 0; c < 3; ++c) {
        double t = x;
        for (int d = 0; d <= c; ++d) t = t * y + a - b;
        s += t;
      }
  return s;
}

}  // namespace scalars
