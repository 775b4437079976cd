void f(double x, double (&out)[2]) {
  out[0] = x;
  out[1] = x * x;
}
