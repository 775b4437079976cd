double f(double x, int n) { return x * n; }
