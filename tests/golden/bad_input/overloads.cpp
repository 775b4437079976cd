double f(double x) { return x; }
double f(double x, double y) { return x * y; }
