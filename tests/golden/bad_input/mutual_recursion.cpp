static double odd(double x, int n);
static double even(double x, int n) { return n == 0 ? 1.0 : x * odd(x, n - 1); }
static double odd(double x, int n) { return n == 0 ? x : x * even(x, n - 1); }

double f(double x) { return even(x, 4); }
