double f(double x) {
  static double sum = 0;
  sum += x;
  return sum;
}
