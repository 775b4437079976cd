#include <cstdlib>

double f(double x) { return x * std::rand(); }
