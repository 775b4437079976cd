double f(double x) {
  int n = 3 * x;
  return x + n;
}
