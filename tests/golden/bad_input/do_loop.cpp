double f(double x) {
  double s = x;
  do {
    s = s / 2;
  } while (s > 1);
  return s;
}
