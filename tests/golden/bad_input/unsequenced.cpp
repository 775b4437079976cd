double f(double x) {
  double s = x;
  return (s *= 2) + s;
}
