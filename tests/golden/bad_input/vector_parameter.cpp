#include <vector>

double f(const std::vector<double>& v) { return v[0] * v[1]; }
