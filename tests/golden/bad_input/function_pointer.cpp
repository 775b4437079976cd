static double twice(double x) { return 2 * x; }

double f(double x) {
  double (*g)(double) = twice;
  return g(x);
}
