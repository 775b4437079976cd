double f(double x) {
  double s = 0;
  if (x > 0) {
    const double z = x * x;
    s = z;
  }
  return s;
}
