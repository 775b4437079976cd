double f(double x) {
  double s = 0;
  for (int i = 0; s < 10; ++i) s += x * x + 1;
  return s;
}
