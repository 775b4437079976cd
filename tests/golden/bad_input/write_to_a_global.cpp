double calls = 0;

double f(double x) {
  calls += 1;
  return x * x;
}
