double f(double x) {
  const int n = static_cast<int>(x);
  return x * n;
}
