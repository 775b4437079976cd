double f(double x) {
  double s = x;
  while (s > 1) s = s / 2;
  return s;
}
