double f(double x) {
  double s = 0;
  for (double t = 0; t < 1; t += 0.25) s += x * t;
  return s;
}
