// Programs whose loops have bounds that only a run knows, for lowering: compiled into the test as
// they stand, and read as a spec. x has n + 8 numbers, k has n + 8 integers from 0 to 4.

#include <algorithm>
#include <array>
#include <cmath>
#include <gradsmith/spec.hpp>

namespace sizes {

using gradsmith::param;

double down(param<double> c, const double* x, const int*, int n) {
  for (int i = n - 1; i >= 0; --i) c = c * 0.5 + x[i];
  for (int i = n; i > 0; i -= 2) c -= x[i];
  for (int i = n; i-- > 0;) c = c * 0.75 + x[i];
  return c;
}
double strides(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n; i += 2) c = c * 0.5 + x[i];
  for (int i = 1; i < n; i += 3) c = c * 0.5 + x[i];
  for (int i = 0; i != n; ++i) c += x[n - 1 - i];
  return c;
}
double bounds(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n / 2; ++i) c = c * 0.5 + x[i];
  for (int i = n / 2; i <= n; ++i) c = c * 0.5 - x[i];
  for (int i = 0; i < 2 * n - 1; ++i) c += x[i / 2];
  for (int i = 0; i < std::min(n, 3); ++i) c *= x[i];
  for (int i = std::max(n - 2, 0); i < n; ++i) c += 3 * x[i];
  const int last = n - 1;
  for (int i = 0; i < last; ++i) c += x[i + 1] * x[i];
  return c;
}
double triangles(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < i; ++j) c = c * 0.5 + x[i] * x[j];
    for (int j = i + 1; j < n; ++j) c = c * 0.25 - x[i] * x[j];
    for (int j = i; j >= 0; --j) c += x[i - j];
  }
  for (int i = n; i > 0; --i)
    for (int j = 0; j <= n - i; ++j) c = c * 0.5 + x[j];
  return c;
}
double packed(param<double> c, const double* x, const int*, int n) {
  const int m = n < 4 ? n : 3;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j <= i; ++j) c = c * 0.5 + x[i * (i + 1) / 2 + j];
  int next = 0;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < i; ++j) c = c * 0.5 + x[next++];
  return c;
}
double counted(param<double> c, const double* x, const int* k, int n) {
  int count = 0;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    if (k[i] % 2 == 0) continue;
    ++count;
    sum += x[i] * count;
  }
  return count > 0 ? c * sum / count : c;
}
double breaks(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n; ++i) {
    c += x[i];
    if (c > 2) break;
    c *= 1.25;
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      if (j > i + 1) break;
      c = c * 0.5 + x[j];
    }
    if (c < -2) continue;
    c -= 0.125;
  }
  return c;
}
double returns(param<double> c, const double* x, const int*, int n) {
  if (n == 0) return -c;
  for (int i = 0; i < n; ++i) {
    if (x[i] > 0.9 && c > 0.4) return c * x[i];
    c += 0.5 * x[i];
  }
  return c;
}
double guarded(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n; ++i) {
    if (i > 0 && x[i - 1] > c) c += x[i - 1];
    if (i + 1 >= n || x[i + 1] < c) c -= 0.25;
    c += i % 3 == 1 ? x[i] : -x[i];
  }
  return c;
}
double gathers(param<double> c, const double* x, const int* k, int n) {
  for (int i = 0; i < n; ++i) c = c * 0.5 + x[k[i]] - x[k[k[i]]];
  return c;
}
double histogram(param<double> c, const double* x, const int* k, int n) {
  double bins[5] = {};
  for (int i = 0; i < n; ++i) bins[k[i]] += x[i];
  for (int b = 0; b < 5; ++b) c = c * 0.5 + bins[b] * bins[b];
  return c;
}
double large_table(param<double> c, const double* x, const int* k, int n) {
  double table[100] = {};
  for (int i = 0; i < n; ++i) table[20 * k[i]] = table[20 * k[i]] * c + x[i];
  for (int i = 0; i < n; ++i) c += table[20 * k[i]];
  return c;
}
double scratch(param<double> c, const double* x, const int*, int n) {
  double ring[4] = {1, 2, 3, 4};
  for (int i = 0; i < n; ++i) {
    double local[3];
    for (int j = 0; j < 3; ++j) local[j] = x[i + j] * c;
    ring[i % 4] = local[0] + ring[(i + 1) % 4] * local[2] - local[1];
    c += ring[i % 4];
  }
  return c;
}
double matrix_powers(param<double> c, const double* x, const int*, int n) {
  double p[2][2] = {{1, 0}, {0, 1}};
  for (int t = 0; t < n; ++t) {
    const double a[2][2] = {{x[t], c}, {-c, 0.5}};
    double q[2][2];
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) q[i][j] = p[i][0] * a[0][j] + p[i][1] * a[1][j];
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) p[i][j] = q[i][j];
  }
  return p[0][0] + 2 * p[0][1] + 3 * p[1][0] + 4 * p[1][1];
}
struct Pair {
  double value;
  int at;
};
static Pair largest(const double* x, int n) {
  Pair best{x[0], 0};
  for (int i = 1; i < n; ++i)
    if (x[i] > best.value) best = {x[i], i};
  return best;
}
double best_of(param<double> c, const double* x, const int*, int n) {
  const Pair best = largest(x + 1, n + 1);
  return c * best.value + best.at + x[best.at];
}
double states(param<double> c, const double* x, const int*, int n) {
  double a = 0, b = 1;
  std::array<double, 2> s{0.5, 0.25};
  bool seen = false;
  for (int i = 0; i < n; ++i) {
    const double next = a + b * c;
    a = b;
    b = next * x[i];
    std::swap(s[0], s[1]);
    s[0] += b;
    seen = seen || b > 1;
  }
  return a + 2 * b + 4 * s[0] + 8 * s[1] + (seen ? 16 : 0);
}
static double row_sum(const double* row, int columns) {
  double sum = 0;
  for (int j = 0; j < columns; ++j) sum += row[j] * (j + 1);
  return sum;
}
double rows(param<double> c, const double* x, const int*, int n) {
  for (int i = 0; i < n; ++i) c = c * 0.5 + row_sum(x + i, 3) - row_sum(&x[i + 1], 2);
  const auto at = [&](int i) { return x[i] * c; };
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += at(i) + at(n - i);
  return c + sum;
}
double outliving(param<double> c, const double* x, const int*, int n) {
  int i = 0;
  for (; i < n; ++i) {
    if (x[i] > 0.5) break;
    c += x[i];
  }
  return c * i;
}
double two_indices(param<double> c, const double* x, const int*, int n) {
  for (int i = 0, j = n; i < n; ++i, --j) c = c * 0.5 + x[i] * x[j];
  return c;
}
double branches(param<double> c, const double* x, const int* k, int n) {
  for (int i = 0; i < n; ++i) {
    switch (k[i]) {
      case 0:
        c += x[i];
        break;
      case 1:
      case 2:
        c *= 0.5;
        [[fallthrough]];
      default:
        c -= x[i + 1];
    }
    if (i < n / 2) {
      c += 0.25;
    } else if (x[i] > 0) {
      c = std::sin(c);
    }
  }
  return c;
}
double no_trips(param<double> c, const double* x, const int*, int n) {
  for (int i = n; i < n; ++i) c += x[i];
  for (int i = n + 1; i <= n; ++i) c *= x[i];
  for (int i = 0; i > n; --i) c += 1;
  return c;
}

}  // namespace sizes
