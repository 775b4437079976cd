#include <cstdint>

double f(double x, std::uint64_t seed) { return x * (seed >> 11); }
