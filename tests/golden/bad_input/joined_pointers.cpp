double f(const double (&a)[3], const double (&b)[3], double x) {
  const double* p = x > 0 ? a : b;
  return p[0] * x;
}
