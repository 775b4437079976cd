double f(double x) {
  double s = 0;
  for (int i = 0; i < 3; ++i) s += x * (6 / i);
  return s;
}
