#include <cmath>

double f(double x, double y, double z) { return std::hypot(x, y, z); }
