#include <vector>

double f(const std::vector<double>& x) {
  std::vector<double> large;
  for (double e : x) {
    if (e > 1) large.push_back(e);
  }
  return large[0];
}
