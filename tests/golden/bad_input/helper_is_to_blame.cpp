static double settle(double x) {
  while (x > 1) x /= 2;
  return x;
}

double g(double x) { return x; }

double f(double x) { return 3 * settle(x); }
