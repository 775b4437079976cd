// Programs of four numbers from four, for lowering: compiled into the test as they stand, and read
// as a spec.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace arrays {

void copies(const double a[4], double out[4]) {
  for (int i = 0; i < 4; ++i) out[i] = a[3 - i];
}
void partly(const double a[4], double out[4]) {
  out[1] = a[0] * out[2];
  out[3] += a[1];
}
void accumulates(const double a[4], double out[4]) {
  for (int i = 0; i < 4; ++i) {
    out[i] = 0;
    for (int j = 0; j < 4; ++j) out[i] += a[j] * (i + j);
  }
}
void local_matrix(const double a[4], double out[4]) {
  double m[4][4];
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) m[i][j] = a[i] - a[j] * a[j];
  double n[2][3] = {{1, a[0]}, {a[1]}};
  n[1][2] += 2;
  for (int i = 0; i < 4; ++i) {
    out[i] = n[i % 2][i % 3];
    for (int j = 0; j < 4; ++j) out[i] += m[i][j] * m[j][i];
  }
}
void pointers(const double a[4], double out[4]) {
  const double* p = a + 1;
  double* q = &out[0];
  *q = *p;
  ++q;
  *q++ = p[1] * p[-1];
  double* const last = out + 3;
  last[-1] = *(p + 2);
  *last = q[0] + *&a[0];
}
void rows(const double a[4], double out[4]) {
  double m[2][2] = {{a[0], a[1]}, {a[2], a[3]}};
  double(*row)[2] = m;
  double* second = m[1];
  double(&first)[2] = m[0];
  first[1] *= 2;
  second[0] -= first[0];
  row[1][1] = 7 * (*row)[1];
  for (int i = 0; i < 2; ++i) {
    const double* r = m[i];
    out[2 * i] = r[0];
    out[2 * i + 1] = r[1];
  }
}
void references(const double a[4], double out[4]) {
  double s = 0, t = 1;
  double& r = s;
  const double& c = r;
  r += a[0];
  t += c;
  int k = 1;
  double& o = out[k];
  k = 2;
  o = t;
  out[k] = c;
  out[0] = s;
  out[3] = k;
}
void range_for(const double a[4], double out[4]) {
  double h[4] = {a[0], a[1], a[2], a[3]};
  for (double& x : h) x = std::tanh(x);
  double sum = 0;
  for (const double& x : h) sum += x;
  for (double x : h) {
    x *= 2;
    sum += x;
  }
  std::array<std::array<double, 2>, 2> m = {{{h[0], h[1]}, {h[2], h[3]}}};
  for (auto& row : m)
    for (float x : row) sum += x;
  int i = 0;
  for (const auto& row : m) {
    out[i] = row[0] * sum;
    out[i + 1] = row[1];
    i += 2;
  }
}
void std_arrays(const double a[4], double out[4]) {
  std::array<double, 4> u{}, v{a[0], a[1]};
  std::array<double, 4> w;
  w.fill(a[2]);
  for (std::size_t i = 0; i < u.size(); ++i) u[i] = a[i] + v[u.size() - 1 - i];
  std::swap(u[0], u[3]);
  v = u;
  u.front() = 5;
  const std::array<double, 4>& read = v;
  out[0] = u.front() + read.back();
  out[1] = std::get<1>(v) + v.data()[2];
  out[2] = w[3] * read[0];
  out[3] = u[1] + (u.empty() ? 1 : 0);
  auto copy = read;
  copy[0] = 100;
  out[3] += read[0] - copy[0];
}
void scatter(const double a[4], double out[4]) {
  const int to[4] = {2, 0, 3, 1};
  constexpr double weight[4] = {1, 0.5};
  for (int i = 0; i < 4; ++i) out[i] = 0;
  for (int i = 0; i < 4; ++i) out[to[i]] += a[i] * (1 + weight[i]);
}
void running(const double a[4], double out[4]) {
  int write = 0;
  double previous = 0;
  for (int i = 0; i < 4; ++i) {
    previous = previous * 0.5 + a[i];
    out[write++] = previous;
  }
}
void branch_on_data(const double a[4], double out[4]) {
  for (int i = 0; i < 4; ++i) {
    if (a[i] > 0) {
      out[i] = a[i];
    } else if (i > 0) {
      out[i] = out[i - 1] + a[i];
    } else {
      out[i] = 1;
    }
  }
}
void bubble(const double a[4], double out[4]) {
  for (int i = 0; i < 4; ++i) out[i] = a[i];
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3 - i; ++j)
      if (out[j + 1] < out[j]) {
        const double t = out[j];
        out[j] = out[j + 1];
        out[j + 1] = t;
      }
}
void moving_pointer(const double a[4], double out[4]) {
  const double* p = a;
  double* q = out + 4;
  for (int i = 0; i < 4; ++i) *--q = *p++ * i;
}
void chosen_element(const double a[4], double out[4]) {
  const double& larger = a[0] < a[1] ? a[1] : a[0];
  const double* p = a[2] < 0 ? a : a + 2;
  double h[4] = {1, 2, 3, 4};
  (a[3] > 0 ? h[0] : h[3]) += 10;
  out[0] = larger;
  out[1] = p[1];
  out[2] = h[0];
  out[3] = h[3];
}
void early_exit(const double a[4], double out[4]) {
  for (int i = 0; i < 4; ++i) out[i] = i;
  for (int i = 0; i < 4; ++i) {
    if (a[i] < -1) return;
    out[i] += a[i];
    if (a[i] > 2) break;
  }
  out[0] += 10;
}
void structured(const double a[4], double out[4]) {
  const std::array<double, 2> pair{a[0] + a[1], a[2] * a[3]};
  const auto [sum, product] = pair;
  double both[2] = {sum, product};
  auto& [first, second] = both;
  first += 1;
  second *= first;
  out[0] = sum;
  out[1] = product;
  out[2] = both[0];
  out[3] = both[1];
}
void unsigned_indices(const double a[4], double out[4]) {
  for (std::size_t i = 0; i < 4; ++i) out[i] = a[i];
  for (std::size_t i = 1; i < 4; ++i) out[i] += out[i - 1];
  for (unsigned i = 3; i > 0; --i) out[i] -= out[i - 1] * 0.5;
}

}  // namespace arrays
