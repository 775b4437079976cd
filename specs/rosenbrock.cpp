// Rosenbrock's valley in 16 dimensions.

namespace rosenbrock {

constexpr int n = 16;

double valley(const double p[n]) {
  double sum = 0;
  for (int i = 0; i < n - 1; ++i) {
    const double across = p[i + 1] - p[i] * p[i];
    const double along = 1 - p[i];
    sum += 100 * across * across + along * along;
  }
  return sum;
}

}  // namespace rosenbrock
