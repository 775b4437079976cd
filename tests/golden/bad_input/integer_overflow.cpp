double f(double x) {
  int n = 2147483647;
  n += 1;
  return x * n;
}
