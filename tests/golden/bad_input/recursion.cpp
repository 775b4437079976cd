static double power(double x, int n) { return n == 0 ? 1.0 : x * power(x, n - 1); }

double f(double x) { return power(x, 3); }
