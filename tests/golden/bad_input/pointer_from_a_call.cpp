#include <cstdlib>

double f(double x) {
  double* p = static_cast<double*>(std::malloc(16));
  p[0] = x;
  return p[0];
}
