#include <cmath>

double f(double x) { return std::exp(x) + y; }
