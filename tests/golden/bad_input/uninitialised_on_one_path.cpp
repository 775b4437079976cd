double f(double x) {
  double s;
  if (x > 0) s = x;
  return s * 2;
}
