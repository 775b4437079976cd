double f(double x) {
  double* s = new double(x);
  const double r = *s * 2;
  delete s;
  return r;
}
