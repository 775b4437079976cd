double f(double x) {
  double s = 0;
  for (int i = 0; i < 8; --i) s += x;
  return s;
}
