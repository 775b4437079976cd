double f(double x) {
  double s = x * x;
  s += 1;
  return s * s;
}
