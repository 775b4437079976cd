double f(double x) {
  double s = 0;
  for (int i = 0, j = 5; i < j; ++i, --j) s += x * i * j;
  return s;
}
