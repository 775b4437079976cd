static double helper(double x) { return x * x; }
int count() { return 3; }
