double f(double x, unsigned n) { return x * (n << 1); }
