#include <algorithm>

double f(double x, double y) { return std::max({x, y, 1.0}); }
