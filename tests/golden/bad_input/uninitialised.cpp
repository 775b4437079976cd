double f(double x) {
  double s;
  return s * x;
}
