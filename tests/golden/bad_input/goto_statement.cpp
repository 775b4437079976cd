double f(double x) {
  double s = x;
again:
  s = s / 2;
  if (s > 1) goto again;
  return s;
}
