double f(const double w[3]) {
  double s = 0;
  for (int i = 0; i <= 3; ++i) s += w[i];
  return s;
}
