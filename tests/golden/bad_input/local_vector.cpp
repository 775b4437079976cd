#include <vector>

double f(double x) {
  std::vector<double> v(2, x);
  return v[0] * v[1];
}
