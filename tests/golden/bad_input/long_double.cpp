double f(double x) {
  long double wide = x;
  return static_cast<double>(wide * wide);
}
