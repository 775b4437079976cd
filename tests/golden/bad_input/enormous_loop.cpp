double f(double x) {
  double s = 0;
  for (int i = 0; i < 2000000000; ++i) s += x * i;
  return s;
}
