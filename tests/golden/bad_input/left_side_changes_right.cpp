double f(double x, const double a[4]) {
  double r[4] = {x, x, x, x};
  int m = 0;
  for (int i = 0; i < 3; ++i) r[++m] += r[m - 1] * a[i];
  return r[3];
}
