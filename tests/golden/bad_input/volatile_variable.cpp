double f(double x) {
  volatile double s = x;
  return s * s;
}
